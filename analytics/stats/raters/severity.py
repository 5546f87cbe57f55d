"""How severe each rater is, with what the items they got accounts for.

A raw mean of a rater mixes severity with the luck of the draw. Here every score is the sum of a
general level, its item, its rater and a rest; items and raters are draws from populations, so a
rater of few ratings is pulled towards the middle instead of standing at an end by accident.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import RowsError
from analytics.stats.types import FloatArray, IntArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

WIDEST = 14.0
"""Logarithm of the largest ratio of rest to a component; beyond it the component is zero."""


def rater_means(rater: npt.ArrayLike, number: npt.ArrayLike) -> FloatArray:
    """Mean score of each rater, whatever items they got: not a measure of severity.

    Args:
        rater: Shape (n_rows,); 0 to n_raters - 1.
        number: Shape (n_rows,); the scores.

    Returns:
        Shape (n_raters,); NaN for a rater without a score.

    Example:
        >>> rater_means([0, 0, 2], [1.0, 2.0, 5.0])
        array([1.5, nan, 5. ])
    """
    raters, numbers = np.asarray(rater, dtype=np.int64), np.asarray(number, dtype=np.float64)
    ratings = np.bincount(raters)
    total = np.bincount(raters, numbers)
    out = np.full(len(ratings), np.nan)
    return np.asarray(np.divide(total, ratings, out=out, where=ratings > 0))


@dataclass(frozen=True, slots=True, eq=False)
class Severities:
    """Raters on one scale; positive is generous, in points of the scale.

    Attributes:
        severity: Shape (n_raters,); best linear unbiased predictions, their mean weighs to 0.
        error: Shape (n_raters,); standard error of prediction, for an interval around each.
        mean: General level.
        item_variance: Spread between items.
        rater_variance: Spread between raters; 0 where they cannot be told apart.
        residual_variance: Everything else in one score.
    """

    severity: FloatArray
    error: FloatArray
    mean: float
    item_variance: float
    rater_variance: float
    residual_variance: float


def rater_severities(
    unit: npt.ArrayLike, rater: npt.ArrayLike, number: npt.ArrayLike
) -> Severities:
    """Severity of raters from any design, complete or not, by restricted maximum likelihood.

    Rows are read once; a step of the fit costs a dense system of the raters.

    Args:
        unit: Shape (n_rows,); 0 to n_units - 1.
        rater: Shape (n_rows,); 0 to n_raters - 1.
        number: Shape (n_rows,); the scores.

    Returns:
        Severities in points of the scale with their errors; NaN where raters do not vary.

    Raises:
        RowsError: Lengths differ, or a score is not finite.

    Source:
        Patterson and Thompson (1971), Biometrika 58(3), doi:10.1093/biomet/58.3.545; Henderson
        (1975), Biometrics 31(2), doi:10.2307/2529430.

    Example:
        >>> unit, rater = np.divmod(np.arange(12), 3)
        >>> scores = [4, 3, 2, 5, 4, 3, 3, 2, 2, 5, 3, 3]
        >>> rater_severities(unit, rater, scores).severity.round(3)
        array([ 0.957, -0.239, -0.718])
    """
    from scipy.optimize import minimize

    equations = _Equations.of_rows(unit, rater, number)
    if equations.n_rows < 3 or equations.spread <= 0 or len(equations.of_rater) < 2:
        return equations.without_spread()
    found = minimize(
        lambda logs: equations.deviance(*np.clip(logs, -WIDEST, WIDEST)),
        np.zeros(2),
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2_000},
    )
    return equations.solved(*np.clip(found.x, -WIDEST, WIDEST))


@dataclass(frozen=True, slots=True, eq=False)
class _Equations:
    """Henderson's mixed model equations with the items eliminated.

    Units of as many scores are weighed alike, so all that a step of the fit needs are sums over
    them: rows are read once.

    Attributes:
        of_rater: Shape (n_raters,); scores of each rater.
        sum_of_rater: Shape (n_raters,); their sum.
        size: Shape (n_sizes,); scores of a unit.
        units: Shape (n_sizes,); units of so many scores.
        total: Shape (n_sizes,); sum of their scores.
        square: Shape (n_sizes,); sum of the squares of their units' sums.
        rows_of_rater: Shape (n_sizes, n_raters); scores of each rater on them.
        met_by_rater: Shape (n_sizes, n_raters); sums of the units, added up over those scores.
        met: Shape (n_raters squared, n_sizes), sparse; how often each two met on them.
        n_rows: Scores.
        spread: Sum of squares.
        centre: Mean of the scores, which all sums are around.
    """

    of_rater: FloatArray
    sum_of_rater: FloatArray
    size: FloatArray
    units: FloatArray
    total: FloatArray
    square: FloatArray
    rows_of_rater: FloatArray
    met_by_rater: FloatArray
    met: "csr_array"
    n_rows: int
    spread: float
    centre: float

    @classmethod
    def of_rows(
        cls, unit: npt.ArrayLike, rater: npt.ArrayLike, number: npt.ArrayLike
    ) -> "_Equations":
        units, raters = np.asarray(unit, dtype=np.int64), np.asarray(rater, dtype=np.int64)
        numbers = np.asarray(number, dtype=np.float64)
        if not len(units) == len(raters) == len(numbers):
            raise RowsError(
                f"There are {len(units)} units, {len(raters)} raters and {len(numbers)} scores, "
                "and each row needs one of each."
            )
        if not np.isfinite(numbers).all():
            raise RowsError("A score is not finite. Leave rows without a number out.")
        centre = float(numbers.mean()) if len(numbers) else float("nan")
        centred = numbers - centre
        of_unit, of_rater = np.bincount(units), np.bincount(raters).astype(np.float64)
        by_unit = _sums(units, centred, len(of_unit))
        size, place = np.unique(of_unit, return_inverse=True)
        shape = (len(size), len(of_rater))
        cell = place[units] * len(of_rater) + raters
        return cls(
            of_rater=of_rater,
            sum_of_rater=_sums(raters, centred, len(of_rater)),
            size=size.astype(np.float64),
            units=np.bincount(place, minlength=len(size)).astype(np.float64),
            total=_sums(place, by_unit, len(size)),
            square=_sums(place, np.square(by_unit), len(size)),
            rows_of_rater=_sums(cell, np.ones(len(cell)), shape[0] * shape[1]).reshape(shape),
            met_by_rater=_sums(cell, by_unit[units], shape[0] * shape[1]).reshape(shape),
            met=_met(units, raters, place, shape),
            n_rows=len(numbers),
            spread=float(np.square(centred).sum()),
            centre=centre,
        )

    def without_spread(self) -> Severities:
        """Nothing to tell raters apart by."""
        nobody = np.full(len(self.of_rater), np.nan)
        return Severities(nobody, nobody, self.centre, *[float("nan")] * 3)

    def reduced(
        self, log_items: float, log_raters: float
    ) -> tuple[FloatArray, FloatArray, float, float]:
        """System of mean and raters, its right side, what items explain, log determinant."""
        weight = 1.0 / (self.size + np.exp(log_items))
        n_raters = len(self.of_rater)
        system = np.zeros((1 + n_raters, 1 + n_raters))
        system[0, 0] = self.n_rows - float((weight * self.units) @ np.square(self.size))
        shared = self.of_rater - (weight * self.size) @ self.rows_of_rater
        system[0, 1:] = system[1:, 0] = shared
        system[1:, 1:] = np.diag(self.of_rater + np.exp(log_raters))
        system[1:, 1:] -= (self.met @ weight).reshape(n_raters, n_raters)
        right = np.empty(1 + n_raters)
        right[0] = -float((weight * self.size) @ self.total)
        right[1:] = self.sum_of_rater - weight @ self.met_by_rater
        return (
            system,
            right,
            float(weight @ self.square),
            -float(self.units @ np.log(weight)),
        )

    def deviance(self, log_items: float, log_raters: float) -> float:
        """Minus twice the restricted log-likelihood, its constant left out."""
        system, right, explained, log_units = self.reduced(log_items, log_raters)
        rest = self.spread - explained - float(right @ np.linalg.solve(system, right))
        free = self.n_rows - 1
        return float(
            np.linalg.slogdet(system)[1]
            + log_units
            - self.units.sum() * log_items
            - len(self.of_rater) * log_raters
            + free * np.log(max(rest, 1e-300) / free)
        )

    def solved(self, log_items: float, log_raters: float) -> Severities:
        """Predictions at these ratios of the rest to the components."""
        system, right, explained, _ = self.reduced(log_items, log_raters)
        inverse = np.linalg.inv(system)
        effects = inverse @ right
        rest = self.spread - explained - float(right @ effects)
        residual = rest / (self.n_rows - 1)
        return Severities(
            severity=effects[1:],
            error=np.sqrt(residual * np.diagonal(inverse)[1:]),
            mean=self.centre + float(effects[0]),
            item_variance=float(residual / np.exp(log_items)) if log_items < WIDEST else 0.0,
            rater_variance=float(residual / np.exp(log_raters)) if log_raters < WIDEST else 0.0,
            residual_variance=residual,
        )


def _sums(place: IntArray, number: FloatArray, size: int) -> FloatArray:
    return np.asarray(np.bincount(place, number, size), dtype=np.float64)


def _met(unit: IntArray, rater: IntArray, place: IntArray, shape: tuple[int, int]) -> "csr_array":
    """How often each two raters met on units of each size, a rater with themself too."""
    from scipy.sparse import coo_array, csr_array

    n_sizes, n_raters = shape
    rows = csr_array((np.ones(len(unit)), (unit, rater)), shape=(len(place), n_raters))
    found = [(rows[place == number].T @ rows[place == number]).tocoo() for number in range(n_sizes)]
    number = np.repeat(np.arange(n_sizes), [one.nnz for one in found])
    first, second, times = (
        np.concatenate([np.zeros(0), *(getattr(one, part) for one in found)])
        for part in ("row", "col", "data")
    )
    cell = first.astype(np.int64) * n_raters + second.astype(np.int64)
    return coo_array((times, (cell, number)), shape=(n_raters * n_raters, n_sizes)).tocsr()
