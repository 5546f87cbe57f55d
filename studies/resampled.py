"""Every interval by resampling, of the same resamples."""

import numpy as np

from analytics.stats.coefficients.coefficient import Coefficient
from analytics.stats.intervals.jackknife import jackknife_interval
from analytics.stats.intervals.resampling import (
    BCA_BELOW_GROUPS,
    Interval,
    Resampling,
    bootstrap_limits,
)
from analytics.stats.intervals.studentized import studentized, studentized_limits
from analytics.stats.types import FloatArray, IntArray

KEPT = 50
"""Simulations that share their resamples: what a thousand draws cost is paid once."""


class Weights:
    """How often each of so many groups is drawn, drawn anew after `KEPT` simulations."""

    def __init__(self, rng: np.random.Generator, replicates: int) -> None:
        self.rng, self.replicates = rng, replicates
        self._drawn: dict[int, FloatArray] = {}

    def renew(self, simulation: int) -> None:
        """Forget the resamples, where this simulation begins a new lot."""
        if simulation % KEPT == 0:
            self._drawn = {}

    def of(self, groups: int) -> FloatArray:
        """Shape (replicates, groups)."""
        if groups not in self._drawn:
            chosen = self.rng.integers(0, groups, (self.replicates, groups))
            cells = chosen + groups * np.arange(self.replicates)[:, None]
            times = np.bincount(cells.ravel(), minlength=self.replicates * groups)
            self._drawn[groups] = times.reshape(self.replicates, groups).astype(np.float64)
        return self._drawn[groups]


def added_up(terms: FloatArray, group: IntArray) -> FloatArray:
    """Terms of units added up to their groups, which come in order."""
    return np.asarray(np.add.reduceat(terms, np.flatnonzero(np.diff(group, prepend=-1))))


def resampling_of_sums(coefficient: Coefficient, sums: FloatArray) -> Resampling:
    """A coefficient of groups that are each a block: (groups, n_terms).

    `intervals.resampling_of` gathers equal groups first; here there are few, and each count of
    groups has its weights drawn already.
    """
    groups = np.ones(len(sums), np.int64)
    return Resampling(groups, lambda weights: coefficient.value(weights @ sums), 4 * sums.shape[1])


def resampled_limits(resampling: Resampling, weights: Weights) -> dict[str, Interval]:
    """Limits by method; every group is a block of its own."""
    groups = resampling.n_groups
    drawn = resampling.value_of(weights.of(groups))
    made = {
        "percentile": bootstrap_limits(resampling, drawn, bca=False),
        "bca": bootstrap_limits(resampling, drawn, bca=True),
        "bca-widened": bootstrap_limits(resampling, drawn, bca=True, widened=True),
        "jackknife": jackknife_interval(resampling),
    }
    is_few = groups < BCA_BELOW_GROUPS
    if is_few:
        pivots = studentized(resampling, weights.of(groups))
        made["studentized"] = studentized_limits(resampling, pivots)
    default = "bca" if is_few else "percentile"
    return {"default": made[default], **made}
