"""What is hidden of conversations: found, decided, and shown so everywhere."""

import pytest

from accounts.models import Project
from conversations.models import Conversation, Redaction, RedactionRules
from conversations.redacting import (
    clear_among,
    is_clear,
    open_proposals,
    redacted_turns,
    redactions_of,
    scan,
)
from tests import factories

pytestmark = pytest.mark.django_db

TURNS = (
    {"id": "0", "role": "user", "content": "Mail ann@example.com, I am Tanaka."},
    {"id": "1", "role": "assistant", "content": "I wrote to ann@example.com."},
)


@pytest.fixture
def conversation(project: Project) -> Conversation:
    return factories.make_conversation(project, turns=TURNS)


def test_what_nobody_looked_through_is_not_clear(conversation):
    assert open_proposals([conversation.pk]) == {conversation.pk: 0}
    assert not is_clear(conversation.pk)


def test_a_scan_proposes_once_and_what_is_open_is_not_clear(conversation):
    assert scan(conversation) == 2
    assert scan(conversation) == 0
    assert open_proposals([conversation.pk]) == {conversation.pk: 2}
    assert not is_clear(conversation.pk)


def test_what_holds_nothing_is_clear_until_its_words_or_the_names_change(project):
    plain = factories.make_conversation(project)
    scan(plain)
    assert clear_among([plain.pk]) == {plain.pk}
    rules = RedactionRules.objects.create(project=project, names="Tanaka\n")
    assert not is_clear(plain.pk)
    rules.delete()
    Conversation.objects.filter(pk=plain.pk).update(content_hash="0" * 64)
    assert not is_clear(plain.pk)


def test_only_accepted_spans_are_hidden(conversation):
    scan(conversation)
    first = Redaction.objects.order_by("pk").first()
    Redaction.objects.filter(pk=first.pk).update(state="accepted")
    hidden = redactions_of([conversation.pk])[conversation.pk]
    assert [turn["content"] for turn in redacted_turns(TURNS, hidden)] == [
        "Mail [e-mail], I am Tanaka.",
        "I wrote to ann@example.com.",
    ]


def test_a_name_that_left_the_list_is_proposed_no_more(project, conversation):
    rules = RedactionRules.objects.create(project=project, names="Tanaka")
    assert scan(conversation) == 3
    rules.delete()
    scan(conversation)
    assert set(Redaction.objects.values_list("kind", flat=True)) == {"email"}
