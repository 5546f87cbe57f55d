"""Two variants on feedback: what is counted, what is said, and what blocks an answer."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.models import ComparePlan
from analytics.reports.compare import Verdict, compare
from analytics.reports.compare_days import days_of
from analytics.reports.compare_formulas import FORMULAS
from analytics.reports.compare_page import compare_page
from analytics.reports.compare_power import plan_of
from analytics.reports.compare_sums import Asked, strata_of, sums_of
from analytics.reports.compare_words import finding, level, level_limits
from core.errors import InvalidError
from surveys.models import Trust
from surveys.services.assignments import record_assignments
from tests.factories import NOON, make_project
from tests.feedback_rows import DAY, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make_project()


def codes(found):
    return [one.code for one in found.warnings]


@pytest.mark.parametrize(
    ("metric", "kind", "values", "mean"),
    [
        ("star5", "star5", [5, 4, 3, 1], 0.5),
        ("star5_mean", "star5", [5, 4, 3, 1], 3.25),
        ("csat", "csat", [5, 5, 2, 4], 0.75),
        ("ces", "ces", [7, 5, 4, 1], 0.5),
        ("nps", "nps", [10, 9, 8, 0], 0.25),
    ],
)
def test_each_formula_counts_what_its_name_says(project, metric, kind, values, mean):
    give(project, "a", values, kind=kind)
    sums = sums_of(Asked(project, FORMULAS[metric], "a", "b"))
    assert sums["a"].answers.ratio == mean
    assert sums["b"].answers.n == 0


def test_a_better_variant_is_called_better_and_the_other_way_round_worse(project):
    give(project, "a", [1, 0] * 100)
    give(project, "b", [1] * 190 + [0] * 10)
    found = compare(project, "a", "b")
    assert found.verdict == Verdict.BETTER
    assert found.difference.value == pytest.approx(0.45)
    assert compare(project, "b", "a").verdict == Verdict.WORSE
    assert "“b” does better than “a”: +45.0 points" in finding(found)


def test_what_is_not_yet_known_says_how_much_more_it_takes(project):
    give(project, "a", [1] * 160 + [0] * 40)
    give(project, "b", [1] * 172 + [0] * 28)
    found = compare(project, "a", "b")
    assert found.verdict == Verdict.UNKNOWN
    assert found.needed
    assert f"about {found.needed:,} more feedback per variant" in finding(found)


def test_without_feedback_nothing_is_computed_and_the_empty_side_is_named(project):
    assert compare(project, "a", "b").difference.value is None
    give(project, "a", [1] * 30)
    found = compare(project, "a", "b")
    assert "no feedback on “b” yet" in finding(found)
    assert found.posterior is None


def test_a_variant_is_not_compared_with_itself(project):
    with pytest.raises(InvalidError, match="Both sides are “a”"):
        compare(project, "a", "a")


@pytest.mark.parametrize("wrong", [{"metric": "likes"}, {"trust": "blind"}])
def test_unknown_metrics_and_levels_are_refused_with_those_there_are(project, wrong):
    with pytest.raises(InvalidError, match="there are"):
        compare(project, "a", "b", **wrong)


def test_feedback_of_another_project_is_not_counted(project):
    give(make_project(), "a", [1] * 30)
    assert compare(project, "a", "b").a.sums.answers.n == 0


def test_only_signed_feedback_decides_and_much_else_is_told(project):
    give(project, "a", [1] * 30)
    give(project, "b", [1] * 30)
    give(project, "b", [0] * 30, trust=Trust.OPEN)
    found = compare(project, "a", "b")
    assert found.b.sums.answers.n == 30
    assert [(one.code, one.blocks) for one in found.warnings] == [("unsigned", False)]
    every = compare(project, "a", "b", trust="all")
    assert every.b.sums.answers.n == 60
    assert ("unsigned", True) in [(one.code, one.blocks) for one in every.warnings]


def test_a_variant_shown_to_fewer_people_than_planned_blocks_the_answer(project):
    give(project, "a", [1] * 200)
    give(project, "b", [1] * 90)
    found = compare(project, "a", "b")
    assert found.verdict == Verdict.BLOCKED
    assert "shown_ratio" in codes(found)
    assert "cannot be compared fairly" in finding(found)


def test_planned_shares_come_from_the_experiment(project):
    shares = {"a": 2, "b": 1}
    people = [str(number) for number in range(300)]
    dealt = record_assignments(
        project=project, experiment="e", shares=shares, seed="", subjects=people, now=NOON
    )
    for person, variant in dealt.items():
        give(project, variant, [1], respondent=person)
    found = compare(project, "a", "b")
    assert found.assigned.a + found.assigned.b == 300
    assert found.a.assigned == list(dealt.values()).count("a")
    assert not found.assigned_ratio.alarm
    assert not found.shown_ratio.alarm


def test_a_variant_that_changes_who_answers_blocks_the_answer(project):
    give(project, "a", [1] * 100 + [None] * 100)
    give(project, "b", [1] * 20 + [None] * 180)
    found = compare(project, "a", "b")
    assert "response_rate" in codes(found)
    assert found.response.value == pytest.approx(-0.4)


def test_a_mix_that_turns_the_sign_is_seen_within_strata(project):
    give(project, "a", [1] * 90 + [0] * 10, language="en")
    give(project, "a", [1] * 10 + [0] * 10, language="ja")
    give(project, "b", [1] * 19 + [0] * 1, language="en")
    give(project, "b", [1] * 55 + [0] * 45, language="ja")
    found = compare(project, "a", "b")
    assert found.strata.by == "language"
    assert found.difference.value < 0 < found.strata.within.value
    assert found.verdict == Verdict.BLOCKED
    assert "signs_differ" in codes(found)
    assert found.posterior is None  # of all answers together, which point the other way


def test_strata_may_be_any_key_of_the_context(project):
    give(project, "a", [1, 1, 0], context={"topic": "billing"})
    give(project, "b", [1], context={"topic": 'login\'s "%s"'})
    found = strata_of(Asked(project, FORMULAS["thumb"], "a", "b"), "topic")
    assert list(found) == ["billing", 'login\'s "%s"']
    assert found["billing"]["a"].n == 3
    odd = strata_of(Asked(project, FORMULAS["thumb"], "a", "b"), "to'pic\") --")
    assert list(odd) == [""]


def test_strata_are_named_by_text_whatever_the_context_holds(project):
    for one in (0, 1, "1", True, 0.5, "x", None):
        give(project, "a", [1] * 6, context={"tier": one})
    give(project, "b", [1] * 6, context={})
    found = strata_of(Asked(project, FORMULAS["thumb"], "a", "b"), "tier")
    counted = {name: sums["a"].n for name, sums in found.items()}
    assert counted == {"0": 6, "1": 12, "true": 6, "0.5": 6, "x": 6, "": 6}


def test_a_mix_is_told_in_the_words_of_the_page(project):
    give(project, "a", [1] * 90 + [0] * 10, language="en")
    give(project, "a", [1] * 10 + [0] * 10, language="ja")
    give(project, "b", [1] * 19 + [0] * 1, language="en")
    give(project, "b", [1] * 55 + [0] * 45, language="ja")
    [words] = [
        one.words for one in compare(project, "a", "b").warnings if one.code == "signs_differ"
    ]
    assert "each stratum (language of the conversation)" in words


def test_both_limits_of_a_recommendation_bear_their_signs(project):
    give(project, "a", [10, 10, 10, 8] * 10, kind="nps")
    side = compare(project, "a", "b", metric="nps").a
    assert level(side, FORMULAS["nps"]) == "+75.0"
    assert [end[0] for end in level_limits(side, FORMULAS["nps"]).split(" to ")] == ["+", "+"]


def test_a_planned_difference_of_means_keeps_its_hundredths(project):
    plan = {"metric": "star5_mean", "variant_a": "a", "variant_b": "b", "first_day": DAY}
    ComparePlan.objects.create(project=project, answers=40, difference=0.05, **plan)
    found = compare(project, "a", "b", metric="star5_mean")
    assert "a difference of +0.05" in compare_page(project, found).planned


@pytest.mark.parametrize(
    ("metric", "baseline", "difference", "spread"),
    [("thumb", 0.001, 0.98, 1.0), ("star5_mean", 0.0, 3.0, 0.1), ("nps", 0.0, 1.9, 0.1)],
)
def test_a_difference_that_nobody_could_miss_takes_few_answers(
    metric, baseline, difference, spread
):
    plan = plan_of(
        FORMULAS[metric], baseline=baseline, difference=difference, coverage=0.5, spread=spread
    )
    assert 1 <= plan.answers_any_time <= 10
    assert plan.showings_any_time == 2 * plan.answers_any_time


def test_small_strata_show_no_number(project):
    give(project, "a", [1] * 20, language="en")
    give(project, "b", [1] * 20, language="en")
    give(project, "a", [1] * 3, language="ja")
    give(project, "b", [1] * 30, language="ja")
    lines = {line.name: line.is_small for line in compare(project, "a", "b").strata.lines}
    assert lines == {"en": False, "ja": True}


def test_a_changed_widget_blocks_until_one_compares_from_its_day(project):
    give(project, "a", [1] * 30, instrument=1)
    give(project, "b", [1] * 30, instrument=1)
    later = DAY + timedelta(days=1)
    give(project, "a", [1] * 30, instrument=2, day=later)
    give(project, "b", [1] * 30, instrument=2, day=later)
    assert "instrument_changed" in codes(compare(project, "a", "b"))
    found = compare(project, "a", "b", since=later)
    assert found.warnings == ()
    assert found.a.sums.answers.n == 30


def test_being_shown_before_the_words_are_fetched_is_no_change_of_the_widget(project):
    for name in ("a", "b"):
        give(project, name, [1] * 30)
        give(project, name, [None] * 30, instrument=0)
    assert "instrument_changed" not in codes(compare(project, "a", "b"))


def test_days_before_both_were_shown_do_not_count(project):
    give(project, "a", [0] * 30, day=DAY - timedelta(days=9))
    give(project, "a", [1] * 30)
    give(project, "b", [1] * 30)
    found = compare(project, "a", "b")
    assert found.facts.since == DAY
    assert found.a.sums.answers.n == 30


def test_people_who_met_both_variants_are_told(project):
    give(project, "a", [1, 1], respondent="both")
    give(project, "b", [1], respondent="both")
    found = compare(project, "a", "b")
    assert found.both == 1
    assert codes(found) == ["met_both"]


def test_the_days_add_up_to_the_whole(project):
    rng = np.random.default_rng(2)
    for step in range(4):
        for person in range(25):
            for variant in ("a", "b"):
                values = rng.integers(0, 2, size=2).tolist()
                day = DAY + timedelta(days=step)
                give(project, variant, values, respondent=f"{variant}{person}", day=day)
    asked = Asked(project, FORMULAS["thumb"], "a", "b")
    days = days_of(asked)
    sums = sums_of(asked)
    assert len(days) == 4
    assert (days[-1].a, days[-1].b) == (sums["a"].answers, sums["b"].answers)
    second = sums_of(replace(asked, until=DAY + timedelta(days=1)))
    assert days[1].a == second["a"].answers


def test_a_locked_plan_waits_for_its_number_and_then_looks_once(project):
    ComparePlan.objects.create(
        project=project,
        metric="thumb",
        variant_a="a",
        variant_b="b",
        answers=40,
        difference=0.1,
        first_day=DAY,
    )
    give(project, "a", [1, 0] * 15)
    give(project, "b", [1] * 30)
    waiting = compare(project, "a", "b")
    assert (waiting.verdict, waiting.planned, waiting.needed) == (Verdict.UNKNOWN, None, 10)
    assert "the plan waits for 10 more" in finding(waiting)
    give(project, "a", [1, 0] * 5, day=DAY + timedelta(days=1))
    give(project, "b", [1] * 10, day=DAY + timedelta(days=1))
    reached = compare(project, "a", "b")
    assert reached.planned.value == pytest.approx(0.5)
    assert reached.verdict == Verdict.BETTER
    give(project, "b", [0] * 200, day=DAY + timedelta(days=2))
    give(project, "a", [0] * 200, day=DAY + timedelta(days=2))
    assert compare(project, "a", "b").planned == reached.planned
