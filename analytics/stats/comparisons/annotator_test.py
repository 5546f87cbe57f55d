"""May a judge stand in for raters? The alternative annotator test.

Each rater is left out in turn. On each unit both that rater and the judge are compared with the
remaining raters: whoever is nearer to them represents them better. The judge wins against a rater
when it is better or equal often enough, with `epsilon` given to it because it is cheaper.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal, TypeAlias

import numpy as np

from analytics.stats import reasons
from analytics.stats.checks import checked_share
from analytics.stats.comparisons.multiplicity import adjusted_p, rejections
from analytics.stats.comparisons.paired import t_tail
from analytics.stats.errors import DuplicateRatingError, RowsError, StatisticsError
from analytics.stats.types import FloatArray, IntArray

Nearness: TypeAlias = Literal["accuracy", "neg_rmse"]
PASSES_FROM: Final = 0.5


@dataclass(frozen=True, slots=True)
class RaterComparison:
    """The judge against one rater.

    Attributes:
        rater: Who was left out.
        n_units: Units compared.
        advantage: Share of units on which the judge is at least as near to the others.
        difference: Share of units on which the rater is at least as near, minus `advantage`; the
            test asks whether it is below epsilon.
        p: Of the one-sided t test.
        adjusted_p: After Benjamini-Yekutieli over raters.
        wins: Whether the judge wins.
    """

    rater: Hashable
    n_units: int
    advantage: float
    difference: float
    p: float
    adjusted_p: float
    wins: bool


@dataclass(frozen=True, slots=True)
class AnnotatorTest:
    """Result of the test over all raters.

    Attributes:
        winning_rate: Share of compared raters whom the judge wins against; None without any.
        advantage_probability: Mean `advantage` over compared raters: the chance that the judge is
            as good as a rater drawn at random; None without any.
        raters: One comparison a rater with enough units, in the order of first appearance.
        left_out: Raters with too few units; they still count among the others.
        reason: Why there is no result.
    """

    winning_rate: float | None
    advantage_probability: float | None
    raters: tuple[RaterComparison, ...]
    left_out: tuple[Hashable, ...]
    reason: str | None = None

    @property
    def passes(self) -> bool | None:
        """Whether the judge may replace raters: it wins against half of them or more."""
        return None if self.winning_rate is None else self.winning_rate >= PASSES_FROM


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Ratings as positions among the values that occur, -1 where missing."""

    human: IntArray
    judge: IntArray
    raters: list[Hashable]
    values: list[Hashable]


def alternative_annotator_test(
    unit: Sequence[Hashable],
    rater: Sequence[Hashable],
    value: Sequence[Hashable],
    judged_unit: Sequence[Hashable],
    judged_value: Sequence[Hashable],
    *,
    nearness: Nearness = "accuracy",
    epsilon: float = 0.2,
    q: float = 0.05,
    min_raters_per_unit: int = 2,
    min_units_per_rater: int = 30,
) -> AnnotatorTest:
    """Compare a judge with each rater, both against the remaining raters.

    Args:
        unit: Length n_rows; unit of each human rating.
        rater: Length n_rows; its rater.
        value: Length n_rows; the rating. Numbers for "neg_rmse".
        judged_unit: Length n_judged; units that the judge rated.
        judged_value: Length n_judged; its ratings.
        nearness: "accuracy", the share of the other raters with the same value, or "neg_rmse",
            minus the root mean squared distance to them.
        epsilon: What the judge is given for being cheaper: 0.2 against experts, 0.15 against
            skilled raters, 0.1 against a crowd.
        q: False discovery rate over raters.
        min_raters_per_unit: Units with fewer ratings are left out; at least 2.
        min_units_per_rater: Raters with fewer such units are not compared.

    Returns:
        Winning rate and advantage probability of the judge, 0 to 1, with each rater's test; a
        reason where nobody can be compared.

    Raises:
        RowsError: Columns differ in length, or distances are asked of values that are no numbers.
        DuplicateRatingError: A rater, or the judge, rates a unit twice.
        StatisticsError: An unknown nearness, or options out of range.

    Source:
        Calderon, Reichart and Dror (2025), The Alternative Annotator Test for LLM-as-a-Judge, ACL,
        https://aclanthology.org/2025.acl-long.782/

    Example:
        >>> units = [unit for unit in range(40) for rater in "abc"]
        >>> values = [unit % 3 for unit in units]
        >>> found = alternative_annotator_test(units, list("abc") * 40, values, units[::3],
        ...                                    values[::3])
        >>> found.winning_rate, found.advantage_probability, found.passes
        (1.0, 1.0, True)
    """
    checked_share(q, "False discovery rate", "0.05 for 5 %")
    if nearness not in ("accuracy", "neg_rmse"):
        raise StatisticsError(f"Nearness '{nearness}' is unknown; it is accuracy or neg_rmse.")
    if min_raters_per_unit < 2 or min_units_per_rater < 2 or not 0 <= epsilon < 1:
        raise StatisticsError(
            f"At least 2 raters a unit and 2 units a rater are needed, and epsilon from 0 to below "
            f"1; {min_raters_per_unit}, {min_units_per_rater} and {epsilon:g} were asked for."
        )
    table = _table(unit, rater, value, judged_unit, judged_value)
    kept = ((table.human >= 0).sum(axis=1) >= min_raters_per_unit) & (table.judge >= 0)
    own, judge = table.human[kept], table.judge[kept]
    human_loss, judge_loss = _losses(own, judge, table.values, nearness)
    found: list[tuple[Hashable, int, float, float, float]] = []
    left_out: list[Hashable] = []
    for column, name in enumerate(table.raters):
        rated = own[:, column] >= 0
        n = int(rated.sum())
        if n < min_units_per_rater:
            left_out.append(name)
            continue
        gap = human_loss[rated, column] - judge_loss[rated, column]
        apart = np.abs(gap) > 1e-9 * (np.abs(human_loss[rated, column]) + 1)
        judge_nearer = int((apart & (gap > 0)).sum())
        rater_nearer = int((apart & (gap < 0)).sum())
        p = _p_below(rater_nearer, judge_nearer, n, epsilon)
        found.append((name, n, (n - rater_nearer) / n, (rater_nearer - judge_nearer) / n, p))
    if not found:
        return AnnotatorTest(None, None, (), tuple(left_out), reasons.FEW_COMPARED)
    chances = [each[-1] for each in found]
    adjusted, wins = adjusted_p(chances, "BY"), rejections(chances, "BY", q)
    raters = tuple(
        RaterComparison(*each, float(adjusted[place]), bool(wins[place]))
        for place, each in enumerate(found)
    )
    advantage_probability = float(np.mean([each.advantage for each in raters]))
    return AnnotatorTest(
        int(wins.sum()) / len(raters), advantage_probability, raters, tuple(left_out)
    )


def _p_below(plus: int, minus: int, n: int, epsilon: float) -> float:
    """One-sided t test that a mean of n signs is below epsilon, from how many are 1 and -1.

    Signs without spread are below it for sure, or not.
    """
    mean = (plus - minus) / n
    variance = (n * (plus + minus) - (plus - minus) ** 2) / (n * (n - 1))
    if variance == 0:
        return 0.0 if mean < epsilon else 1.0
    return t_tail((mean - epsilon) / sqrt(variance / n), n - 1, "less")


def _losses(
    own: IntArray, judge: IntArray, values: list[Hashable], nearness: Nearness
) -> tuple[FloatArray, FloatArray]:
    """Distance of each rater, and of the judge in that rater's place, from the remaining raters.

    Sums, not means: both are over the same remaining raters, so the comparison is that of the
    means, and sums of whole numbers compare without rounding.

    Returns:
        Shapes (n_units, n_raters) both.
    """
    there = own >= 0
    if nearness == "accuracy":
        human = np.zeros(own.shape)
        for column in range(own.shape[1]):
            human[:, column] = (there & (own != own[:, [column]])).sum(axis=1)
        differs = there & (own != judge[:, None])
        return human, differs.sum(axis=1)[:, None] - differs.astype(np.float64)
    try:
        numbers = np.array([float(value) for value in values])  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise RowsError(
            "Distances are asked of ratings that are no numbers. Use the nearness 'accuracy'."
        ) from None
    worth = np.where(there, numbers[own], 0.0)
    rated = numbers[judge][:, None]
    n, total = there.sum(axis=1)[:, None], worth.sum(axis=1)[:, None]
    squares = np.square(worth).sum(axis=1)[:, None]
    human = squares - 2 * worth * total + n * np.square(worth)
    apart = np.where(there, np.square(worth - rated), 0.0)
    return human, apart.sum(axis=1)[:, None] - apart


def _table(
    unit: Sequence[Hashable],
    rater: Sequence[Hashable],
    value: Sequence[Hashable],
    judged_unit: Sequence[Hashable],
    judged_value: Sequence[Hashable],
) -> _Table:
    if not len(unit) == len(rater) == len(value) or len(judged_unit) != len(judged_value):
        raise RowsError(
            f"{len(unit)} units, {len(rater)} raters and {len(value)} values, and "
            f"{len(judged_unit)} judged units and {len(judged_value)} values do not fit together: "
            "each rating has all of them."
        )
    units = {name: place for place, name in enumerate(dict.fromkeys(unit))}
    raters = {name: place for place, name in enumerate(dict.fromkeys(rater))}
    values = {name: place for place, name in enumerate(dict.fromkeys([*value, *judged_value]))}
    human = np.full((len(units), len(raters)), -1, np.int64)
    judge = np.full(len(units), -1, np.int64)
    for one, who, what in zip(unit, rater, value, strict=True):
        if human[units[one], raters[who]] >= 0:
            raise DuplicateRatingError(f"Rater {who} rates unit {one} twice. Keep one rating each.")
        human[units[one], raters[who]] = values[what]
    seen: set[Hashable] = set()
    for one, what in zip(judged_unit, judged_value, strict=True):
        if one in seen:
            raise DuplicateRatingError(f"The judge rates unit {one} twice. Keep one rating.")
        seen.add(one)
        if one in units:
            judge[units[one]] = values[what]
    return _Table(human, judge, list(raters), list(values))
