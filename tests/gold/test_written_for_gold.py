"""Personal data in what people wrote for gold: hidden there, and in what gold tells of before."""

import pytest

from annotation.models import Verdict
from conversations.deciding import mark_words
from conversations.models import RedactionRules
from conversations.written import SOURCES, decide_written, look
from gold.chain import checked_chain
from gold.models import GoldItem
from gold.payload import hash_of
from gold.provenance import Kind, is_erased
from gold.services.items import revise
from tests.factories import NOON

pytestmark = pytest.mark.django_db
MAIL = "ann@example.com"


def hide(alice, project, name):
    source = SOURCES[name]
    (place,) = look(project, source).places
    decide_written(
        actor=alice, project=project, source=source, key=place.key, seen=place.seen,
        state="accepted", now=NOON,
    )  # fmt: skip


def kept_of(gold_item):
    return str(GoldItem.objects.filter(pk=gold_item.pk).values("payload", "provenance", "expected"))


def test_a_corrected_answer_is_hidden_in_its_former_states_too(alice, project, golden):
    gold_item = golden()
    for expected in (f"Write to {MAIL}.", f"Write to {MAIL}, please."):
        gold_item = revise(
            actor=alice, gold_item=gold_item, changes={"expected": expected}, reason="Corrected.",
            seen=gold_item.content_hash, now=NOON,
        )  # fmt: skip
    hide(alice, project, "gold-expected")
    gold_item.refresh_from_db()
    assert gold_item.expected == "Write to [e-mail], please."
    assert gold_item.payload["expected"]["text"] == gold_item.expected
    assert gold_item.content_hash == hash_of(gold_item.payload)
    assert MAIL not in kept_of(gold_item)
    revisions = [one for one in gold_item.provenance["steps"] if one["step"] == Kind.REVISION]
    assert [is_erased(one) for one in revisions] == [False, True, False]


def test_the_reason_of_a_decision_is_hidden_in_the_gold_that_repeats_it(
    alice, project, settled, golden
):
    item = settled()
    Verdict.objects.update(reason=f"As {MAIL} says.", source=Verdict.Source.ADJUDICATION)
    gold_item = golden(item)
    assert MAIL in kept_of(gold_item)
    hide(alice, project, "reasons")
    gold_item.refresh_from_db()
    assert Verdict.objects.get().reason == "As [e-mail] says."
    assert MAIL not in kept_of(gold_item)
    assert gold_item.content_hash == hash_of(gold_item.payload)


@pytest.mark.parametrize("keeps", [True, False])
def test_what_is_marked_by_hand_is_hidden_in_the_answer_that_was_copied_from_there(
    alice, project, golden, keeps
):
    RedactionRules.objects.create(project=project, keep_originals=keeps)
    gold_item = golden()
    conversation = gold_item.candidate.item.conversation
    words = max(conversation.turns[-1]["content"].strip(".").split(), key=len)
    for expected in (f"{words} it is.", f"Indeed, {words}."):
        gold_item = revise(
            actor=alice, gold_item=gold_item, changes={"expected": expected}, reason="Corrected.",
            seen=gold_item.content_hash, now=NOON,
        )  # fmt: skip
    mark_words(actor=alice, conversation=conversation, words=words, kind="name", now=NOON)
    gold_item.refresh_from_db()
    assert gold_item.expected == "Indeed, [name]."
    assert words not in kept_of(gold_item)
    assert gold_item.content_hash == hash_of(gold_item.payload)
    steps = checked_chain(gold_item)
    assert steps.holds
    assert "expected answer: Personal data was hidden." in [one.words for one in steps.steps]
    revisions = [one for one in gold_item.provenance["steps"] if one["step"] == Kind.REVISION]
    assert [is_erased(one) for one in revisions] == [False, True, False]
