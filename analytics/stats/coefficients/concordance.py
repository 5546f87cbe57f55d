"""Kendall's coefficient of concordance: do raters rank the units alike?"""

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.intraclass import complete_rows
from analytics.stats.types import FloatArray


def _ranks(table: FloatArray) -> tuple[FloatArray, float]:
    """Ranks of the units within each rater, ties at their middle, and the summed cubes of ties."""
    ranks, ties = np.empty(table.shape), 0.0
    for rater, column in enumerate(table.T):
        _, place, times = np.unique(column, return_inverse=True, return_counts=True)
        ranks[:, rater] = (np.cumsum(times) - (times - 1) / 2)[place]
        ties += float((times**3 - times).sum())
    return ranks, ties


def kendall_w(ratings: npt.ArrayLike, *, correct_ties: bool = True) -> float:
    """Kendall's W: 1 when all raters rank the units alike, 0 when their rank sums are equal.

    Args:
        ratings: Shape (n_units, n_raters); numbers or ranks, NaN for missing. Units with a gap are
            left out.
        correct_ties: Count ties against the largest spread possible; without it W cannot reach 1
            where raters tie units.

    Returns:
        0 to 1; NaN with fewer than two complete units or two raters, or when every rater ties all
        units.

    Source:
        Kendall and Babington Smith (1939), Annals of Mathematical Statistics 10(3),
        doi:10.1214/aoms/1177732186; ties: Kendall (1948), Rank Correlation Methods.

    Example:
        >>> round(kendall_w([[1, 2, 1], [2, 1, 3], [3, 3, 2], [4, 4, 4]]), 4)
        0.7778
    """
    table = complete_rows(ratings)
    n, m = table.shape
    if n < 2 or m < 2:
        return float("nan")
    ranks, ties = _ranks(table)
    spread = np.square(ranks.sum(axis=1) - m * (n + 1) / 2).sum()
    room = m**2 * (n**3 - n) - m * ties * correct_ties
    return float(12 * spread / room) if room > 0 else float("nan")


def kendall_w_test(ratings: npt.ArrayLike) -> tuple[float, float]:
    """Friedman's chi-square of W, and its p under ranks drawn at random.

    Args:
        ratings: As `kendall_w`; good from about seven units on.

    Returns:
        Chi-square with n_units - 1 degrees of freedom, and p; NaN, NaN where W is not defined.

    Source:
        Friedman (1937), Journal of the American Statistical Association 32(200),
        doi:10.1080/01621459.1937.10503522.

    Example:
        >>> chi_square, p = kendall_w_test([[1, 2, 1], [2, 1, 3], [3, 3, 2], [4, 4, 4]])
        >>> round(chi_square, 2), round(p, 4)
        (7.0, 0.0719)
    """
    from scipy.special import chdtrc

    table = complete_rows(ratings)
    n, m = table.shape
    w = kendall_w(table)
    if np.isnan(w):
        return float("nan"), float("nan")
    chi_square = m * (n - 1) * w
    return float(chi_square), float(chdtrc(n - 1, chi_square))
