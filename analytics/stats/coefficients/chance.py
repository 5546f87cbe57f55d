"""Agreement beyond chance on counts of values: Fleiss, Scott, Gwet, Brennan and Prediger.

All are (observed - chance) / (1 - chance) with the same observed agreement, the mean over units of
two ratings or more of the share of agreeing pairs. They differ in what two raters would agree on
without looking: see `Chance`. Shares of values are means over all units rated at least once.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.coefficients.coefficient import agreeing_pairs, checked_weights, evaluate
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.errors import RowsError
from analytics.stats.profiles import Profiles
from analytics.stats.types import BoolArray, FloatArray, IntArray, Level

Chance: TypeAlias = Literal["fleiss", "gwet", "uniform"]
SMALL = 1e-12


def beyond_chance(observed: FloatArray, expected: FloatArray) -> FloatArray:
    """(observed - expected) / (1 - expected), elementwise; NaN where chance leaves no room."""
    room = 1.0 - expected
    out = np.full(np.broadcast(observed, expected).shape, np.nan)
    return np.asarray(np.divide(observed - expected, room, out=out, where=room > SMALL))


@dataclass(frozen=True, eq=False)
class ChanceCorrected:
    """Agreement beyond chance, weighted or not.

    Attributes:
        weights: Shape (n_values, n_values); 1 for full agreement and 0 for none.
        chance: "fleiss" draws both ratings from the shares of the values; "gwet" has chance act
            only where raters guess, which grows with the spread of the shares; "uniform" takes all
            declared values for equally likely.
    """

    weights: FloatArray
    chance: Chance

    def usable(self, rows: IntArray) -> BoolArray:
        """Units rated at least once."""
        return np.asarray(rows.sum(axis=1) > 0)

    def terms(self, rows: IntArray | FloatArray, same: FloatArray | None = None) -> FloatArray:
        """Share of agreeing pairs, whether there is a pair, shares of values: (n, 2 + n_values)."""
        agreeing, pairs = agreeing_pairs(rows, self.weights, same)
        met = pairs > 0
        ratings = rows.sum(axis=1)
        shares = rows / np.where(ratings > 0, ratings, 1)[:, None]
        return np.column_stack([agreeing * met / np.where(met, pairs, 1), met, shares])

    def value(self, sums: FloatArray) -> FloatArray:
        """The coefficient of summed terms."""
        observed = np.full(sums.shape[:-1], np.nan)
        np.divide(sums[..., 0], sums[..., 1], out=observed, where=sums[..., 1] > 0)
        units = sums[..., 2:].sum(axis=-1, keepdims=True)
        shares = sums[..., 2:] / np.where(units > 0, units, 1)
        return beyond_chance(observed, self.by_chance(shares))

    def by_chance(self, shares: FloatArray) -> FloatArray:
        """Agreement expected by chance: (..., n_values) to (...)."""
        size = len(self.weights)
        if self.chance == "fleiss":
            return np.asarray((shares @ self.weights * shares).sum(axis=-1))
        if self.chance == "uniform" or size < 2:
            return np.full(shares.shape[:-1], self.weights.sum() / size**2)
        guessed = (shares * (1 - shares)).sum(axis=-1)
        return np.asarray(self.weights.sum() / (size * (size - 1)) * guessed)


def _of_counts(counts: npt.ArrayLike, weights: npt.ArrayLike | None, chance: Chance) -> float:
    profiles = Profiles.from_counts(counts)
    matrix = checked_weights(weights, profiles.counts.shape[1])
    return evaluate(ChanceCorrected(matrix, chance), profiles)


def fleiss_kappa(counts: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Fleiss' kappa: any number of raters a unit, raters not told apart.

    Args:
        counts: Shape (n_units, n_values).
        weights: Shape (n_values, n_values); partial credit (`agreement_weights`), None for
            equality.

    Returns:
        At most 1; NaN when no unit has two ratings or only one value is used.

    Raises:
        ScaleError: Weights do not fit the counts.

    Source:
        Fleiss (1971), Psychological Bulletin 76(5), doi:10.1037/h0031619; unequal numbers of
        ratings and weights: Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition.

    Example:
        >>> round(fleiss_kappa([[2, 0], [1, 1], [0, 2], [2, 0]]), 4)
        0.4667
    """
    return _of_counts(counts, weights, "fleiss")


def gwet_ac(counts: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Gwet's AC1, or AC2 with weights: steadier than kappa when nearly all ratings are equal.

    Its chance agreement *falls* as the shares grow uneven, which is contested: show it beside
    kappa or alpha, never instead of them because it is higher.

    Args:
        counts: Shape (n_units, n_values), one column a declared value, used or not: the number of
            values enters the coefficient.
        weights: As `fleiss_kappa`.

    Returns:
        At most 1; 1 when all ratings are equal and two values or more are declared; NaN when no
        unit has two ratings or one value is declared.

    Raises:
        ScaleError: Weights do not fit the counts.

    Source:
        Gwet (2008), British Journal of Mathematical and Statistical Psychology 61(1),
        doi:10.1348/000711006X126600.

    Example:
        >>> round(gwet_ac([[2, 0], [1, 1], [2, 0], [2, 0]]), 4)
        0.68
    """
    return _of_counts(counts, weights, "gwet")


def brennan_prediger(counts: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Brennan and Prediger's kappa (S, or G): every declared value is equally likely by chance.

    Args:
        counts: Shape (n_units, n_values), one column a declared value, used or not.
        weights: As `fleiss_kappa`.

    Returns:
        At most 1; NaN when no unit has two ratings or one value is declared.

    Raises:
        ScaleError: Weights do not fit the counts.

    Source:
        Brennan and Prediger (1981), Educational and Psychological Measurement 41(3),
        doi:10.1177/001316448104100307.

    Example:
        >>> brennan_prediger([[2, 0], [1, 1], [2, 0], [2, 0]])
        0.5
    """
    return _of_counts(counts, weights, "uniform")


def scott_pi(counts: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Scott's pi of two raters: chance from their pooled shares, on units that both rated.

    Args:
        counts: Shape (n_units, n_values); at most two ratings a unit.
        weights: As `fleiss_kappa`.

    Returns:
        At most 1; NaN when no unit has two ratings or only one value is used.

    Raises:
        RowsError: A unit has more than two ratings.
        ScaleError: Weights do not fit the counts.

    Source:
        Scott (1955), Public Opinion Quarterly 19(3), doi:10.1086/266577.

    Example:
        >>> round(scott_pi([[2, 0], [1, 1], [0, 2], [2, 0]]), 4)
        0.4667
    """
    rows = np.asarray(counts, dtype=np.int64)
    most = int(rows.sum(axis=1).max(initial=0))
    if most > 2:
        raise RowsError(
            f"A unit has {most} ratings, and Scott's pi compares two raters. Use Fleiss' kappa."
        )
    return _of_counts(rows[rows.sum(axis=1) == 2], weights, "fleiss")


def fleiss_by_category(counts: npt.ArrayLike) -> FloatArray:
    """Fleiss' kappa of each value against all others together.

    Args:
        counts: Shape (n_units, n_values).

    Returns:
        Shape (n_values,); NaN for values that nobody or everybody chose.

    Source:
        Fleiss, Nee and Landis (1979), Psychological Bulletin 86(5),
        doi:10.1037/0033-2909.86.5.974.

    Example:
        >>> fleiss_by_category([[2, 0, 0], [1, 1, 0], [0, 2, 0], [2, 0, 0]]).round(4)
        array([0.4667, 0.4667,    nan])
    """
    rows = np.asarray(counts, dtype=np.int64)
    others = rows.sum(axis=1, keepdims=True) - rows
    return np.array(
        [
            fleiss_kappa(np.stack([own, other], 1))
            for own, other in zip(rows.T, others.T, strict=True)
        ]
    )


def fleiss_z(counts: npt.ArrayLike) -> float:
    """Fleiss' kappa over its standard error were there no agreement beyond chance.

    It tests kappa = 0, which says nothing about whether the agreement is good.

    Args:
        counts: Shape (n_units, n_values); equally many ratings on each rated unit.

    Returns:
        A standard normal number under chance; NaN when units have different numbers of ratings
        (the variance is not known then), fewer than two, or only one value is used.

    Source:
        Fleiss, Nee and Landis (1979), Psychological Bulletin 86(5),
        doi:10.1037/0033-2909.86.5.974. The variance of Fleiss (1971) is wrong.

    Example:
        >>> round(fleiss_z([[2, 0], [1, 1], [0, 2], [2, 0]]), 4)
        0.9333
    """
    rows = np.asarray(counts, dtype=np.int64)
    rows = rows[rows.sum(axis=1) > 0]
    ratings = np.unique(rows.sum(axis=1))
    if len(ratings) != 1 or ratings[0] < 2:
        return float("nan")
    shares = rows.sum(axis=0) / rows.sum()
    spread = (shares * (1 - shares)).sum()
    if spread <= SMALL:
        return float("nan")
    skew = (shares * (1 - shares) * (1 - 2 * shares)).sum()
    pairs = len(rows) * ratings[0] * (ratings[0] - 1)
    error = np.sqrt(2 * (spread**2 - skew) / pairs) / spread
    return float(fleiss_kappa(rows) / error) if error > 0 else float("nan")


def chance_kinds(level: Level, numbers: FloatArray) -> dict[str, tuple[str, ChanceCorrected]]:
    """Which chance-corrected coefficients of counts suit a level: key to name and coefficient.

    Args:
        level: Of measurement.
        numbers: Shape (n_values,); what the values are worth, their places where only order counts.
    """
    equality = np.eye(len(numbers))
    kinds = {
        "fleiss_kappa": ("Fleiss' kappa, equality", ChanceCorrected(equality, "fleiss")),
        "brennan_prediger": (
            "Brennan-Prediger's kappa, equality",
            ChanceCorrected(equality, "uniform"),
        ),
    }
    if level == "nominal":
        kinds["gwet_ac1"] = ("Gwet's AC1", ChanceCorrected(equality, "gwet"))
    else:
        weights = agreement_weights("quadratic", numbers)
        kinds["gwet_ac2"] = (
            "Gwet's AC2, quadratic weights",
            ChanceCorrected(weights, "gwet"),
        )
    return kinds


def undefined_reason(n_values: int) -> str:
    """Why a chance-corrected coefficient is not defined though ratings can be compared."""
    return reasons.NO_VARIATION if n_values > 1 else reasons.ONE_DECLARED
