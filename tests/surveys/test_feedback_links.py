"""A link in a mail asks for a thumb: opening it keeps nothing, a press is kept."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys import make_api_key
from accounts.models import Role
from surveys import known_keys
from surveys.models import CurrentFeedback, FeedbackEvent, WidgetKey
from surveys.services.folding import fold_batch
from surveys.services.ingest import buckets
from surveys.services.widgets import make_widget_key
from surveys.tokens import sign
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> WidgetKey:
    known_keys.forget()
    buckets.forget()  # a number comes back in the next test, and with it how often it was used
    return make_widget_key(actor=None, project=factories.make_project(), name="site")


def address(key: WidgetKey, days: int = 7) -> str:
    expires = timezone.now() + timedelta(days=days)
    return f"/f/{sign(key, conversation='c-1', subject='u-1', expires=expires)}/"


def test_opening_keeps_nothing_and_a_press_is_signed(key):
    client = Client(enforce_csrf_checks=True)
    page = client.get(address(key))
    assert page.status_code == 200
    assert not FeedbackEvent.objects.exists()
    assert not page.cookies
    assert client.post(address(key), {"value": "down"}).status_code == 200
    event = FeedbackEvent.objects.get()
    assert (event.trust, event.source, event.respondent_key) == ("signed", "link", "s:u-1")


def test_words_can_follow_and_a_second_press_changes_the_first(key):
    client = Client()
    client.post(address(key), {"value": "down"})
    client.post(address(key), {"value": "down", "comment": "Wrong fee."})
    while fold_batch():
        pass
    assert CurrentFeedback.objects.get().comment == "Wrong fee."


@pytest.mark.parametrize("value", ["", "sideways"])
def test_what_is_no_thumb_is_refused(client, key, value):
    assert client.post(address(key), {"value": value}).status_code == 422
    assert not FeedbackEvent.objects.exists()


def test_an_expired_or_forged_link_says_so(client, key):
    late = client.get(address(key, days=-1))
    assert late.status_code == 404
    assert "expired" in late.text
    assert client.get(address(key)[:-3] + "AA/").status_code == 404
    assert client.get("/f/nothing/").status_code == 404


def test_a_server_makes_links_by_its_key(client, key):
    now = timezone.now()
    _key, secret = make_api_key(
        actor=None, project=key.project, name="server", role=Role.MANAGER, now=now
    )
    answer = client.post(
        "/api/v1/feedback-links", {"conversation": "c-9", "subject": "u-2"},
        content_type="application/json", headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert answer.status_code == 201
    assert client.get(urlsplit(answer.json()["url"]).path).status_code == 200


def test_one_address_gives_no_more_in_a_minute_than_a_widget_may(key):
    buckets.forget()
    WidgetKey.objects.update(per_minute_each=2)
    known_keys.forget()
    said = [Client().post(address(key), {"value": "up"}).status_code for _press in range(3)]
    assert said == [200, 200, 429]
    assert FeedbackEvent.objects.count() == 2
