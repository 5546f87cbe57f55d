"""Signing in: guesses are stopped, sessions are new, secrets stay out of logs and pages."""

import logging

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import path, reverse

from accounts.models import Role
from tests import factories

pytestmark = pytest.mark.django_db
WRONG = "a guess that is wrong"


@pytest.fixture(autouse=True)
def _no_counts_of_other_tests():
    cache.clear()


@pytest.fixture
def dora():
    person = factories.make_user("dora", with_password=True)
    factories.make_membership(factories.make_team(), person, Role.OWNER)
    return person


def sign_in(client, person, password, address="192.0.2.1", **data):
    return client.post(
        reverse("account_login"),
        {"login": person.email, "password": password, **data},
        REMOTE_ADDR=address,
    )


def guess(person, times, address="192.0.2.1"):
    for _time in range(times):
        answer = sign_in(Client(), person, WRONG, address)
    return answer


def test_ten_wrong_passwords_lock_and_the_page_says_what_to_do(dora):
    answer = guess(dora, settings.AXES_FAILURE_LIMIT)
    assert answer.status_code == 429
    text = answer.content.decode()
    assert "<!doctype html>" in text
    assert "15 minutes" in text


def test_a_locked_address_does_not_even_take_the_right_password(dora):
    guess(dora, settings.AXES_FAILURE_LIMIT)
    assert sign_in(Client(), dora, factories.PASSWORD).status_code == 429


def test_the_first_page_is_all_in_the_language_that_the_person_chose(dora):
    dora.language = "ja"
    dora.save()
    client = Client(headers={"accept-language": "en"})
    first = client.get(sign_in(client, dora, factories.PASSWORD).url, follow=True)
    assert first.headers["Content-Language"] == "ja"
    assert list(first.context["messages"]) == []


def test_the_person_at_another_address_is_not_locked_out(dora):
    guess(dora, settings.AXES_FAILURE_LIMIT)
    answer = sign_in(Client(), dora, factories.PASSWORD, "198.51.100.7")
    assert answer.status_code == 302


def test_an_unknown_address_answers_like_a_wrong_password(dora):
    known = sign_in(Client(), dora, WRONG).context["form"].non_field_errors()
    dora.email = "nobody@example.com"
    assert sign_in(Client(), dora, WRONG).context["form"].non_field_errors() == known


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_to_no_other_site(dora, back):
    answer = sign_in(Client(), dora, factories.PASSWORD, next=back)
    assert answer.url == settings.LOGIN_REDIRECT_URL


def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(dora):
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    sign_in(client, dora, factories.PASSWORD)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert client.session["_auth_user_id"] == str(dora.pk)


def test_a_new_password_ends_the_sessions_of_the_old_one(dora):
    client = Client()
    sign_in(client, dora, factories.PASSWORD)
    dora.set_password("another long password")
    dora.save()
    assert client.get("/").url.startswith(reverse("account_login"))


def test_a_token_of_the_old_session_is_worth_nothing_after_signing_in(dora):
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))
    old = client.cookies["csrftoken"].value
    client.post(
        reverse("account_login"),
        {"login": dora.email, "password": factories.PASSWORD, "csrfmiddlewaretoken": old},
    )
    assert client.cookies["csrftoken"].value != old


def test_nobody_signs_up_from_outside(client):
    words = {"email": "eve@example.com", "password1": factories.PASSWORD}
    answer = client.post(reverse("account_signup"), words)
    assert "_auth_user_id" not in client.session
    assert answer.status_code == 200


@pytest.mark.parametrize("password", [WRONG, factories.PASSWORD])
def test_no_password_reaches_a_log(dora, caplog, password):
    with caplog.at_level(logging.DEBUG):
        sign_in(Client(), dora, password)
    said = " ".join(str(vars(record)) + record.getMessage() for record in caplog.records)
    assert password not in said


def fall_over(request):
    secret = "the-secret-of-the-house"
    raise RuntimeError(secret)


urlpatterns = [path("falls-over/", fall_over)]


@pytest.mark.urls(__name__)
def test_an_error_page_tells_nothing_of_the_inside(dora):
    client = Client(raise_request_exception=False)
    client.force_login(dora, backend=settings.AUTHENTICATION_BACKENDS[-1])
    answer = client.get("/falls-over/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert not settings.DEBUG
    for told in ("the-secret-of-the-house", "Traceback", "RuntimeError", "settings", ".py"):
        assert told not in text


def test_a_page_that_does_not_exist_lists_no_others(client):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "teams/" not in answer.content.decode()


@pytest.mark.parametrize("name", ["account_login", "account_change_password"])
def test_no_placeholder_repeats_a_label(client, dora, name):
    if name == "account_change_password":
        client.force_login(dora)
    page = client.get(reverse(name)).content.decode()
    assert page.count('type="password"') >= 1
    assert "<label" in page
    assert "placeholder" not in page
