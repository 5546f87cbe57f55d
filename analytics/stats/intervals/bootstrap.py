"""Bootstrap of any statistic of rows, with whole groups drawn again.

Two ways into the same machinery (`resampling`): a statistic that is a function of additive sums
costs one matrix product for all resamples; any other function of rows is called once a resample.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.intervals.resampling import (
    DEFAULT_REPLICATES,
    Resampling,
    bootstrap_interval,
    replicate_values,
)
from analytics.stats.types import INTERVAL_WORDS, Estimate, FloatArray, IntArray

BootstrapName: TypeAlias = Literal["percentile", "bca"]


def _rows(rows: npt.ArrayLike) -> FloatArray:
    table = np.asarray(rows, dtype=np.float64)
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2 or not np.isfinite(table).all():
        raise RowsError(
            f"Rows of shape {table.shape} are no table of finite numbers. Leave out rows without a "
            "number."
        )
    return table


def _group_numbers(group: npt.ArrayLike, n_rows: int) -> IntArray:
    labels = np.asarray(group)
    if labels.shape != (n_rows,):
        raise RowsError(
            f"{labels.size} groups stand against {n_rows} rows: each row belongs to one group."
        )
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)


def sums_resampling(
    terms: npt.ArrayLike,
    value: Callable[[FloatArray], FloatArray],
    group: npt.ArrayLike | None = None,
) -> Resampling:
    """A statistic of added-up terms under resampling of rows or of whole groups.

    Equal groups are one block with a multiplicity, so neither the order of rows nor the names of
    groups change a bit.

    Args:
        terms: Shape (n_rows, n_terms); what each row contributes.
        value: From sums (..., n_terms) to the statistic (...), NaN where undefined.
        group: Shape (n_rows,); rows of one group are drawn together. Each row its own when left
            out.

    Returns:
        The statistic as a function of weights, for intervals of any kind.

    Raises:
        RowsError: Terms are not finite, or groups do not fit them.

    Example:
        >>> from analytics.stats.comparisons.paired import mean_of_sums
        >>> scores = np.array([3.0, 5.0, 4.0, 2.0, 4.0, 5.0, 3.0, 4.0])
        >>> means = sums_resampling(np.column_stack([np.ones(8), scores]), mean_of_sums)
        >>> float(means.estimate()), means.n_groups
        (3.75, 8)
    """
    table = _rows(terms)
    if group is not None:
        numbers = _group_numbers(group, len(table))
        order = np.lexsort((*table.T, numbers))
        added = np.zeros((int(numbers.max(initial=-1)) + 1, table.shape[1]))
        np.add.at(added, numbers[order], table[order])
        table = added
    blocks, multiplicity = np.unique(table, axis=0, return_counts=True)
    return Resampling(
        np.asarray(multiplicity, dtype=np.int64),
        lambda weights: value(weights @ blocks),
        table.shape[1],
    )


def rows_resampling(
    rows: npt.ArrayLike,
    statistic: Callable[[FloatArray], float],
    group: npt.ArrayLike | None = None,
) -> Resampling:
    """Any statistic of rows under resampling of rows or of whole groups.

    Args:
        rows: Shape (n_rows, n_columns) or (n_rows,), which is one column.
        statistic: From rows (m, n_columns) to a number, NaN where undefined.
        group: Shape (n_rows,); rows of one group are drawn together.

    Raises:
        RowsError: Rows are not finite, or groups do not fit them.
    """
    table = _rows(rows)
    if group is None:
        table, multiplicity = np.unique(table, axis=0, return_counts=True)
        owner = np.arange(len(table))
    else:
        numbers = _group_numbers(group, len(table))
        order = np.lexsort((*table.T, numbers))
        table, owner = table[order], numbers[order]
        multiplicity = np.ones(int(owner.max(initial=-1)) + 1, np.int64)

    def value_of(weights: FloatArray) -> FloatArray:
        times = weights.astype(np.int64)
        return np.array([statistic(np.repeat(table, drawn[owner], axis=0)) for drawn in times])

    return Resampling(np.asarray(multiplicity, dtype=np.int64), value_of, 1)


def bootstrap_standard_error(
    resampling: Resampling, replicates: int = DEFAULT_REPLICATES, seed: int = 0
) -> float:
    """Standard deviation of the statistic over resamples.

    NaN with fewer than two groups, or when fewer than two resamples are defined.

    Args:
        resampling: The statistic as a function of weights of blocks.
        replicates: Resamples.
        seed: The same seed gives the same error.

    Returns:
        0 or more, in units of the statistic.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 6.

    Example:
        >>> from analytics.stats.comparisons.paired import mean_of_sums
        >>> scores = np.array([3.0, 5.0, 4.0, 2.0, 4.0, 5.0, 3.0, 4.0])
        >>> means = sums_resampling(np.column_stack([np.ones(8), scores]), mean_of_sums)
        >>> round(bootstrap_standard_error(means, 500, seed=1), 2)
        0.34
    """
    if resampling.n_groups < 2:
        return float("nan")
    values = replicate_values(resampling, replicates, seed)
    values = values[np.isfinite(values)]
    return float(values.std(ddof=1)) if len(values) > 1 else float("nan")


def bootstrap_estimate(
    resampling: Resampling,
    *,
    n: int,
    words: str,
    unit: str = "rows",
    undefined: str = reasons.FEW_ROWS,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    interval: BootstrapName | None = None,
) -> Estimate:
    """A statistic with its bootstrap interval, or why there is none.

    Args:
        resampling: From `sums_resampling` or `rows_resampling`.
        n: Rows it rests on.
        words: What the statistic is, for the line of the method.
        unit: What is drawn again ("rows", "items", "groups").
        undefined: The reason when the statistic itself is not defined.
        confidence: Between 0 and 1.
        replicates: Resamples.
        seed: The same seed gives the same limits.
        interval: "percentile" or "bca"; BCa below 50 groups when left out.

    Raises:
        StatisticsError: Confidence or replicates are impossible, or the interval is neither.

    Example:
        >>> middle = rows_resampling([1.0, 2.0, 2.0, 3.0, 5.0, 8.0], lambda rows: np.median(rows))
        >>> found = bootstrap_estimate(middle, n=6, words="Median", replicates=500, seed=1)
        >>> found.value, found.method
        (2.5, 'Median; BCa bootstrap over 6 rows, 500 replicates, seed 1')
    """
    if interval not in (None, "percentile", "bca"):
        raise StatisticsError(f"Bootstrap interval '{interval}' is unknown: percentile or bca.")
    value = resampling.estimate()
    if not np.isfinite(value):
        return Estimate(None, None, None, confidence, n, f"{words}; no interval", undefined)
    bca = None if interval is None else interval == "bca"
    found = bootstrap_interval(
        resampling, confidence=confidence, replicates=replicates, seed=seed, bca=bca
    )
    if found.name is None:
        return Estimate(value, None, None, confidence, n, f"{words}; no interval", found.reason)
    method = (
        f"{words}; {INTERVAL_WORDS[found.name]} over {resampling.n_groups} {unit}, "
        f"{replicates} replicates, seed {seed}"
    )
    if found.undefined:
        method += f", {found.undefined} undefined left out"
    return Estimate(value, found.low, found.high, confidence, n, method)
