import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.consensus import (
    NOT_SHOWN,
    Disagreement,
    Moot,
    Reason,
    Rule,
    Settled,
    Waiting,
    default_rule,
    rule_problem,
    settle,
)
from core.scales import Scale

FIVE = Scale("ordinal", "ordinal", points=("1", "2", "3", "4", "5"), name="helpfulness")
BREAKDOWN = Scale("ordinal", "ordinal", points=("O", "T", "X"))
YES_NO = Scale("binary", "nominal", points=("no", "yes"), name="answerable")
CAUSES = Scale("multi", "nominal", points=("utterance", "response", "context"))
PERCENT = Scale("numeric", "interval", minimum=0, maximum=100)
TEXT = Scale("text", "")
NEIGHBOURS = Rule(min_raters=2, aggregate="median", max_spread=1)
MAJORITY = Rule(min_raters=2, aggregate="majority", min_share=0.667)


def test_neighbouring_points_settle_at_their_median():
    assert settle([3, 4, 4], NEIGHBOURS, FIVE) == Settled(4, None, {"4": 1, "5": 2}, 0)


def test_two_neighbours_settle_at_the_lower():
    assert settle([3, 4], NEIGHBOURS, FIVE).value == 3


def test_scores_too_far_apart_disagree_and_name_the_ends():
    outcome = settle([0, 2, 4], NEIGHBOURS, FIVE)
    assert outcome == Disagreement(Reason.SPREAD, {"1": 1, "3": 1, "5": 1}, 0, ("1", "5"))
    assert outcome.sentence() == "The scores lie too far apart: 1, 5."


def test_two_of_three_are_two_thirds():
    assert settle([1, 1, 0], MAJORITY, YES_NO).value == 1


def test_three_of_five_are_not():
    outcome = settle([1, 1, 1, 0, 0], MAJORITY, YES_NO)
    assert (outcome.reason, outcome.between) == (Reason.SHARE, ("no", "yes"))


def test_a_tie_is_called_a_tie():
    outcome = settle([0, 1], MAJORITY, YES_NO)
    assert (outcome.reason, outcome.between) == (Reason.TIE, ("no", "yes"))
    plain = Rule(min_raters=2, aggregate="majority")
    assert settle([0, 0, 1, 1, 2], plain, BREAKDOWN).between == ("O", "T")


def test_both_bounds_must_hold_if_both_are_set():
    strict = Rule(min_raters=2, aggregate="median", max_spread=1, min_share=0.667)
    assert settle([3, 4], strict, FIVE).reason is Reason.TIE
    assert settle([3, 3, 4], strict, FIVE).value == 3
    assert settle([3, 3, 0], strict, FIVE).reason is Reason.SPREAD


def test_fewer_ratings_than_the_rule_needs_wait():
    assert settle([4], NEIGHBOURS, FIVE) == Waiting(have=1, need=2)
    assert settle([], NEIGHBOURS, FIVE) == Waiting(have=0, need=2)


def test_who_cannot_judge_is_missing():
    assert settle([4, None, 4], NEIGHBOURS, FIVE) == Settled(4, None, {"5": 2}, 1)


def test_too_few_who_could_judge_is_a_disagreement():
    outcome = settle([4, None, None], NEIGHBOURS, FIVE)
    assert (outcome.reason, outcome.cannot_judge) == (Reason.TOO_FEW, 2)
    assert settle([None, None], NEIGHBOURS, FIVE).reason is Reason.TOO_FEW


def test_a_criterion_hidden_from_most_does_not_arise():
    assert settle([1, NOT_SHOWN, NOT_SHOWN], NEIGHBOURS, FIVE) == Moot(shown=1, hidden=2)
    assert settle([1, NOT_SHOWN], NEIGHBOURS, FIVE) == Moot(shown=1, hidden=1)


def test_a_criterion_hidden_from_few_settles_among_the_others():
    three = Rule(min_raters=3, aggregate="median", max_spread=1)
    assert settle([2, 2, NOT_SHOWN], three, FIVE).value == 2
    assert settle([2, None, NOT_SHOWN], three, FIVE).reason is Reason.TOO_FEW


def test_labels_settle_one_by_one():
    outcome = settle([0b011, 0b001, 0b101], MAJORITY, CAUSES)
    assert outcome == Settled(0b001, None, {"utterance": 3, "response": 1, "context": 1}, 0)


def test_nobody_ticking_anything_is_agreement():
    assert settle([0, 0], MAJORITY, CAUSES) == Settled(0, None, {}, 0)


def test_a_label_that_half_ticked_is_a_tie():
    outcome = settle([0b01, 0b11], MAJORITY, CAUSES)
    assert (outcome.reason, outcome.between) == (Reason.TIE, ("response",))


def test_an_unclear_label_is_named():
    outcome = settle([0b1, 0b1, 0b1, 0b0, 0b0], MAJORITY, CAUSES)
    assert (outcome.reason, outcome.between) == (Reason.SHARE, ("utterance",))


def test_numbers_settle_at_their_mean():
    rule = default_rule(PERCENT, 3)
    assert settle([50.0, 60.0, 70.0], rule, PERCENT) == Settled(
        None, 60.0, {"50": 1, "60": 1, "70": 1}, 0
    )
    assert settle([0.0, 50.0, 100.0], rule, PERCENT).reason is Reason.SPREAD


def test_a_mean_of_points_at_interval_level_is_a_number():
    scale = Scale("ordinal", "interval", points=FIVE.points)
    outcome = settle([3, 4], Rule(2, "mean", max_spread=1), scale)
    assert (outcome.value, outcome.number) == (None, 3.5)


def test_the_default_rule_fits_the_kind():
    assert default_rule(FIVE, 3) == Rule(3, "median", max_spread=1)
    assert default_rule(BREAKDOWN, 3) == Rule(3, "majority", min_share=0.667)
    assert default_rule(YES_NO, 2).aggregate == "majority"
    assert default_rule(PERCENT, 2).max_spread == 25
    assert default_rule(Scale("numeric", "ratio"), 2).max_spread == 0
    assert default_rule(TEXT, 2) is None


@pytest.mark.parametrize("scale", [FIVE, BREAKDOWN, YES_NO, CAUSES, PERCENT])
def test_a_default_rule_is_a_lawful_rule_and_survives_json(scale):
    rule = default_rule(scale, 2)
    assert rule_problem(rule, scale) is None
    assert Rule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize(
    ("rule", "scale", "words"),
    [
        (Rule(2, "mean"), FIVE, "mean has no meaning"),
        (Rule(2, "median"), YES_NO, "no order"),
        (Rule(2, "majority", max_spread=1), CAUSES, "no order"),
        (Rule(2, "vote"), FIVE, "“vote” is no way to settle"),
        (Rule(0, "median"), FIVE, "needs 0 raters"),
        (Rule(2, "majority", min_share=1.5), FIVE, "not between 0 and 1"),
        (Rule(2, "median", max_spread=-1), FIVE, "below 0"),
    ],
)
def test_a_rule_that_does_not_fit_says_why(rule, scale, words):
    assert words in rule_problem(rule, scale)


SCORES = st.lists(st.one_of(st.integers(0, 4), st.none()), min_size=1, max_size=9)
RULES = st.builds(
    Rule,
    min_raters=st.integers(1, 3),
    aggregate=st.sampled_from(["median", "majority"]),
    max_spread=st.one_of(st.none(), st.integers(0, 4)),
    min_share=st.one_of(st.none(), st.sampled_from([0.5, 0.667, 1])),
)


@given(SCORES, RULES)
def test_a_verdict_is_a_point_that_somebody_chose(scores, rule):
    outcome = settle(scores, rule, FIVE)
    assert not isinstance(outcome, Settled) or outcome.value in scores


@given(SCORES, RULES, st.randoms())
def test_the_order_of_raters_does_not_matter(scores, rule, random):
    assert settle(random.sample(scores, len(scores)), rule, FIVE) == settle(scores, rule, FIVE)


@given(SCORES, RULES)
def test_every_judgement_is_in_the_distribution(scores, rule):
    outcome = settle(scores, rule, FIVE)
    if isinstance(outcome, Settled | Disagreement):
        assert sum(outcome.distribution.values()) + outcome.cannot_judge == len(scores)


@given(st.integers(0, 4), st.integers(1, 9))
def test_unanimous_raters_settle(point, raters):
    rule = default_rule(FIVE, raters)
    assert settle([point] * raters, rule, FIVE).value == point
