"""The most frequent label of each unit, ties told, the distribution kept beside it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import StatisticsError
from analytics.stats.types import FloatArray, IntArray

TieRule: TypeAlias = Literal["shown", "declared", "none"]
TIE_RULES: tuple[TieRule, ...] = ("shown", "declared", "none")


@dataclass(frozen=True, slots=True, eq=False)
class Majority:
    """One label a unit where there is one, and what it rests on.

    Attributes:
        label: Shape (n_units,); position of the label, -1 where the unit has no single one.
        top: Shape (n_units, n_values); the labels that stand: one where there is a single one,
            all that tie with the rule "shown", none with the rule "none" or without ratings.
        tied: Shape (n_units,); whether two labels or more were the most frequent.
        shares: Shape (n_units, n_values); the distribution; NaN for units without ratings.
        n_ratings: Shape (n_units,).
    """

    label: IntArray
    top: npt.NDArray[np.bool_]
    tied: npt.NDArray[np.bool_]
    shares: FloatArray
    n_ratings: IntArray

    @property
    def entropy(self) -> FloatArray:
        """Of the distribution, in bits: shape (n_units,); 0 where all agree."""
        return entropy(self.shares)


def majority(counts: npt.ArrayLike, *, ties: TieRule = "shown") -> Majority:
    """The most frequent label of each unit (a plurality: more than half is not asked for).

    Args:
        counts: Shape (n_units, n_values); ratings of each unit that chose each value.
        ties: What a tie becomes: "shown" keeps all its labels, "declared" takes the one that the
            scale declares first, "none" gives no label.

    Returns:
        Labels with their distributions.

    Raises:
        StatisticsError: The rule is none of the three.

    Example:
        >>> majority([[3, 1], [2, 2], [0, 0]]).label
        array([ 0, -1, -1])
        >>> majority([[3, 1], [2, 2], [0, 0]], ties="declared").label
        array([ 0,  0, -1])
    """
    if ties not in TIE_RULES:
        raise StatisticsError(
            f"Rule '{ties}' for ties is unknown; the rules are {', '.join(TIE_RULES)}. Choose one."
        )
    table = np.asarray(counts, dtype=np.int64)
    n_ratings = table.sum(axis=1)
    most = table.max(axis=1, initial=0)[:, None]
    top = (table == most) & (most > 0)
    tied = top.sum(axis=1) > 1
    if ties == "declared":
        top = top & (top.cumsum(axis=1) == 1)
    elif ties == "none":
        top = top & ~tied[:, None]
    label = np.where(top.sum(axis=1) == 1, top @ np.arange(table.shape[1]), -1)
    with np.errstate(invalid="ignore"):
        shares = table / n_ratings[:, None]
    return Majority(label, top, tied, shares, n_ratings)


def entropy(shares: FloatArray) -> FloatArray:
    """Entropy of each distribution in bits: shape (n_units,), 0 to log2(n_values); NaN stays.

    Args:
        shares: Shape (n_units, n_values); rows add up to 1.

    Returns:
        Bits, 0 to log2 of the number of labels.

    Source:
        Shannon (1948), Bell System Technical Journal 27(3), doi:10.1002/j.1538-7305.1948.tb01338.x.

    Example:
        >>> entropy(np.array([[0.5, 0.5], [1.0, 0.0]]))
        array([1., 0.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares == 0, 0.0, shares * np.log2(shares))
    return np.asarray(0.0 - terms.sum(axis=1))
