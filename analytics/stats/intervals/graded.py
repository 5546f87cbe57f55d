"""Limits of intraclass correlations for other raters, where scores are grades on a scale with ends.

Generalized limits take scores for normal and raters to differ in severity alone. On five points a
severe rater meets the end of the scale, sees items less far apart, and so the part of the units and
that of the raters move against each other; raters who use the scale each in their own way move the
part of the units too. With few raters and many items that is most of what is not known, and limits
blind to it cover 92 % on balanced points, 85 to 90 % on skewed ones. Here variance components are
drawn of normal scores behind the grades, and the raters' own ways are added, as far as leaving out
one rater at a time shows any.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.coefficients.intraclass import checked_form, complete_rows, mean_squares
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.latent import Steps, correlations, margins, severities
from analytics.stats.intervals.resampling import (
    DEFAULT_REPLICATES,
    Interval,
    checked_confidence,
    checked_replicates,
    interval_of_replicates,
)
from analytics.stats.types import FloatArray

MIN_RATERS = 3
MAX_VALUES = 32
"""Values up to which a scale counts as grades; on finer ones ends and steps matter little."""


def icc_graded_interval(
    ratings: npt.ArrayLike,
    form: str,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> Interval:
    """Limits of form (2,1) or (2,k) for other items and other raters, scores taken for grades.

    They speak of the coefficient of the grades themselves, not of the scores behind them. Where
    raters hardly ever differ (0.8 and more), few ratings tell how far apart scores are, and limits
    are a little too close.

    Args:
        ratings: Shape (n_units, n_raters), on any scale; NaN for missing. Units with a gap are left
            out.
        form: "2,1" or "2,k".
        confidence: Between 0 and 1.
        replicates: Draws of the variance components; no rating is resampled.
        seed: The same seed gives the same limits, to the bit.

    Returns:
        The limits, of 0 or more; or the reason for their absence: fewer than three raters or more
        than 32 different values, or no residual is left.

    Raises:
        StatisticsError: The form is no other, confidence is not between 0 and 1, or replicates is
            below 1.

    Source:
        Generalized limits of Tian and Cappelleri (2004), Statistics in Medicine 23(13),
        doi:10.1002/sim.1782, of normal scores behind the grades; the excess that a jackknife has
        over the variance of a mean over pairs, Efron and Stein (1981), Annals of Statistics 9(3),
        doi:10.1214/aos/1176345462. The combination is ours: docs/explanation/coverage.md shows how
        often it holds.

    Example:
        >>> table = [[4, 2, 3, 4], [3, 1, 2, 1], [4, 2, 3, 4], [3, 1, 1, 3], [5, 3, 4, 5]]
        >>> found = icc_graded_interval(table, "2,1", seed=1)
        >>> found.name, found.low < 0.43 < found.high
        ('graded', True)
    """
    checked_confidence(confidence)
    checked_replicates(replicates)
    known = checked_form(form)
    if known[0] != "2":
        raise StatisticsError(
            f"Form '{form}' has limits of its own; graded ones are for forms 2,1 and 2,k."
        )
    table = complete_rows(ratings)
    values, places = np.unique(table, return_inverse=True)
    if table.shape[1] < MIN_RATERS or len(values) > MAX_VALUES:
        return Interval(reason=reasons.NOT_THIS_INTERVAL)
    if not float(mean_squares(table).residual) > 0:
        return Interval(reason=reasons.NO_RESIDUAL)
    drawn = _Scores.of(table, values, places.reshape(table.shape)).draws(replicates, seed)
    if known == "2,k":
        drawn = table.shape[1] * drawn / (1 + (table.shape[1] - 1) * drawn)
    return interval_of_replicates(drawn, confidence, "graded")


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """What grades tell of the normal scores behind them, in spreads of one rater's scores.

    Attributes:
        values: Shape (n_values,); ascending.
        borders: Shape (n_values - 1,); between them, of a rater of middling severity.
        alike: Correlation of two raters' scores: the part of the units.
        spread: Variance of the raters' severities, chance of the items included.
        n_units: Units.
        n_raters: Raters.
        own_ways: Variance, by raters, of the logarithm of the mean squares' ratio.
    """

    values: FloatArray
    borders: FloatArray
    alike: float
    spread: float
    n_units: int
    n_raters: int
    own_ways: float

    @classmethod
    def of(cls, table: FloatArray, values: FloatArray, places: npt.NDArray[np.intp]) -> "_Scores":
        n, k = table.shape
        below, scores = margins(places.astype(np.int64), len(values))
        borders, leniency = severities(below, scores)
        alike = correlations(Steps.at(scores, values), table)
        return cls(
            values, borders, float(alike[0]), float(leniency.var(ddof=1)), n, k, own_ways(alike, n)
        )

    def draws(self, replicates: int, seed: int) -> FloatArray:
        """Coefficients of grades by draws of the components of the scores: (replicates,)."""
        rng = np.random.default_rng(seed)
        n, k = self.n_units, self.n_raters
        residual, raters, units = (
            float(square) * free / rng.chisquare(free, replicates)
            for square, free in (
                (1 - self.alike, (n - 1) * (k - 1)),
                (n * self.spread, k - 1),
                (1 + (k - 1) * self.alike, n - 1),
            )
        )
        units = units * np.exp(np.sqrt(self.own_ways) * rng.standard_normal(replicates))
        of_units = np.maximum(units - residual, 0) / k
        of_raters = np.maximum(raters - residual, 0) / n
        one = of_units + residual
        of_units, of_raters = of_units / one, of_raters / one
        whole = 1 + of_raters
        centre = np.sqrt(of_raters / k + of_units / n) * rng.standard_normal(replicates)
        borders = (self.borders - centre[:, None]) / np.sqrt(whole)[:, None]
        return Steps.at(borders, self.values).correlation(of_units / whole)


def own_ways(alike: FloatArray, n_units: int) -> float:
    """How raters differ but for severity: a jackknife over raters less what chance gives it.

    A jackknife counts what single ratings of two raters give by chance 2k / (k - 2) times, since a
    mean over pairs of few raters loses much with one of them.

    Args:
        alike: Shape (n_raters + 1,); of all raters, then without each.
        n_units: Units.
    """
    k, rho = len(alike) - 1, float(alike[0])
    without = np.log((1 + (k - 1) * alike[1:]) / (1 - alike[1:]))
    found = (k - 1) / k * float(np.square(without - without.mean()).sum())
    units = 1 + (k - 1) * rho
    single = 1 - (k * rho / units) ** 2 + 1 / (k - 1)
    paired = k / ((k - 1) * units**2)
    chance = 2 / (n_units - 1) * (single + (2 * k / (k - 2) - 1) * paired)
    return max(found - chance, 0.0)
