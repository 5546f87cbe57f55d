"""How far the items of one scale measure one thing."""

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.errors import RowsError
from analytics.stats.types import Estimate


def cronbach_alpha(rows: npt.ArrayLike, confidence: float = 0.95) -> Estimate:
    """Cronbach's alpha of items that point in one direction, with Feldt's interval.

    Args:
        rows: Shape (n_respondents, k); complete answers, negative items turned round before.
        confidence: Between 0 and 1.

    Returns:
        At most 1; negative where items pull apart. Without items that vary the reason.

    Raises:
        RowsError: Fewer than two items, or a missing answer.

    Source:
        Cronbach (1951), Psychometrika 16, doi:10.1007/BF02310555; interval Feldt, Woodruff and
        Salih (1987), Applied Psychological Measurement 11(1), doi:10.1177/014662168701100107.

    Example:
        >>> found = cronbach_alpha([[1, 2], [2, 2], [3, 4], [4, 4], [5, 4]])
        >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
        (0.896, -0.003, 0.989)
    """
    from scipy.special import fdtri

    table = np.asarray(rows, np.float64)
    tail = (1 - checked_confidence(confidence)) / 2
    method = "Cronbach's alpha, Feldt interval"
    if table.size == 0:
        return Estimate(None, None, None, confidence, 0, method, reasons.NO_CASES)
    if table.ndim != 2 or table.shape[1] < 2 or not np.isfinite(table).all():
        raise RowsError(
            f"Answers of shape {table.shape} are no scale of items: each respondent answers the "
            "same two items or more. Leave out those who left one out."
        )
    n, k = table.shape
    if n < 2:
        return Estimate(None, None, None, confidence, n, method, reasons.FEW_ROWS)
    whole = float(table.sum(axis=1).var(ddof=1))
    if whole == 0:
        return Estimate(None, None, None, confidence, n, method, reasons.CONSTANT_SCORES)
    value = k / (k - 1) * (1 - float(table.var(axis=0, ddof=1).sum()) / whole)
    df, df_rest = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - value) * float(fdtri(df, df_rest, 1 - tail))
    high = 1 - (1 - value) * float(fdtri(df, df_rest, tail))
    return Estimate(value, low, high, confidence, n, method)
