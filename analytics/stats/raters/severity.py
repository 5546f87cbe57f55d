"""How severe each rater is, with what the items they got accounts for.

A raw mean of a rater mixes severity with the luck of the draw. Here every score is the sum of a
general level, its item, its rater and a rest; items and raters are draws from populations, so a
rater of few ratings is pulled towards the middle instead of standing at an end by accident.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import RowsError
from analytics.stats.types import FloatArray, IntArray

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

    Cost of a step of the fit: a dense system of the raters; items are eliminated first.

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

    Attributes:
        of_unit: Shape (n_units,); scores of each unit.
        of_rater: Shape (n_raters,); scores of each rater.
        unit: Shape (n_rows,).
        rater: Shape (n_rows,).
        centred: Shape (n_rows,); scores around their mean.
        centre: That mean.
    """

    of_unit: FloatArray
    of_rater: FloatArray
    unit: IntArray
    rater: IntArray
    centred: FloatArray
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
        return cls(
            np.bincount(units).astype(np.float64),
            np.bincount(raters).astype(np.float64),
            units,
            raters,
            numbers - centre,
            centre,
        )

    @property
    def n_rows(self) -> int:
        return len(self.centred)

    @property
    def spread(self) -> float:
        return float(np.square(self.centred).sum())

    def without_spread(self) -> Severities:
        """Nothing to tell raters apart by."""
        nobody = np.full(len(self.of_rater), np.nan)
        return Severities(nobody, nobody, self.centre, *[float("nan")] * 3)

    def reduced(
        self, log_items: float, log_raters: float
    ) -> tuple[FloatArray, FloatArray, float, float]:
        """System of mean and raters, its right side, what items explain, log determinant."""
        inverse = 1.0 / (self.of_unit + np.exp(log_items))
        weight = inverse[self.unit]
        n_raters = len(self.of_rater)
        by_unit = np.bincount(self.unit, self.centred, len(self.of_unit))
        system = np.zeros((1 + n_raters, 1 + n_raters))
        system[0, 0] = self.n_rows - (inverse * np.square(self.of_unit)).sum()
        shared = self.of_rater - np.bincount(self.rater, weight * self.of_unit[self.unit], n_raters)
        system[0, 1:] = system[1:, 0] = shared
        system[1:, 1:] = np.diag(self.of_rater + np.exp(log_raters)) - self._met(inverse)
        right = np.empty(1 + n_raters)
        right[0] = -(inverse * self.of_unit * by_unit).sum()
        right[1:] = np.bincount(self.rater, self.centred - weight * by_unit[self.unit], n_raters)
        return (
            system,
            right,
            float((inverse * np.square(by_unit)).sum()),
            -float(np.log(inverse).sum()),
        )

    def _met(self, inverse: FloatArray) -> FloatArray:
        """Weighted number of units that each two raters share: (n_raters, n_raters)."""
        from scipy.sparse import csr_array

        shape = (len(self.of_unit), len(self.of_rater))
        table = csr_array((np.ones(self.n_rows), (self.unit, self.rater)), shape=shape)
        return np.asarray((table.T @ (table * inverse[:, None])).toarray())

    def deviance(self, log_items: float, log_raters: float) -> float:
        """Minus twice the restricted log-likelihood, its constant left out."""
        system, right, explained, log_units = self.reduced(log_items, log_raters)
        rest = self.spread - explained - float(right @ np.linalg.solve(system, right))
        free = self.n_rows - 1
        return float(
            np.linalg.slogdet(system)[1]
            + log_units
            - len(self.of_unit) * log_items
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
