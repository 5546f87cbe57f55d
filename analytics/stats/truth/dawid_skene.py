"""The likely truth behind labels of raters who err, each in their own way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.truth.majority import entropy
from analytics.stats.types import FloatArray, IntArray

FLOOR = 1e-10
"""Least share of a cell or a class inside logarithms: what was never seen is not impossible."""

MET = 1e-6
"""Expected ratings from which on a rater is said to have met a label."""


@dataclass(frozen=True, slots=True, eq=False)
class DawidSkene:
    """What EM found.

    Attributes:
        posterior: Shape (n_units, n_values); chance of each true label; NaN without ratings.
        prior: Shape (n_values,); share of each true label.
        confusion: Shape (n_raters, n_values, n_values); ``confusion[r, t, s]`` is the chance that
            rater r says s where t is true. NaN where the rater never met t.
        log_likelihood: Of the ratings, summed over units, natural logarithm, at the last step.
        iterations: Steps of the start that is reported.
        converged: Whether it gained less than the tolerance before its steps ran out.
        start_log_likelihoods: What each start reached, vote shares first.
        warning: What to doubt, one of `reasons`: labels that changed places; None without doubt.
    """

    posterior: FloatArray
    prior: FloatArray
    confusion: FloatArray
    log_likelihood: float
    iterations: int
    converged: bool
    start_log_likelihoods: tuple[float, ...]
    warning: str | None

    @property
    def label(self) -> IntArray:
        """Most likely label of each unit: shape (n_units,); -1 without ratings."""
        label = np.full(len(self.posterior), -1)
        known = np.isfinite(self.posterior).any(axis=1)
        if known.any():
            label[known] = self.posterior[known].argmax(axis=1)
        return label

    @property
    def entropy(self) -> FloatArray:
        """Of the posterior, in bits: shape (n_units,); 0 where the label is certain."""
        return entropy(self.posterior)

    @property
    def rater_accuracy(self) -> FloatArray:
        """Chance that each rater names the true label, over the prior: shape (n_raters,)."""
        right = np.diagonal(self.confusion, axis1=1, axis2=2)
        known = np.isfinite(right)
        weight = (known * self.prior).sum(axis=1)
        with np.errstate(invalid="ignore"):
            return np.asarray(np.where(known, right * self.prior, 0).sum(axis=1) / weight)


def dawid_skene(
    unit: npt.ArrayLike,
    rater: npt.ArrayLike,
    value: npt.ArrayLike,
    *,
    n_units: int,
    n_raters: int,
    n_values: int,
    smoothing: float = 0.0,
    tolerance: float = 1e-7,
    max_iterations: int = 1_000,
    starts: int = 1,
    seed: int = 0,
) -> DawidSkene:
    """True labels, their shares and each rater's confusions by EM.

    Starts from vote shares. Two sparse products a step, so time and memory grow with the ratings,
    never with units x raters. It needs raters who overlap, and some 20 labels from each; with fewer
    set `smoothing`, or read the majority.

    Args:
        unit: Shape (n_rows,); unit of each rating, 0 to n_units - 1.
        rater: Shape (n_rows,); its rater. A rater may rate a unit again: it counts as one more.
        value: Shape (n_rows,); position of the label.
        n_units: Number of units, those without ratings included.
        n_raters: Number of raters.
        n_values: Number of declared labels.
        smoothing: Ratings added to each cell of each rater's table, against zeros from few labels;
            0 is plain maximum likelihood.
        tolerance: Least gain of a step, in log-likelihood a rating.
        max_iterations: Most steps.
        starts: How often to start; those after the first disturb the vote shares. The best
            likelihood is reported.
        seed: Of the later starts.

    Returns:
        Truth and raters; with a warning where some label is mostly called by another's name.

    Raises:
        RowsError: Rows do not fit together or are outside their range.
        StatisticsError: Smoothing is negative, or a number of steps or starts is below 1.

    Source:
        Dawid and Skene (1979), Applied Statistics 28(1), doi:10.2307/2346806.

    Example:
        >>> found = dawid_skene(
        ...     [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3, [0, 0, 1, 1, 1, 1, 0, 0, 0],
        ...     n_units=3, n_raters=3, n_values=2)
        >>> found.label, found.converged
        (array([0, 1, 0]), True)
    """
    if smoothing < 0 or max_iterations < 1 or starts < 1:
        raise StatisticsError(
            f"Smoothing {smoothing:g}, {max_iterations} steps, {starts} starts: smoothing is 0 or "
            "more, steps and starts are 1 or more. Correct them."
        )
    ratings = _Ratings.of(unit, rater, value, n_units, n_raters, n_values, smoothing)
    rng = np.random.default_rng(seed)
    best: _Run | None = None
    reached = []
    for start in range(starts):
        shares = ratings.vote_shares()
        if start:
            shares = (shares + rng.dirichlet(np.ones(n_values), len(shares))) / 2
        run = _climb(ratings, shares, tolerance, max_iterations)
        reached.append(run.log_likelihood)
        if best is None or run.log_likelihood > best.log_likelihood:
            best = run
    assert best is not None  # noqa: S101  # starts >= 1
    posterior = np.full((n_units, n_values), np.nan)
    posterior[ratings.rated] = best.posterior
    weights = ratings.said_by_truth(best.posterior)
    confusion = ratings.confusion(weights)
    return DawidSkene(
        posterior=posterior,
        prior=best.posterior.mean(axis=0) if len(best.posterior) else np.full(n_values, np.nan),
        confusion=np.where(weights.sum(axis=2, keepdims=True) > MET, confusion, np.nan),
        log_likelihood=best.log_likelihood,
        iterations=best.iterations,
        converged=best.converged,
        start_log_likelihoods=tuple(reached),
        warning=_doubt(weights, best.converged),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Ratings:
    """Ratings as a sparse table: a row a rated unit, a column a rater and what they said."""

    rated: IntArray
    table: Any
    n_raters: int
    n_values: int
    smoothing: float

    @classmethod
    def of(
        cls,
        unit: npt.ArrayLike,
        rater: npt.ArrayLike,
        value: npt.ArrayLike,
        n_units: int,
        n_raters: int,
        n_values: int,
        smoothing: float,
    ) -> "_Ratings":
        from scipy.sparse import csr_array

        units, raters, values = (np.asarray(column) for column in (unit, rater, value))
        if not len(units) == len(raters) == len(values):
            raise RowsError(
                f"There are {len(units)} units, {len(raters)} raters and {len(values)} values, and "
                "each rating has one of each. Pass arrays of one length."
            )
        for what, numbers, size in (
            ("Unit", units, n_units),
            ("Rater", raters, n_raters),
            ("Value position", values, n_values),
        ):
            if len(numbers) and (numbers.min() < 0 or numbers.max() >= size):
                wrong = int(numbers.min() if numbers.min() < 0 else numbers.max())
                raise RowsError(
                    f"{what} {wrong} is outside 0 to {size - 1}. Number the rows from 0 by the "
                    "declared units, raters and scale."
                )
        columns = raters.astype(np.int64) * n_values + values
        shape = (n_units, n_raters * n_values)
        whole = csr_array((np.ones(len(units)), (units, columns)), shape=shape)
        rated = np.flatnonzero(np.diff(whole.indptr))
        table = whole if len(rated) == n_units else whole[rated]
        return cls(rated, table, n_raters, n_values, smoothing)

    @property
    def n_ratings(self) -> float:
        """Ratings, repeated ones included."""
        return float(self.table.sum())

    def vote_shares(self) -> FloatArray:
        """Share of each label among the ratings of each rated unit: shape (n_rated, n_values)."""
        said = np.tile(np.eye(self.n_values), (self.n_raters, 1))
        votes = self.table @ said
        return np.asarray(votes / votes.sum(axis=1, keepdims=True))

    def said_by_truth(self, posterior: FloatArray) -> FloatArray:
        """Expected ratings: shape (n_raters, truth, said)."""
        shape = (self.n_raters, self.n_values, self.n_values)
        return np.asarray((self.table.T @ posterior).reshape(shape).swapaxes(1, 2))

    def confusion(self, expected: FloatArray) -> FloatArray:
        """Rows of shares, what is said where each label is true."""
        cells = np.maximum(expected + self.smoothing, FLOOR)
        return np.asarray(cells / cells.sum(axis=2, keepdims=True))

    def posterior(self, shares: FloatArray) -> tuple[FloatArray, float]:
        """One EM step: from the shares of truths of each unit to new ones, and the likelihood."""
        logs = np.log(self.confusion(self.said_by_truth(shares)))
        by_column = logs.swapaxes(1, 2).reshape(-1, self.n_values)
        joint = self.table @ np.ascontiguousarray(by_column)
        joint += np.log(np.maximum(shares.mean(axis=0), FLOOR))
        top = joint[:, 0].copy()
        for column in joint.T[1:]:
            np.maximum(top, column, out=top)
        joint -= top[:, None]
        np.exp(joint, out=joint)
        total = joint @ np.ones(self.n_values)
        joint /= total[:, None]
        return joint, float(top.sum() + np.log(total).sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    posterior: FloatArray
    log_likelihood: float
    iterations: int
    converged: bool


def _climb(ratings: _Ratings, shares: FloatArray, tolerance: float, max_iterations: int) -> _Run:
    """EM from shares of truths until a step gains too little."""
    if not len(shares):
        return _Run(shares, 0.0, 0, True)
    before, n_ratings = -np.inf, ratings.n_ratings
    for step in range(1, max_iterations + 1):
        shares, reached = ratings.posterior(shares)
        if reached - before < tolerance * n_ratings:
            return _Run(shares, reached, step, True)
        before = reached
    return _Run(shares, before, max_iterations, False)


def _doubt(expected: FloatArray, converged: bool) -> str | None:
    """Labels that changed places, or steps that ran out."""
    together = expected.sum(axis=0)
    met = together.sum(axis=1) >= 1
    if met.any() and (together[met].argmax(axis=1) != np.flatnonzero(met)).any():
        return reasons.SWITCHED_LABELS
    return None if converged else reasons.NOT_CONVERGED
