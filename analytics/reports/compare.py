"""Two variants on end-user feedback: which is better, or how much more it takes to know.

`compare` is the one way in, for the page, the API and the command. What decides is, by default, a
confidence sequence clustered by respondent: looking daily and stopping when it excludes 0 is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Project
from analytics.models import ComparePlan
from analytics.reports.compare_facts import (
    Assigned,
    Facts,
    answers_by_day,
    assigned_to,
    facts_of,
)
from analytics.reports.compare_formulas import Formula, formula_of
from analytics.reports.compare_kept import counts_of, kept
from analytics.reports.compare_strata import Strata, strata_compared
from analytics.reports.compare_sums import ALL_TRUST, Asked, Sums, sums_of
from analytics.reports.compare_warnings import Warned, warnings_of
from analytics.stats.estimates import Estimate
from core.errors import InvalidError
from surveys.models import Trust

if TYPE_CHECKING:
    from analytics.stats.feedback.assignment import RatioCheck
    from analytics.stats.feedback.posterior import Posterior

FEWEST = 10
"""Answers under which no share is shown, only counts."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNKNOWN = "not yet known"
    BLOCKED = "not comparable"


@dataclass(frozen=True, slots=True)
class Side:
    """One variant.

    Attributes:
        name: As feedback names it.
        assigned: People; None where no assignment was reported.
        sums: Its answers and showings.
        mean: What an answer is on average, with an interval by respondent; no value below `FEWEST`.
    """

    name: str
    assigned: int | None
    sums: Sums
    mean: Estimate

    @property
    def coverage(self) -> float | None:
        """Answered of shown; None where nothing was shown."""
        return self.sums.showings.ratio if self.sums.showings.n else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Second variant against the first, in the unit of an answer: `b` minus `a`.

    Attributes:
        difference: With the limits that decide nothing before their time: the sequence.
        planned: The interval of one look, where a plan was locked and its number is reached.
        verdict: What may be said now.
        needed: About how many more answers of each variant it takes; None where nobody can tell.
        assigned_ratio: People assigned against the planned shares; None without assignments.
        shown_ratio: People shown against the same shares, or halves.
        response: Difference of the response rates.
        posterior: Chances, as a second lens; None where a warning blocks, for it blocks them too.
        both: People who met both variants.
    """

    formula: Formula
    trust: str
    a: Side
    b: Side
    facts: Facts
    assigned: Assigned | None
    difference: Estimate
    plan: ComparePlan | None
    planned: Estimate | None
    verdict: Verdict
    needed: int | None
    assigned_ratio: "RatioCheck | None"
    shown_ratio: "RatioCheck"
    response: Estimate
    posterior: "Posterior | None"
    strata: Strata | None
    both: int
    warnings: Sequence[Warned]

    @property
    def blocking(self) -> list[Warned]:
        return [one for one in self.warnings if one.blocks]

    @property
    def deciding(self) -> Estimate:
        """What the verdict rests on."""
        return self.planned or self.difference


def compare(
    project: Project,
    a: str,
    b: str,
    *,
    metric: str = "thumb",
    by: str = "",
    trust: str = Trust.SIGNED,
    since: date | None = None,
) -> Comparison:
    """Compare two variants on the feedback that stands now.

    Args:
        project: Whose feedback.
        a: Name of the first variant, the one that is there.
        b: Name of the second one, which is to be better.
        metric: One of `FORMULAS`.
        by: Stratum: "language", "locale" or a key of the context; without, the language where
            there are several.
        trust: A level of trust, or "all".
        since: First day; without, the day from which both were shown.
    """
    asked = checked(project, a, b, metric, trust, since)
    plan = ComparePlan.objects.filter(
        project=project, metric=metric, variant_a=a, variant_b=b
    ).first()
    if plan and since is None:
        asked = replace(asked, since=plan.first_day)
    facts = facts_of(asked)
    if facts.since and not asked.since:
        asked = replace(asked, since=facts.since)
        facts = facts_of(asked)
    return _compared(asked, facts, plan, by or _usual_stratum(facts))


def _usual_stratum(facts: Facts) -> str:
    """The language where there are several; of conversations that are not here, the widget's."""
    if len([one for one in facts.languages if one]) < 2 and "" not in facts.languages[:1]:
        return ""
    return "language" if facts.languages[0] else "locale"


def checked(project: Project, a: str, b: str, metric: str, trust: str, since: date | None) -> Asked:
    if a == b:
        raise InvalidError(
            _("Both sides are “%(name)s”. Name two variants to compare.") % {"name": a}
        )
    if trust != ALL_TRUST and trust not in Trust.values:
        raise InvalidError(
            _("Trust “%(trust)s” is unknown; there are %(known)s.")
            % {"trust": trust, "known": ", ".join([*Trust.values, ALL_TRUST])}
        )
    return Asked(project, formula_of(metric), a, b, trust, since)


def _compared(asked: Asked, facts: Facts, plan: ComparePlan | None, by: str) -> Comparison:
    from analytics.stats.feedback.assignment import response_rate_test, sample_ratio_test
    from analytics.stats.feedback.differences import clustered_sequence
    from analytics.stats.feedback.posterior import chance_of_better

    counts = counts_of(asked, by)
    one, other = (counts.sums[name] for name in asked.variants)
    assigned = assigned_to(asked.project, asked.a, asked.b)
    shares = (assigned.share_a, assigned.share_b) if assigned else (1.0, 1.0)
    people = (one.showings.respondents, other.showings.respondents)
    found = Comparison(
        formula=asked.formula,
        trust=asked.trust,
        a=_side(asked.a, assigned.a if assigned else None, one, asked.formula),
        b=_side(asked.b, assigned.b if assigned else None, other, asked.formula),
        facts=facts,
        assigned=assigned,
        difference=clustered_sequence(other.answers, one.answers),
        plan=plan,
        planned=_planned(asked, plan),
        verdict=Verdict.UNKNOWN,
        needed=None,
        assigned_ratio=sample_ratio_test((assigned.a, assigned.b), shares) if assigned else None,
        shown_ratio=sample_ratio_test(people, shares),
        response=response_rate_test(other.showings, one.showings),
        posterior=chance_of_better(other.answers, one.answers, is_share=asked.formula.is_share),
        strata=strata_compared(asked, by, counts.strata) if by else None,
        both=counts.both,
        warnings=(),
    )
    found = replace(found, warnings=warnings_of(found))
    if found.blocking:
        found = replace(found, posterior=None)
    return replace(found, verdict=_verdict(found), needed=_needed(found))


def _side(name: str, assigned: int | None, sums: Sums, formula: Formula) -> Side:
    """With an interval by respondent; where all answers are equal, as if people were the cases."""
    from math import sqrt

    from analytics.stats import reasons
    from analytics.stats.comparisons.proportions import normal_quantile, wilson_interval

    answers, method = sums.answers, "mean by respondent, delta method"
    if answers.n < FEWEST or answers.respondents < 2:
        few = reasons.FEW_ROWS if answers.n else reasons.NO_CASES
        return Side(name, assigned, sums, Estimate(None, None, None, 0.95, answers.n, method, few))
    variance, value = answers.variance(), answers.ratio
    low = high = None
    if variance > 0:
        reach = normal_quantile(0.95) * sqrt(variance)
        low, high = max(formula.low, value - reach), min(formula.high, value + reach)
    elif formula.is_share:
        k = answers.respondents
        low, high = wilson_interval(round(value * k), k, 0.95)
    return Side(name, assigned, sums, Estimate(value, low, high, 0.95, answers.n, method))


def _planned(asked: Asked, plan: ComparePlan | None) -> Estimate | None:
    """The one look that was planned: at the first day on which both variants have the number.

    Later looks see the same days, so looking again changes nothing.
    """
    from analytics.stats.feedback.differences import clustered_difference

    if plan is None or asked.trust != Trust.SIGNED or asked.since != plan.first_day:
        return None
    reached: list[date] = []
    for days in answers_by_day(asked).values():
        total = 0
        for day, n in days:
            total += n
            if total >= plan.answers:
                reached.append(day)
                break
    if len(reached) < 2:
        return None
    look = replace(asked, until=max(reached))
    sums = kept(look, "look", lambda: sums_of(look))
    return clustered_difference(sums[asked.b].answers, sums[asked.a].answers)


def _verdict(found: Comparison) -> Verdict:
    if not (found.a.sums.answers.n and found.b.sums.answers.n):
        return Verdict.UNKNOWN
    if found.blocking:
        return Verdict.BLOCKED
    if found.plan and found.planned is None and found.trust == Trust.SIGNED:
        return Verdict.UNKNOWN
    low, high = found.deciding.low, found.deciding.high
    if low is not None and low > 0:
        return Verdict.BETTER
    return Verdict.WORSE if high is not None and high < 0 else Verdict.UNKNOWN


def _needed(found: Comparison) -> int | None:
    from analytics.stats.feedback.differences import answers_needed, two_digits

    a, b = found.a.sums.answers, found.b.sums.answers
    if found.verdict != Verdict.UNKNOWN or not (a.n and b.n):
        return None
    if found.plan and found.planned is None and found.trust == Trust.SIGNED:
        return two_digits(max(0, found.plan.answers - min(a.n, b.n)))
    return answers_needed(b, a) if min(a.respondents, b.respondents) >= 2 else None
