"""Many tests at once: p values adjusted for how many there are."""

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats.checks import checked_share, finite_column
from analytics.stats.errors import StatisticsError
from analytics.stats.types import FloatArray

Adjustment: TypeAlias = Literal["bonferroni", "holm", "BH", "BY"]
ADJUSTMENTS: dict[Adjustment, str] = {
    "bonferroni": "Bonferroni",
    "holm": "Holm",
    "BH": "Benjamini-Hochberg",
    "BY": "Benjamini-Yekutieli",
}


def adjusted_p(p: npt.ArrayLike, adjustment: Adjustment) -> FloatArray:
    """P values that may each be held against the level, however many tests there are.

    "holm" keeps the chance of any false finding (few planned comparisons) and is never weaker than
    "bonferroni"; "BH" keeps the share of false ones among the findings (exploration); "BY" does so
    under any dependence between the tests.

    Args:
        p: Shape (n_tests,), 0 to 1, in any order.
        adjustment: A key of `ADJUSTMENTS`.

    Returns:
        Shape (n_tests,) in the order given, each at least its p and at most 1.

    Raises:
        RowsError: A p is no number.
        StatisticsError: A p is outside 0 to 1, or the adjustment is unknown.

    Source:
        Holm (1979), Scandinavian Journal of Statistics 6(2), jstor:4615733; Benjamini and Hochberg
        (1995), Journal of the Royal Statistical Society B 57(1),
        doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini and Yekutieli (2001), Annals of Statistics
        29(4), doi:10.1214/aos/1013699998.

    Example:
        >>> adjusted_p([0.01, 0.04, 0.03], "holm")
        array([0.03, 0.06, 0.06])
        >>> adjusted_p([0.01, 0.04, 0.03], "BH")
        array([0.03, 0.04, 0.04])
    """
    given = finite_column(p, "P values")
    if len(given) and not (given.min() >= 0 and given.max() <= 1):
        raise StatisticsError("A p value lies between 0 and 1. Correct the one that does not.")
    if adjustment not in ADJUSTMENTS:
        known = ", ".join(ADJUSTMENTS)
        raise StatisticsError(f"Adjustment '{adjustment}' is unknown; choose one of {known}.")
    n = len(given)
    order = np.argsort(given, kind="stable")
    ranked, rank = given[order], np.arange(1, n + 1)
    if adjustment == "bonferroni":
        raised = n * ranked
    elif adjustment == "holm":
        raised = np.maximum.accumulate((n - rank + 1) * ranked)
    else:
        penalty = float((1 / rank).sum()) if adjustment == "BY" else 1.0
        raised = np.minimum.accumulate((penalty * n * ranked / rank)[::-1])[::-1]
    out = np.empty(n)
    out[order] = np.minimum(raised, 1.0)
    return out


def rejections(
    p: npt.ArrayLike, adjustment: Adjustment, level: float = 0.05
) -> npt.NDArray[np.bool_]:
    """Which tests stand after adjustment: shape (n_tests,).

    Args:
        p: Shape (n_tests,), 0 to 1.
        adjustment: A key of `ADJUSTMENTS`.
        level: Between 0 and 1; a p equal to it stands.

    Raises:
        StatisticsError: As `adjusted_p`, or the level is not between 0 and 1.

    Source:
        As `adjusted_p`.

    Example:
        >>> rejections([0.01, 0.04, 0.03], "BH").tolist()
        [True, True, True]
    """
    bar = checked_share(level, "Level", "0.05 for 5 %")
    return np.asarray(adjusted_p(p, adjustment) <= bar * (1 + 1e-12))
