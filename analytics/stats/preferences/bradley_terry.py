"""Strengths of systems from votes between two of them, a tie as half a win for each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import StatisticsError
from analytics.stats.preferences.battles import BattleTable
from analytics.stats.preferences.connection import Connection, connection, side_or_tie_reason
from analytics.stats.preferences.strengths import Design, covariance, log_likelihood, maximize
from analytics.stats.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """Systems on one scale, from the votes between them.

    Attributes:
        strengths: Shape (n_systems,); log-strengths with mean 0. A system wins against one whose
            strength is lower by d with odds exp(d). NaN where `reason` is given.
        home: Log-odds that the first side gains by its place; 0 where it was not asked for.
        tie: Davidson's nu: 0 where ties are half wins. Two equals tie with share nu / (2 + nu).
        covariance: Inverse Fisher information of strengths, then side, then log nu, as far as they
            were estimated. It takes every vote for independent; where votes share items or raters,
            use the bootstrap.
        log_likelihood: Largest, without the constants that no parameter changes.
        connection: Which systems can be compared.
        reason: Why there are no strengths, one of `reasons`; None where there are.
    """

    strengths: FloatArray
    home: float
    tie: float
    covariance: FloatArray
    log_likelihood: float
    connection: Connection
    reason: str | None

    def relative_to(self, reference: int) -> FloatArray:
        """Log-strengths with those of one system at 0: shape (n_systems,)."""
        return np.asarray(self.strengths - self.strengths[reference])

    def standard_errors(self, reference: int | None = None) -> FloatArray:
        """Of log-strengths, relative to a system or else to the mean: shape (n_systems,)."""
        n = len(self.strengths)
        part = self.covariance[:n, :n]
        variance = np.diag(part)
        if reference is not None:
            variance = variance + part[reference, reference] - 2 * part[reference]
        return np.asarray(np.sqrt(np.maximum(variance, 0)))

    @property
    def home_standard_error(self) -> float:
        """Standard error of `home`; NaN where it was not estimated."""
        n = len(self.strengths)
        has_home = len(self.covariance) - n - (self.tie > 0) == 1
        return float(np.sqrt(self.covariance[n, n])) if has_home else float("nan")

    @property
    def shares(self) -> FloatArray:
        """Strengths on their natural scale, adding up to 1: shape (n_systems,)."""
        odds = np.exp(self.strengths - self.strengths.max(initial=-np.inf))
        return np.asarray(odds / odds.sum())

    def win_probabilities(self, *, on_first_side: bool = False) -> FloatArray:
        """Chance that the row's system beats the column's in a vote that is no tie.

        Args:
            on_first_side: With the row's system on the first side; else the side has no effect.

        Returns:
            Shape (n_systems, n_systems), 0.5 on the diagonal without the side's effect.
        """
        gap = self.strengths[:, None] - self.strengths[None, :]
        if on_first_side:
            gap = gap + self.home
        return win_probability(gap)


def win_probability(gap: npt.ArrayLike) -> FloatArray:
    """Chance to win a vote that is no tie, from the difference of log-strengths: any shape.

    Args:
        gap: Any shape; log-strength of the first less that of the second.

    Source:
        Bradley and Terry (1952), Biometrika 39(3-4), doi:10.2307/2334029.

    Example:
        >>> win_probability([0.0, np.log(3)]).round(3)
        array([0.5 , 0.75])
    """
    return np.asarray((1 + np.tanh(np.asarray(gap) / 2)) / 2)


def design_of(table: BattleTable, *, home: bool, ties: bool) -> tuple[Design, FloatArray]:
    """The equations of a table and its counts; sides are told apart only where they matter."""
    if home:
        sided = Design(table.n_systems, table.first, table.second, home, ties)
        return sided, table.counts.astype(np.float64)
    folding = table.folded()
    counts = folding.counts(table.counts.ravel()).astype(np.float64)
    return Design(table.n_systems, folding.low, folding.high, home, ties), counts


def fit_strengths(table: BattleTable, *, home: bool, ties: bool) -> Strengths:
    """What `bradley_terry` and `davidson` share: check, fit, and the reason where there is none."""
    connected = connection(table)
    reason = connected.reason or side_or_tie_reason(table, home=home, ties=ties)
    n = table.n_systems
    if reason:
        nan = float("nan")
        unknown = np.broadcast_to(nan, (n + home + ties,) * 2)  # holds one number, not n squared
        return Strengths(np.full(n, nan), nan, nan, unknown, nan, connected, reason)
    design, counts = design_of(table, home=home, ties=ties)
    found = maximize(design, counts[None], np.zeros(design.n_parameters))[0]
    if not np.isfinite(found).all():
        raise StatisticsError(
            "The strengths did not converge although the votes connect all systems. "
            "Please report the table of votes as an error of this program."
        )
    return Strengths(
        strengths=found[:n],
        home=float(found[n]) if home else 0.0,
        tie=float(np.exp(found[-1])) if ties else 0.0,
        covariance=covariance(design, counts, found),
        log_likelihood=log_likelihood(design, counts, found),
        connection=connected,
        reason=None,
    )


def bradley_terry(table: BattleTable, *, home: bool = False) -> Strengths:
    """Strengths that make the votes most likely, a tie counted as half a win for each side.

    Newton on the table of pairs, so the number of votes does not matter. Without a finite maximum
    (see `connection`) there is a reason in place of numbers, never a penalised estimate.

    Args:
        table: Votes.
        home: Estimate also what the first side gains by its place.

    Returns:
        Strengths, or NaN with the reason.

    Source:
        Bradley and Terry (1952), Biometrika 39(3/4), doi:10.2307/2334029; side effect: Agresti
        (2002), Categorical Data Analysis, section 10.6.

    Example:
        >>> votes = BattleTable.from_rows([0, 0], [1, 1], [0, 1], [3, 1], n_systems=2)
        >>> fit = bradley_terry(votes)
        >>> fit.relative_to(1).round(4)
        array([1.0986, 0.    ])
        >>> fit.win_probabilities()[0, 1].round(2)
        np.float64(0.75)
    """
    return fit_strengths(table, home=home, ties=False)
