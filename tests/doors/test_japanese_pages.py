"""In Japanese every page speaks Japanese: no English is left in it but names and what people wrote.

The words of the world are one Japanese word each, so that any run of English is the product's.
"""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from accounts.models import Role
from tests.browser.opened import may_open, pages
from tests.doors.page_texts import texts_of
from tests.doors.world import Side, build_side

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NAMES = (
    "Hugging Face datasets", "Inspect AI", "JSON Lines", "OpenAI chat fine-tuning", "OpenAI evals",
    "Standard Webhooks", "prediction-powered inference",
    "satisfied <= 3 and why in (incorrect, other)", "language == ja and n_turns >= 4",
)  # fmt: skip
IS_OURS = '<html lang="ja"'
"""A survey that end users fill in speaks the language of the survey."""
JAPANESE = "[\u3040-\u30ff\u4e00-\u9fff、。「」（）]"
ENGLISH = re.compile(r"(?:[A-Za-z][A-Za-z’'-]*[ ,;:]+){2}[A-Za-z’'-]{2,}")
GAP = re.compile(r"[。！？] (?=[^·◇])")
HALF_WIDTH = re.compile(rf"{JAPANESE}[,;:?!()]|(?<!ICC\([123],[1k])[,;?!()]{JAPANESE}")


@pytest.fixture(scope="module")
def spoken(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[dict[str, list[str]]]:
    """By the name of a door, what its page says to an owner or else to a rater."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with files, django_db_blocker.unblock(), transaction.atomic():
        side = build_side("north", lambda what: f"言葉{what.replace(' ', '・')}")
        yield {name: texts_of(html, "ja") for name, html in each_page(side) if IS_OURS in html}
        transaction.set_rollback(True)


def each_page(side: Side) -> Iterator[tuple[str, str]]:
    clients = {role: client_of(side, role) for role in (Role.OWNER, Role.RATER)}
    for name, rule in pages():
        for role, client in clients.items():
            if may_open(rule, role):
                answer = client.get(rule.url(name, side), follow=True)
                assert answer.status_code in (200, 422), name
                yield name, answer.content.decode()
                break


def client_of(side: Side, role: Role) -> Client:
    client = Client()
    client.force_login(side.people[role], backend=settings.AUTHENTICATION_BACKENDS[-1])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ja"
    return client


def found(spoken: dict[str, list[str]], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}: {piece}"
        for name, pieces in spoken.items()
        for piece in pieces
        if pattern.search(without_names(piece))
    ]


def without_names(piece: str) -> str:
    for name in NAMES:
        piece = piece.replace(name, "")
    return piece


def test_the_pages_are_in_japanese(spoken):
    assert len(spoken) > 120
    japanese = re.compile(JAPANESE)
    assert [name for name, said in spoken.items() if not any(map(japanese.search, said))] == []


def test_no_english_is_left(spoken):
    assert found(spoken, ENGLISH) == []


def test_no_space_follows_a_full_stop(spoken):
    assert found(spoken, GAP) == []


def test_marks_beside_japanese_are_as_wide_as_it(spoken):
    assert found(spoken, HALF_WIDTH) == []
