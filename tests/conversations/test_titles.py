"""A conversation is listed by its opening words."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from conversations.importers.records import TITLE_LENGTH, title_of
from conversations.models import Conversation
from conversations.spans import shown
from tests import factories


def opening(words):
    return title_of([{"role": "user", "content": words}])


def test_a_short_opening_is_there_to_the_last_word():
    assert opening("Where is\nmy parcel?") == "Where is my parcel?"
    assert opening("あ" * TITLE_LENGTH) == "あ" * TITLE_LENGTH


def test_a_long_opening_says_that_it_goes_on():
    cut = opening("あ" * (TITLE_LENGTH + 1))
    assert cut == "あ" * (TITLE_LENGTH - 1) + "…"


@pytest.mark.django_db
def test_titles_that_were_cut_before_say_so_too_and_no_other_does(project, monkeypatch):
    openings = [
        "い" * TITLE_LENGTH,
        *(f"{n}" + "あ" * TITLE_LENGTH for n in range(3)),
        "Where is it?",
        "x" * 60 + " Ann Lee " + "y" * 60,
    ]
    for words in openings:
        one = factories.make_conversation(project, turns=[{"role": "user", "content": words}])
        one.redacted = [[0, "content", 61, 68, "[n]"]] if "Ann" in words else None
        one.title = title_of(shown(one.turns, one.redacted))
        one.save()
    expected = [*Conversation.objects.order_by("pk").values_list("title", flat=True)]
    assert sum(title.endswith("…") for title in expected) == 4
    for one in Conversation.objects.filter(title__endswith="…"):
        said = shown(one.turns, one.redacted)[0]["content"]
        Conversation.objects.filter(pk=one.pk).update(title=said[:TITLE_LENGTH])
    migration = import_module("conversations.migrations.0004_titles_that_go_on")
    monkeypatch.setattr(migration, "PAGE", 2)
    for _attempt in range(2):
        migration.mark_all(apps, SimpleNamespace(connection=connection))
        found = Conversation.objects.order_by("pk").values_list("title", flat=True)
        assert [*found] == expected
