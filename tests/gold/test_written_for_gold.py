"""Personal data in what people wrote for gold: hidden there, and in what gold tells of before."""

import pytest

from annotation.models import Verdict
from conversations.written import SOURCES, decide_written, look
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
