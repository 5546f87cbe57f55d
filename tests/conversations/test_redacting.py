"""What is hidden of conversations: found, decided, and shown so everywhere."""

import json

import pytest

from accounts.models import Project
from conversations.deciding import (
    decide,
    decide_open,
    decide_same,
    leave_always,
    mark_span,
    mark_words,
)
from conversations.erasing import erase_words
from conversations.models import Conversation, LeftText, Redaction, RedactionRules
from conversations.redacting import (
    clear_among,
    is_clear,
    open_proposals,
    redacted_turns,
    redactions_of,
    said,
    scan,
    told_of,
)
from conversations.redaction_rules import keep_no_originals, set_scan_imports, start_scan
from conversations.run_page import found_in
from conversations.scanning import scan_all, without_finds
from conversations.spans import METADATA_TURN, Cut
from conversations.taking_back import remove_stored
from core.errors import DomainError, InvalidError
from core.text import digest
from jobs.testing import run_pending_jobs
from tests import factories
from tests.factories import NOON

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


def test_words_that_change_between_a_glance_and_the_lock_are_looked_through(project):
    plain = factories.make_conversation(project)
    glance = without_finds([plain.pk], [])
    assert glance == {plain.pk: plain.content_hash}
    Conversation.objects.filter(pk=plain.pk).update(turns=TURNS, content_hash=digest(TURNS))
    assert scan_all([plain.pk], [], NOON, clean=glance) == 2
    assert not is_clear(plain.pk)


def test_a_glance_does_not_pass_over_what_was_proposed_of_other_names(project, conversation):
    Conversation.objects.filter(pk=conversation.pk).update(turns=TURNS[:0])
    assert scan_all([conversation.pk], [], NOON) == 0
    Redaction.objects.create(
        project=project, conversation=conversation, turn=0, part="content", start=0, end=4,
        kind="name", label="[name]",
    )  # fmt: skip
    glance = without_finds([conversation.pk], [])
    assert scan_all([conversation.pk], [], NOON, clean=glance) == 0
    assert is_clear(conversation.pk)


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


def rows(conversation, **wanted):
    return Redaction.objects.filter(conversation=conversation, **wanted).order_by("turn", "start")


def content_of(conversation):
    conversation.refresh_from_db()
    return [turn["content"] for turn in said(conversation)]


def test_a_decision_is_shown_everywhere_and_can_be_taken_back(alice, conversation):
    scan(conversation)
    first = rows(conversation)[0]
    decide(actor=alice, redaction=first, state="accepted", now=NOON)
    assert content_of(conversation)[0] == "Mail [e-mail], I am Tanaka."
    assert conversation.title == "Mail [e-mail], I am Tanaka."
    assert conversation.turns[0]["content"] == TURNS[0]["content"]
    decide(actor=alice, redaction=first, state="proposed", now=NOON)
    assert content_of(conversation)[0] == TURNS[0]["content"]
    assert open_proposals([conversation.pk]) == {conversation.pk: 2}


def test_one_decision_for_the_same_text_in_the_whole_project(alice, project, conversation):
    other = factories.make_conversation(project, turns=TURNS)
    elsewhere = factories.make_conversation(turns=TURNS)
    for one in (conversation, other, elsewhere):
        scan(one)
    done = decide_same(actor=alice, redaction=rows(conversation)[0], state="dismissed", now=NOON)
    assert done == 4
    assert clear_among([conversation.pk, other.pk, elsewhere.pk]) == {conversation.pk, other.pk}


def test_words_marked_by_hand_are_hidden_wherever_they_stand(alice, conversation):
    scan(conversation)
    mark = {"actor": alice, "conversation": conversation, "kind": "other", "now": NOON}
    assert mark_words(words="ann@example.com", **mark) == 2
    assert content_of(conversation) == ["Mail [removed], I am Tanaka.", "I wrote to [removed]."]
    assert is_clear(conversation.pk)
    assert scan(conversation) == 0
    with pytest.raises(InvalidError, match="stands nowhere"):
        mark_words(words="Suzuki", **mark)


def test_a_place_is_marked_only_in_the_words_that_were_seen(alice, conversation):
    mark = {"actor": alice, "conversation": conversation, "kind": "name", "now": NOON}
    place = Cut(0, "content", 27, 33, "")
    mark_span(place=place, seen=conversation.content_hash, **mark)
    assert content_of(conversation)[0] == "Mail ann@example.com, I am [name]."
    with pytest.raises(InvalidError, match="as it is now"):
        mark_span(place=place, seen="0" * 64, **mark)


@pytest.fixture
def without_originals(project):
    RedactionRules.objects.create(project=project, keep_originals=False, names="Tanaka")


def test_without_originals_the_words_are_gone_and_so_is_their_hash(
    alice, conversation, without_originals
):
    before = conversation.content_hash
    scan(conversation)
    decide(actor=alice, redaction=rows(conversation)[0], state="accepted", now=NOON)
    conversation.refresh_from_db()
    assert conversation.turns[0]["content"] == "Mail [e-mail], I am Tanaka."
    assert conversation.content_hash == digest(conversation.turns) != before
    assert conversation.redacted is None
    name = rows(conversation, kind="name").get()
    assert conversation.turns[0]["content"][name.start : name.end] == "Tanaka"
    with pytest.raises(DomainError, match="rewritten"):
        decide(actor=alice, redaction=rows(conversation)[0], state="dismissed", now=NOON)
    decide_open(actor=alice, conversation=conversation, state="accepted", now=NOON)
    assert is_clear(conversation.pk)
    assert "Tanaka" not in str(Redaction.objects.values()) + str(content_of(conversation))


def test_a_file_that_came_in_before_its_words_were_rewritten_is_known_again(
    alice, bring, begin, without_originals
):
    line = json.dumps({"id": "c1", "turns": [{"role": "user", "content": "I am Tanaka."}]})
    run = bring(line.encode())
    conversation = run.conversations.get()
    scan(conversation)
    decide_open(actor=alice, conversation=conversation, state="accepted", now=NOON)
    again = begin(line.encode(), "b.jsonl")
    assert (again.n_new, again.n_unchanged, again.n_refused) == (0, 1, 0)
    run.refresh_from_db()
    assert run.preview == []


def test_a_job_looks_through_a_project_once(alice, project, conversation):
    other = factories.make_conversation(project, turns=TURNS)
    scan(other)
    start_scan(actor=alice, project=project)
    (job,) = run_pending_jobs()
    assert job.result == {"conversations": 2, "proposals": 2}
    assert (job.done, job.total) == (2, 2)


def test_what_was_accepted_before_is_written_in_when_originals_go(alice, project, conversation):
    scan(conversation)
    decide_open(actor=alice, conversation=conversation, state="accepted", now=NOON)
    keep_no_originals(actor=alice, project=project)
    run_pending_jobs()
    conversation.refresh_from_db()
    assert conversation.turns[1]["content"] == "I wrote to [e-mail]."
    assert not Redaction.objects.filter(is_written=False).exists()


def test_erasing_words_takes_the_places_in_them_along(conversation):
    scan(conversation)
    erase_words([conversation.pk], NOON)
    assert not Redaction.objects.exists()
    assert not is_clear(conversation.pk)


def test_what_was_found_goes_with_an_import_that_is_taken_back(bring):
    line = json.dumps({"id": "c1", "turns": [{"role": "user", "content": "ann@example.com"}]})
    run = bring(line.encode())
    scan(run.conversations.get())
    assert remove_stored(run) == 1
    assert not Redaction.objects.exists()


ANN = {"id": "c1", "turns": [{"role": "user", "content": "ann@example.com"}]}


def test_what_comes_in_is_looked_through_behind_its_import(bring, project):
    run = bring(json.dumps(ANN).encode())
    found = found_in(run)
    assert (found.n_conversations, found.n_places, found.is_scanned) == (1, 1, True)
    assert found.job is None


def test_a_project_may_leave_its_imports_alone(alice, bring, project):
    set_scan_imports(actor=alice, project=project, scan=False)
    found = found_in(bring(json.dumps(ANN).encode()))
    assert (found.n_places, found.is_scanned, found.job) == (0, False, None)


def test_a_place_that_was_left_is_left_in_the_same_text_when_it_comes_in_again(
    alice, project, conversation
):
    scan(conversation)
    decide(actor=alice, redaction=rows(conversation)[0], state="dismissed", now=NOON)
    grown = factories.make_conversation(
        project, turns=[*TURNS, {"id": "2", "role": "user", "content": "to ann@example.com?"}]
    )
    assert scan(grown) == 2
    left = rows(grown, state="dismissed").get()
    assert (left.turn, left.decided_by, left.decided_at) == (0, alice, NOON)
    decide(actor=alice, redaction=left, state="proposed", now=NOON)
    again = factories.make_conversation(project, turns=TURNS)
    assert scan(again) == 2


def test_words_that_are_always_left_are_asked_about_in_their_project_no_more(
    alice, project, conversation
):
    scan(conversation)
    assert leave_always(actor=alice, redaction=rows(conversation)[0], now=NOON) == 2
    later = factories.make_conversation(
        project, turns=[{"id": "0", "role": "user", "content": "ann@example.com or bo@example.com"}]
    )
    assert scan(later) == 1
    elsewhere = factories.make_conversation(turns=TURNS)
    assert scan(elsewhere) == 2
    assert "ann@" not in str(list(LeftText.objects.values()))
    decide(actor=alice, redaction=rows(later, state="dismissed").get(), state="accepted", now=NOON)
    assert scan(factories.make_conversation(project, turns=list(TURNS))) == 0
    assert not LeftText.objects.filter(mark=rows(later)[0].text_mark).exists()


def test_what_was_left_is_forgotten_with_the_words(alice, conversation):
    scan(conversation)
    decide_open(actor=alice, conversation=conversation, state="dismissed", now=NOON)
    assert LeftText.objects.count() == 2
    erase_words([conversation.pk], NOON)
    assert not LeftText.objects.exists()


def test_what_was_rewritten_cannot_be_left_for_ever(alice, conversation, without_originals):
    scan(conversation)
    decide_open(actor=alice, conversation=conversation, state="accepted", now=NOON)
    with pytest.raises(DomainError, match="rewritten"):
        leave_always(actor=alice, redaction=rows(conversation)[0], now=NOON)
    assert not LeftText.objects.exists()


def test_metadata_are_looked_through_and_hidden_where_they_are_shown(alice, project, conversation):
    said = {"who": {"mail.to": "Ann <ann@example.com>", "n": 4}, "shop": "Ōmiya"}
    Conversation.objects.filter(pk=conversation.pk).update(metadata=said)
    conversation.refresh_from_db()
    assert scan(conversation) == 3
    decide_open(actor=alice, conversation=conversation, state="accepted", now=NOON)
    conversation.refresh_from_db()
    hidden = {"who": {"mail.to": "Ann <[e-mail]>", "n": 4}, "shop": "Ōmiya"}
    assert (told_of(conversation), conversation.metadata) == (hidden, said)
    keep_no_originals(actor=alice, project=project)
    run_pending_jobs()
    conversation.refresh_from_db()
    assert (told_of(conversation), conversation.metadata) == (hidden, hidden)
    assert {row.part for row in rows(conversation, turn=METADATA_TURN)} == {"who.mail~1to"}


def test_a_path_too_long_to_keep_is_known_by_its_digest(alice, project):
    deep = {"a" * 40: {"b" * 40: ["ann@example.com"]}}
    conversation = factories.make_conversation(project, metadata=deep)
    scan(conversation)
    decide_open(actor=alice, conversation=conversation, state="accepted", now=NOON)
    conversation.refresh_from_db()
    assert told_of(conversation) == {"a" * 40: {"b" * 40: ["[e-mail]"]}}
