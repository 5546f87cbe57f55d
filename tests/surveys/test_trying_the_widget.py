"""The page on which a team tries its widget: what arrived from there, in words."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from surveys import known_keys
from surveys.models import WidgetKey
from surveys.trying import TRYING
from tests.surveys.widgets import Page, an_event, make_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(project: Project) -> WidgetKey:
    known_keys.forget()
    return make_key(project)


def tried(value: str = "up", **fields: object) -> dict[str, object]:
    return an_event(value, target={"conversation": f"{TRYING}-1", "message": "m_1"}, **fields)


def arrived(client: Client, key: WidgetKey) -> str:
    return client.get(reverse("surveys:widget_test_progress", args=[key.uid])).content.decode()


def test_what_end_users_send_meanwhile_is_not_taken_for_a_try(
    signed_in: Callable[[User], Client], alice: User, key: WidgetKey
) -> None:
    Page(key).send(an_event("down", reasons=["too_long"]))
    assert "Nothing yet" in arrived(signed_in(alice), key)


def test_a_try_is_told_in_words_and_not_in_keys(
    signed_in: Callable[[User], Client], alice: User, key: WidgetKey
) -> None:
    Page(key).send(tried("down", reasons=["too_long", "price"], comment="Far too much."))
    said = arrived(signed_in(alice), key)
    assert "Thumb down" in said
    assert "too long, price" in said
    assert "Far too much." in said
