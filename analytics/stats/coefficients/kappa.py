"""Cohen's kappa: two raters who are told apart, or every pair of raters at once.

Everything is a function of a table of counts, which add up over shards (`raters.rater_pairs`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.coefficient import checked_weights
from analytics.stats.coefficients.rater_pairs import RaterPairs
from analytics.stats.errors import ScaleError
from analytics.stats.types import BoolArray, FloatArray, IntArray

SMALL = 1e-12


def kappas_of_tables(
    tables: IntArray | FloatArray, weights: npt.ArrayLike | None = None
) -> FloatArray:
    """Cohen's kappa of each table.

    Args:
        tables: Shape (..., n_values, n_values); units by the two raters' values.
        weights: Shape (n_values, n_values); partial credit, None for equality.

    Returns:
        Shape (...); NaN where no unit is counted or both raters use one and the same value only.

    Raises:
        ScaleError: Weights do not fit the tables.

    Source:
        Cohen (1960), Educational and Psychological Measurement 20(1),
        doi:10.1177/001316446002000104; weighted: Cohen (1968), Psychological Bulletin 70(4),
        doi:10.1037/h0026256.

    Example:
        >>> kappas_of_tables(np.array([[[20, 5], [10, 15]], [[3, 0], [0, 0]]]))
        array([0.4, nan])
    """
    matrix = checked_weights(weights, tables.shape[-1])
    n = tables.sum(axis=(-2, -1)).astype(np.float64)
    agreeing = n * (tables * matrix).sum(axis=(-2, -1))
    rows, columns = tables.sum(axis=-1).astype(np.float64), tables.sum(axis=-2)
    chance = (rows @ matrix * columns).sum(axis=-1)
    room = n * n - chance
    out = np.full(n.shape, np.nan)
    return np.asarray(np.divide(agreeing - chance, room, out=out, where=room > SMALL * n * n))


@dataclass(frozen=True, eq=False)
class CohenKappa:
    """Cohen's kappa of two raters' patterns, so that it resamples like any coefficient.

    Attributes:
        weights: Shape (n_values, n_values).
    """

    weights: FloatArray

    def usable(self, rows: IntArray) -> BoolArray:
        """Units that both rated."""
        return np.asarray((rows > 0).all(axis=1))

    def terms(self, rows: IntArray) -> FloatArray:
        """The unit's cell of the table, flattened: (n_units, n_values squared)."""
        size = len(self.weights)
        out = np.zeros((len(rows), size * size))
        out[np.arange(len(rows)), (rows[:, 0] - 1) * size + rows[:, 1] - 1] = 1
        return out

    def value(self, sums: FloatArray) -> FloatArray:
        """Kappa of summed tables."""
        size = len(self.weights)
        return kappas_of_tables(sums.reshape(*sums.shape[:-1], size, size), self.weights)


def _checked_table(table: npt.ArrayLike) -> IntArray:
    counts = np.asarray(table, dtype=np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ScaleError(
            f"A table of shape {counts.shape} is not square: both raters use the same declared "
            "values. Give a row and a column to each of them."
        )
    return counts


def cohen_kappa(table: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Cohen's kappa of two raters: agreement beyond what their own shares give by chance.

    Args:
        table: Shape (n_values, n_values); units by first (rows) and second rater's value.
        weights: Shape (n_values, n_values); partial credit, None for equality. Quadratic weights
            make it Lin's concordance of the scores.

    Returns:
        -1 to 1 (below -1 with odd weights); NaN when no unit is counted or chance alone gives full
        agreement.

    Raises:
        ScaleError: The table is not square, or weights do not fit it.

    Source:
        Cohen (1960), Educational and Psychological Measurement 20(1),
        doi:10.1177/001316446002000104; weighted: Cohen (1968), Psychological Bulletin 70(4),
        doi:10.1037/h0026256.

    Example:
        >>> cohen_kappa([[20, 5], [10, 15]])
        0.4
    """
    return float(kappas_of_tables(_checked_table(table), weights))


def cohen_kappa_error(table: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Large-sample standard error of Cohen's kappa for an interval (not for a test of 0).

    Args:
        table: As `cohen_kappa`.
        weights: As `cohen_kappa`.

    Returns:
        At least 0; NaN where kappa is. Divides by n: some libraries divide by n - 1.

    Raises:
        ScaleError: As `cohen_kappa`.

    Source:
        Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72(5), doi:10.1037/h0028106.

    Example:
        >>> round(cohen_kappa_error([[20, 5], [10, 15]]), 4)
        0.127
    """
    counts = _checked_table(table)
    matrix = checked_weights(weights, len(counts))
    n = int(counts.sum())
    if np.isnan(kappas_of_tables(counts, matrix)):
        return float("nan")
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, chance = (shares * matrix).sum(), rows @ matrix @ columns
    credit = (matrix @ columns)[:, None] + (rows @ matrix)[None, :]
    spread = (shares * np.square(matrix * (1 - chance) - credit * (1 - observed))).sum()
    centre = observed * chance - 2 * chance + observed
    return float(np.sqrt(max(spread - centre**2, 0.0) / n) / (1 - chance) ** 2)


def pairwise_kappas(pairs: RaterPairs, weights: npt.ArrayLike | None = None) -> FloatArray:
    """Cohen's kappa of every two raters who met, all at once: shape (n_pairs,), NaN as above.

    Args:
        pairs: Tables of all pairs of raters, as `rater_pairs` gives them.
        weights: Shape (n_values, n_values); partial credit, 1 on the diagonal. Equality when left
            out.

    Source:
        Cohen (1968), Psychological Bulletin 70(4), doi:10.1037/h0026256.

    Example:
        >>> from analytics.stats.coefficients.rater_pairs import rater_pairs
        >>> unit, rater = np.divmod(np.arange(6), 2)
        >>> pairwise_kappas(rater_pairs(unit, rater, [0, 0, 1, 1, 0, 1], n_values=2))
        array([0.4])
    """
    return kappas_of_tables(pairs.tables, weights)


def light_kappa(pairs: RaterPairs, weights: npt.ArrayLike | None = None) -> float:
    """Light's kappa: the mean of Cohen's kappa over the pairs of raters who met.

    Each pair counts the same however many units it shares. Pairs without a kappa (both raters used
    one and the same value only) are left out.

    Args:
        pairs: As `rater_pairs` gives them.
        weights: As `cohen_kappa`.

    Returns:
        NaN when no pair has a kappa.

    Source:
        Light (1971), Psychological Bulletin 76(5), doi:10.1037/h0031643.

    Example:
        >>> from analytics.stats.coefficients.rater_pairs import rater_pairs
        >>> unit, rater = np.divmod(np.arange(6), 2)
        >>> light_kappa(rater_pairs(unit, rater, [0, 0, 1, 1, 0, 1], n_values=2))
        0.4
    """
    found = pairwise_kappas(pairs, weights)
    known = found[np.isfinite(found)]
    return float(known.mean()) if len(known) else float("nan")
