"""What people add to a gold item: what may stand there, and how it is taken back."""

import pytest

from core.errors import DomainError, InvalidError
from gold.payload import hash_of
from gold.provenance import Kind, extended
from gold.revising import EDITABLE, cleaned, states
from gold.services.candidates import retire
from gold.services.items import ChangedSinceError, restore, revise, tag_items
from gold.services.returning import reinstate
from tests import factories

NOON = factories.NOON
TURNS = [{"role": "user"}, {"role": "assistant", "passages": [{"text": "a"}, {"text": "b"}]}]
EMPTY = {"expected": "", "guidance": "", "passages": [], "tags": [], "difficulty": ""}


@pytest.mark.parametrize(
    ("changes", "made"),
    [
        ({"expected": " From 8.\r\nDaily. "}, {"expected": "From 8.\nDaily."}),
        ({"tags": ["tax", " tax ", "a  b", ""]}, {"tags": ["a b", "tax"]}),
        ({"passages": [(1, 1), (1, 0), (1, 1)]}, {"passages": [[1, 0], [1, 1]]}),
        ({"difficulty": "hard"}, {"difficulty": "hard"}),
        ({"difficulty": ""}, {"difficulty": ""}),
        ({}, {}),
    ],
)
def test_what_is_kept_of_what_was_sent(changes, made):
    assert cleaned(changes, TURNS) == made


@pytest.mark.parametrize(
    "changes",
    [
        {"expected": "a\x00b"},
        {"guidance": "x" * 100_001},
        {"tags": ["x" * 41]},
        {"tags": ["a,b"]},
        {"tags": [str(n) for n in range(21)]},
        {"tags": ["\ud800"]},
        {"passages": [(1, 2)]},
        {"passages": [(0, 0)]},
        {"passages": [(-1, 0)]},
        {"difficulty": "very"},
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(changes):
    with pytest.raises(InvalidError) as refused:
        cleaned(changes, TURNS)
    assert set(refused.value.fields) == set(changes)


def test_states_lead_from_today_back_to_the_first():
    steps = extended([], Kind.APPROVAL, {})
    steps = extended(steps, Kind.REVISION, {"by": "", "why": "1", "before": {"tags": []}})
    steps = extended(steps, Kind.REVISION, {"by": "", "why": "2", "before": {"tags": ["a"]}})
    found = states({**EMPTY, "tags": ["b"]}, steps)
    assert [(one.number, one.state["tags"]) for one in found] == [(2, ["b"]), (1, ["a"]), (0, [])]
    assert [one.ended_by["data"]["why"] for one in found if one.ended_by] == ["2", "1"]


@pytest.fixture
def gold_item(golden):
    return golden()


def change(alice, gold_item, **changes):
    return revise(
        actor=alice,
        gold_item=gold_item,
        changes=changes,
        reason="Better.",
        seen=gold_item.content_hash,
        now=NOON,
    )


@pytest.mark.django_db
def test_a_revision_is_a_new_hash_and_a_step_on_the_same_item(alice, gold_item):
    made = change(alice, gold_item, expected="From 8.", tags=["hours"])
    assert made.pk == gold_item.pk
    assert made.content_hash == hash_of(made.payload) != gold_item.content_hash
    assert made.payload["expected"] == {"text": "From 8.", "source": "corrected"}
    last = made.provenance["steps"][-1]
    assert (last["step"], last["data"]["before"]) == ("revision", {"expected": "", "tags": []})
    assert (made.revised_at, made.revised_reason) == (NOON, "Better.")


@pytest.mark.django_db
def test_the_answer_that_stands_there_anyway_is_no_correction(alice, gold_item):
    said = gold_item.payload["expected"]["text"]
    made = change(alice, gold_item, expected=said, guidance="Look at the day.")
    assert made.expected == ""


@pytest.mark.django_db
def test_the_second_of_two_editors_overwrites_nothing(alice, gold_item):
    change(alice, gold_item, tags=["first"])
    with pytest.raises(ChangedSinceError):
        change(alice, gold_item, tags=["second"])
    gold_item.refresh_from_db()
    assert gold_item.tags == ["first"]


@pytest.mark.django_db
def test_an_earlier_state_comes_back_whole_and_can_be_left_again(alice, gold_item):
    first = change(alice, gold_item, tags=["a"], difficulty="easy")
    second = change(alice, first, tags=["b"], expected="X")
    back = restore(
        actor=alice, gold_item=second, number=1, reason="Back.", seen=second.content_hash, now=NOON
    )
    assert {name: getattr(back, name) for name in EDITABLE} == {
        **EMPTY,
        "tags": ["a"],
        "difficulty": "easy",
    }
    again = restore(
        actor=alice, gold_item=back, number=2, reason="Forth.", seen=back.content_hash, now=NOON
    )
    assert (again.tags, again.expected) == (["b"], "X")


@pytest.mark.django_db
def test_a_change_that_changes_nothing_is_said(alice, gold_item):
    with pytest.raises(InvalidError, match="Nothing differs"):
        change(alice, gold_item, tags=[])


@pytest.mark.django_db
def test_a_retired_item_is_not_changed_until_it_is_taken_back(alice, gold_item):
    retire(actor=alice, gold_item=gold_item, reason="Wrong.", now=NOON)
    with pytest.raises(DomainError, match="retired"):
        change(alice, gold_item, tags=["a"])
    reinstate(actor=alice, gold_item=gold_item, reason="It was right.", now=NOON)
    assert change(alice, gold_item, tags=["a"]).tags == ["a"]


@pytest.mark.django_db
def test_a_tag_goes_on_many_at_once_and_off_again(alice, dataset, gold_item):
    def tag(is_added):
        return tag_items(
            actor=alice,
            dataset=dataset,
            uids=[gold_item.uid],
            tag="tax",
            is_added=is_added,
            now=NOON,
        )

    assert (tag(True), tag(True), tag(False)) == (1, 0, 1)
