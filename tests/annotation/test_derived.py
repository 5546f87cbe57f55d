import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.derived import Effect, compute, guidance_labels, total
from annotation.rubric_templates import template

PER_TASK = template("per_task")["criteria"]
GUIDANCE = {
    "points": ["States the new date.", {"key": "apology", "text": "One apology."}],
    "deductions": ["More than two lines.", {"key": "blame", "text": "Blames others.", "cap": 3}],
}


@pytest.mark.parametrize(
    ("base", "ticks", "expected"),
    [
        (5, [], 5),
        (5, [Effect(minus=1)], 4),
        (5, [Effect(minus=1), Effect(minus=1)], 3),
        (5, [Effect(cap=2)], 2),
        (1, [Effect(cap=2)], 1),
        (5, [Effect(cap=3), Effect(cap=2)], 2),
        (4, [Effect(minus=1), Effect(cap=2)], 2),
        (2, [Effect(minus=1), Effect(minus=1)], 1),
    ],
)
def test_the_total_is_the_base_less_deductions_between_floor_and_cap(base, ticks, expected):
    assert total(base, ticks, floor=1) == expected


EFFECTS = st.lists(
    st.builds(Effect, minus=st.integers(0, 3), cap=st.one_of(st.none(), st.integers(1, 5)))
)


@given(st.integers(1, 5), EFFECTS)
def test_a_total_never_leaves_the_scale_and_never_exceeds_its_base(base, ticks):
    assert 1 <= total(base, ticks, floor=1) <= base


@given(st.integers(1, 5), EFFECTS, st.randoms())
def test_the_order_of_ticks_does_not_matter(base, ticks, random):
    shuffled = random.sample(ticks, len(ticks))
    assert total(base, shuffled, floor=1) == total(base, ticks, floor=1)


def test_a_ticked_criterion_lowers_the_total():
    answers = {"base": "5", "partly_false": "yes", "condition_missed": "no"}
    assert compute(PER_TASK, answers) == {"total": "4"}


def test_a_criterion_can_cap_the_total():
    assert compute(PER_TASK, {"base": "5", "over_refusal": "yes"}) == {"total": "2"}


def test_a_conversations_own_deductions_count_too():
    answers = {"base": "5", "own_deductions": ["d1", "blame"]}
    assert compute(PER_TASK, answers, GUIDANCE) == {"total": "3"}


def test_without_a_base_there_is_no_total():
    assert compute(PER_TASK, {"base": None, "partly_false": "yes"}) == {}
    assert compute(PER_TASK, {}) == {}


def test_guidance_gives_labels_with_keys_and_effects():
    points = guidance_labels(GUIDANCE, "guidance.points")
    assert [label.key for label in points] == ["p1", "apology"]
    deductions = guidance_labels(GUIDANCE, "guidance.deductions")
    assert [label.effect for label in deductions] == [Effect(minus=1), Effect(cap=3)]


@pytest.mark.parametrize("guidance", [None, {}, {"points": None}])
def test_a_conversation_without_guidance_has_no_labels(guidance):
    assert guidance_labels(guidance, "guidance.points") == ()
