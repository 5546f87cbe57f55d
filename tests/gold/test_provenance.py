"""The chain of a gold item: nothing in it changes unseen, and `why` says what the rows say now."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from annotation.models import Rating, Score, Verdict
from conversations.deciding import mark_words
from conversations.models import RedactionRules
from core.text import canonical
from gold.chain import checked_chain
from gold.models import GoldItem
from gold.provenance import Kind, extended, forgotten, last_hash, verify_chain
from gold.services.items import relabel
from tests import factories

NOON = factories.NOON


def chain(n: int = 3) -> dict:
    steps: list = []
    for number in range(n):
        steps = extended(steps, Kind.RATINGS, {"n": number}, NOON)
    return {"steps": steps}


def test_a_chain_as_it_was_made_fits():
    assert verify_chain(chain()) is None
    assert verify_chain({"steps": []}) is None
    assert verify_chain({}) is None


@pytest.mark.parametrize("name", ["data", "at", "step", "hash", "previous"])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_change_anywhere_is_found_where_it_was_made(name, position):
    tampered = chain()
    tampered["steps"][position] = {**tampered["steps"][position], name: "x"}
    assert verify_chain(tampered) == position


@pytest.mark.parametrize(
    ("order", "broken"), [((1, 0, 2), 0), ((0, 2, 1), 1), ((1, 2), 0), ((0, 2), 1)]
)
def test_steps_cannot_be_moved_or_taken_out(order, broken):
    steps = chain()["steps"]
    assert verify_chain({"steps": [steps[n] for n in order]}) == broken


def test_an_erased_chain_still_links_and_says_nothing():
    gone = forgotten(chain(), NOON)
    assert verify_chain(gone) is None
    assert all(step["data"] == {} for step in gone["steps"])
    gone["steps"].pop(1)
    assert verify_chain(gone) == 1


def test_the_time_of_a_step_is_part_of_it():
    later = extended([], Kind.RATINGS, {}, datetime(2027, 1, 1, tzinfo=UTC))
    assert last_hash({"steps": later}) != last_hash({"steps": extended([], Kind.RATINGS, {}, NOON)})


@pytest.fixture
def gold_item(golden):
    return golden()


def since(gold_item) -> dict[str, str]:
    gold_item.refresh_from_db()
    return {str(one.kind): one.since for one in checked_chain(gold_item).steps if one.since}


@pytest.mark.django_db
def test_a_new_item_has_a_chain_that_holds(gold_item):
    found = checked_chain(gold_item)
    assert [str(one.kind) for one in found.steps] == [
        "source",
        "draw",
        "ratings",
        "aggregation",
        "approval",
    ]
    assert (found.holds, found.problem) == (True, "")


@pytest.mark.django_db
def test_a_rating_changed_past_the_application_is_told(gold_item):
    Score.objects.filter(pk=Score.objects.first().pk).update(value=0)
    assert since(gold_item) == {"ratings": "1 rating changed since."}


@pytest.mark.django_db
def test_a_rating_that_was_revised_is_told(gold_item):
    Rating.objects.filter(pk=Rating.objects.first().pk).update(current=False)
    assert since(gold_item)["ratings"] == "1 rating was revised or no longer counts."


@pytest.mark.django_db
def test_a_payload_changed_past_the_application_is_told(gold_item):
    gold_item.payload["tags"] = ["changed"]
    gold_item.save()
    assert "content hash" in checked_chain(gold_item).problem


@pytest.mark.django_db
def test_what_is_decided_anew_can_be_taken_over(alice, gold_item):
    Verdict.objects.update(current=False)
    item = gold_item.candidate.item
    criterion = item.study.rubric_version.criteria.get()
    Verdict.objects.create(
        item=item,
        criterion=criterion,
        value=0,
        source=Verdict.Source.ADJUDICATION,
        adjudicator=alice,
        reason="It names the wrong day.",
    )
    assert set(since(gold_item)) == {"aggregation"}
    made = relabel(
        actor=alice,
        gold_item=gold_item,
        reason="Audit.",
        seen=gold_item.content_hash,
        now=NOON,
    )
    assert made.payload["labels"]["helpful"]["value"] == "1"
    assert verify_chain(made.provenance) is None
    assert since(gold_item) == {}


@pytest.mark.django_db
def test_an_item_from_before_chains_gets_one_with_its_next_change(alice, gold_item):
    del gold_item.provenance["steps"]
    gold_item.payload["schema"] = "touchstone-gold/1"
    gold_item.save()
    assert checked_chain(gold_item).steps == []
    made = relabel(
        actor=alice, gold_item=gold_item, reason="Anew.", seen=gold_item.content_hash, now=NOON
    )
    assert checked_chain(made).holds
    assert made.payload["schema"] == "touchstone-gold/2"


def hide_name(alice, gold_item):
    """The question of the item's conversation loses its first word."""
    conversation = gold_item.candidate.item.conversation
    words = conversation.turns[0]["content"].split()[0]
    mark_words(actor=alice, conversation=conversation, words=words, kind="name", now=NOON)
    gold_item.refresh_from_db()
    return words


@pytest.mark.django_db
@pytest.mark.parametrize("keeps_originals", [True, False])
def test_what_is_hidden_after_the_approval_is_hidden_in_gold_at_once(
    alice, project, gold_item, keeps_originals
):
    RedactionRules.objects.create(project=project, keep_originals=keeps_originals)
    before = gold_item.candidate.item.conversation.content_hash
    words = hide_name(alice, gold_item)
    assert words not in gold_item.payload["input"][0]["content"]
    found = checked_chain(GoldItem.objects.get(pk=gold_item.pk))
    assert (found.holds, str(found.steps[-1].kind)) == (True, "redaction")
    assert (before.encode() in canonical(gold_item.provenance)) is keeps_originals


@pytest.mark.django_db
def test_why_says_on_the_command_line_which_step_no_longer_holds(gold_item, capsys):
    Score.objects.filter(pk=Score.objects.first().pk).update(value=0)
    call_command("why", str(gold_item.uid))
    told = capsys.readouterr().out
    assert "1 rating changed since." in told
    assert "not every step holds" in told
