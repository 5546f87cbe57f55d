"""The address of a form, opened by a person or asked by a program."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
PAGE = "text/html,application/xhtml+xml"


@pytest.fixture
def address(project):
    return reverse("surveys:webhook_make", args=[project.uid])


def test_whoever_signed_in_after_sending_a_form_reads_what_became_of_it(client, alice, address):
    assert address in client.post(address, {"url": "https://example.com"}).url  # to sign in first
    client.force_login(alice)
    answer = client.get(address, headers={"accept": PAGE})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "Go back to the page with the form" in answer.content.decode()


def test_a_program_gets_the_bare_refusal(client, alice, address):
    client.force_login(alice)
    answer = client.get(address, headers={"accept": "application/json"})
    assert (answer.status_code, answer.content) == (405, b"")
