"""Where the spread of a pilot's scores comes from: items, raters, or neither."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.checks import finite_column
from analytics.stats.errors import RowsError
from analytics.stats.types import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Variances of scores, in squared points of the scale, each 0 or more.

    Attributes:
        items: Between items: what a study wants to see.
        raters: Between raters: some are severe, some are mild.
        residual: Everything else in a single rating.
        interaction: Between items in how much one variant beats another, for one variant; 0 where a
            pilot has one variant only.
    """

    items: float
    raters: float
    residual: float
    interaction: float = 0.0

    @property
    def reliability(self) -> float:
        """Share of the variance of one rating that is the item's; NaN without variance.

        Raters differ from item to item: the intraclass correlation of single ratings, ICC(2,1).
        """
        total = self.items + self.raters + self.residual
        return self.items / total if total > 0 else float("nan")


def _numbers(labels: npt.ArrayLike, n: int, name: str) -> IntArray:
    column = np.asarray(labels)
    if column.shape != (n,):
        raise RowsError(f"{column.size} {name} stand against {n} scores: each score has one.")
    return np.asarray(np.unique(column, return_inverse=True)[1], dtype=np.int64)


def variance_components(
    unit: npt.ArrayLike, rater: npt.ArrayLike, value: npt.ArrayLike
) -> VarianceComponents:
    """Variances of items, raters and the rest, whoever rated what.

    Sums of squares are held against what they are expected to be for this pattern of ratings, which
    for a complete table is the analysis of variance. Negative answers are 0.

    Args:
        unit: Shape (n_rows,); item of each rating.
        rater: Shape (n_rows,); its rater.
        value: Shape (n_rows,); the score.

    Returns:
        NaN in all parts where the pattern cannot tell them apart: one item, one rater, or as many
        parameters as ratings.

    Raises:
        RowsError: Columns differ in length or a score is no number.

    Source:
        Henderson (1953), Biometrics 9(2), method 1; Searle, Casella and McCulloch (1992),
        Variance Components, chapter 5.

    Example:
        >>> found = variance_components([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [1, 2, 3, 3, 5, 6])
        >>> round(found.items, 3), round(found.raters, 3), round(found.residual, 3)
        (4.0, 0.167, 0.167)
    """
    scores = finite_column(value)
    N = len(scores)
    items, raters = _numbers(unit, N, "items"), _numbers(rater, N, "raters")
    a, b = int(items.max(initial=-1)) + 1, int(raters.max(initial=-1)) + 1
    nowhere = VarianceComponents(*([float("nan")] * 3))
    if a < 2 or b < 2 or a + b - 1 >= N:
        return nowhere
    y = scores - scores.mean()
    n_item, n_rater = np.bincount(items), np.bincount(raters)
    cells = np.unique(items * b + raters, return_counts=True)
    item_of, rater_of, met = cells[0] // b, cells[0] % b, np.square(cells[1].astype(np.float64))
    by_item = float((np.bincount(items, weights=y) ** 2 / n_item).sum())
    by_rater = float((np.bincount(raters, weights=y) ** 2 / n_rater).sum())
    mean, total = float(y.sum() ** 2 / N), float(np.square(y).sum())
    item_raters = float((met / n_item[item_of]).sum())
    rater_items = float((met / n_rater[rater_of]).sum())
    mean_items = float((n_item.astype(np.float64) ** 2).sum() / N)
    mean_raters = float((n_rater.astype(np.float64) ** 2).sum() / N)
    expected = np.array(
        [
            [N - mean_items, item_raters - mean_raters, a - 1],
            [rater_items - mean_items, N - mean_raters, b - 1],
            [mean_items - rater_items, mean_raters - item_raters, N - a - b + 1],
        ]
    )
    seen = np.array([by_item - mean, by_rater - mean, total - by_item - by_rater + mean])
    if np.linalg.cond(expected) > 1e10:
        return nowhere
    parts = [max(0.0, float(part)) for part in np.linalg.solve(expected, seen)]
    return VarianceComponents(*parts)


def paired_components(unit: npt.ArrayLike, difference: npt.ArrayLike) -> VarianceComponents:
    """Variances behind the difference of two variants that the same raters rated on the same items.

    Args:
        unit: Shape (n_rows,); item of each difference.
        difference: Shape (n_rows,); a rater's score of the first variant minus that of the second.

    Returns:
        `interaction` and `residual` of a single score; items and raters drop out of differences and
        are 0. NaN where no item has two differences or there is one item.

    Raises:
        RowsError: Columns differ in length or a difference is no number.

    Source:
        Searle, Casella and McCulloch (1992), Variance Components, section 3.6 (one-way, unequal
        numbers).

    Example:
        >>> found = paired_components([0, 0, 1, 1, 2, 2], [1, 0, 2, 2, -1, 0])
        >>> round(found.interaction, 3), round(found.residual, 3)
        (0.708, 0.167)
    """
    scores = finite_column(difference, "Differences")
    N = len(scores)
    items = _numbers(unit, N, "items")
    a = int(items.max(initial=-1)) + 1
    if a < 2 or a >= N:
        return VarianceComponents(0.0, 0.0, float("nan"), float("nan"))
    times = np.bincount(items).astype(np.float64)
    means: FloatArray = np.bincount(items, weights=scores) / times
    within = float(np.square(scores - means[items]).sum() / (N - a))
    between = float((times * np.square(means - scores.mean())).sum() / (a - 1))
    usual = (N - float(np.square(times).sum()) / N) / (a - 1)
    interaction = max(0.0, (between - within) / usual)
    return VarianceComponents(0.0, 0.0, within / 2, interaction / 2)
