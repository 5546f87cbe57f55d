"""Strengths of systems by maximum likelihood, for many tables of votes at once.

Bradley-Terry and Davidson share their equations. With d the difference of two log-strengths (plus
the effect of the first side) a vote goes to the first, to the second or is a tie with weights
exp(d/2), exp(-d/2) and nu. Without nu, and with a tie as half a win for each, this is
Bradley-Terry.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.stats.preferences.battles import FIRST, SECOND, TIE
from analytics.stats.types import FloatArray, IntArray

MAX_STEPS = 60
STEP = 1e-8
"""Newton converges quadratically: after a step below this one, the rest is rounding."""
MAX_HALVINGS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Which systems meet in each column of the tables, and what else is estimated.

    Attributes:
        n_systems: Systems; all of them must be connected.
        first: Shape (n_pairs,).
        second: Shape (n_pairs,); no pair occurs twice.
        home: Whether the first side has an effect.
        ties: Whether ties have a parameter.
    """

    n_systems: int
    first: IntArray
    second: IntArray
    home: bool
    ties: bool

    @property
    def n_parameters(self) -> int:
        """Log-strengths, then the effect of the side, then log nu."""
        return self.n_systems + self.home + self.ties

    @property
    def width(self) -> int:
        """Numbers held at once for each table."""
        return 3 * self.n_parameters**2 + 16 * len(self.first)

    def gaps(self, parameters: FloatArray) -> FloatArray:
        """Difference d of each pair: shape (n_tables, n_pairs)."""
        gap = parameters[:, self.first] - parameters[:, self.second]
        return gap + parameters[:, [self.n_systems]] if self.home else gap

    def incidence(self) -> Any:
        """Sparse (n_pairs, n_systems): 1 for the first system of a pair, -1 for the second."""
        from scipy.sparse import csr_array

        rows = np.arange(len(self.first))
        sign = np.ones(len(rows))
        places = (np.tile(rows, 2), np.concatenate([self.first, self.second]))
        return csr_array((np.concatenate([sign, -sign]), places), shape=(len(rows), self.n_systems))


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Votes of many tables: each shape (n_tables, n_pairs)."""

    lead: FloatArray
    ties: FloatArray
    total: FloatArray

    @classmethod
    def of(cls, counts: FloatArray) -> "Votes":
        """From counts of shape (n_tables, n_pairs, 3)."""
        won, lost, tied = (counts[..., outcome] for outcome in (FIRST, SECOND, TIE))
        return cls((won - lost) / 2, tied, won + lost + tied)

    def __getitem__(self, tables: Any) -> "Votes":
        """Some of the tables."""
        return Votes(self.lead[tables], self.ties[tables], self.total[tables])


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The likelihood and the shares of outcomes at given parameters."""

    log_likelihood: FloatArray
    lead: FloatArray
    tied: FloatArray

    @classmethod
    def at(cls, design: Design, votes: Votes, parameters: FloatArray) -> "Point":
        """Evaluate all tables."""
        gap = design.gaps(parameters)
        half = np.abs(gap) / 2
        small = np.exp(-2 * half)
        if not design.ties:
            loglik = votes.lead * gap - votes.total * (half + np.log1p(small))
            return cls(loglik.sum(axis=1), np.tanh(gap / 2), np.zeros_like(gap))
        log_nu = parameters[:, [-1]]
        top = np.maximum(half, log_nu)
        strong, weak, tie = np.exp(half - top), np.exp(-half - top), np.exp(log_nu - top)
        whole = strong + weak + tie
        loglik = votes.lead * gap + votes.ties * log_nu - votes.total * (top + np.log(whole))
        return cls(loglik.sum(axis=1), np.sign(gap) * (strong - weak) / whole, tie / whole)

    def __getitem__(self, tables: Any) -> "Point":
        """Some of the tables."""
        return Point(self.log_likelihood[tables], self.lead[tables], self.tied[tables])

    def put(self, tables: Any, other: "Point") -> None:
        """Overwrite some of the tables."""
        self.log_likelihood[tables] = other.log_likelihood
        self.lead[tables] = other.lead
        self.tied[tables] = other.tied


def maximize(design: Design, counts: FloatArray, start: FloatArray) -> FloatArray:
    """Parameters of the largest likelihood of each table.

    Steps are halved where they would lower the likelihood, so any start will do; a good one saves
    steps.

    Args:
        design: Pairs and parameters.
        counts: Shape (n_tables, n_pairs, 3).
        start: Shape (n_parameters,).

    Returns:
        Shape (n_tables, n_parameters), strengths with mean 0; NaN where the likelihood has no
        finite maximum.
    """
    everything = Votes.of(counts)
    parameters = np.tile(start, (len(counts), 1))
    incidence = design.incidence()
    moving = np.arange(len(counts))
    point = Point.at(design, everything, parameters)
    for _ in range(MAX_STEPS):
        votes = everything[moving]
        gradient, curvature = _derivatives(design, votes, point, incidence)
        step = _solve(curvature, gradient)
        parameters[moving], point = _advance(design, votes, parameters[moving], point, step)
        with np.errstate(invalid="ignore"):
            far = ~(np.abs(step).max(axis=1, initial=0) < STEP)
        moving, point = moving[far], point[far]
        if not len(moving):
            break
    parameters[moving] = np.nan
    strengths = parameters[:, : design.n_systems]
    strengths -= strengths.mean(axis=1, keepdims=True)
    return parameters


def log_likelihood(design: Design, counts: FloatArray, parameters: FloatArray) -> float:
    """Of one table: shapes (n_pairs, 3) and (n_parameters,)."""
    votes = Votes.of(counts[None])
    return float(Point.at(design, votes, parameters[None]).log_likelihood[0])


def covariance(design: Design, counts: FloatArray, parameters: FloatArray) -> FloatArray:
    """Inverse Fisher information of one table, strengths with mean 0.

    Returns:
        Shape (n_parameters, n_parameters).
    """
    votes = Votes.of(counts[None])
    point = Point.at(design, votes, parameters[None])
    curvature = _derivatives(design, votes, point, design.incidence())[1][0]
    inverse = np.linalg.inv(curvature)
    inverse[: design.n_systems, : design.n_systems] -= 1 / design.n_systems
    return np.asarray(inverse)


def _derivatives(
    design: Design, votes: Votes, point: Point, incidence: Any
) -> tuple[FloatArray, FloatArray]:
    """Gradient (n_tables, n_parameters) and negative Hessian of the log-likelihood.

    The strengths' mean, which no vote knows, is held by adding 1/n to their part of the Hessian.
    """
    n, size = design.n_systems, design.n_parameters
    pull = votes.lead - votes.total * point.lead / 2
    bend = votes.total * ((1 - point.tied) - point.lead**2) / 4
    gradient = np.zeros((len(pull), size))
    gradient[:, :n] = pull @ incidence
    curvature = np.zeros((len(pull), size, size))
    strengths = curvature[:, :n, :n]
    strengths[:, design.first, design.second] = -bend
    strengths += strengths.swapaxes(1, 2).copy()
    each = np.arange(n)
    strengths[:, each, each] = bend @ abs(incidence)
    strengths += 1 / n
    if design.home:
        gradient[:, n] = pull.sum(axis=1)
        _border(curvature, n, bend @ incidence)
        curvature[:, n, n] = bend.sum(axis=1)
    if design.ties:
        gradient[:, -1] = (votes.ties - votes.total * point.tied).sum(axis=1)
        mixed = -votes.total * point.tied * point.lead / 2
        _border(curvature, -1, mixed @ incidence)
        curvature[:, -1, -1] = (votes.total * point.tied * (1 - point.tied)).sum(axis=1)
        if design.home:
            curvature[:, n, -1] = curvature[:, -1, n] = mixed.sum(axis=1)
    return gradient, curvature


def _border(curvature: FloatArray, place: int, values: FloatArray) -> None:
    width = values.shape[1]
    curvature[:, place, :width] = curvature[:, :width, place] = values


def _solve(curvature: FloatArray, gradient: FloatArray) -> FloatArray:
    """Newton steps; NaN for a table whose likelihood has gone flat."""
    try:
        return np.asarray(np.linalg.solve(curvature, gradient[..., None])[..., 0])
    except np.linalg.LinAlgError:
        if len(curvature) == 1:
            return np.full_like(gradient, np.nan)
    return np.concatenate(
        [_solve(curvature[[table]], gradient[[table]]) for table in range(len(curvature))]
    )


def _advance(
    design: Design, votes: Votes, parameters: FloatArray, point: Point, step: FloatArray
) -> tuple[FloatArray, Point]:
    """The point after a step, halved where the likelihood would fall."""
    there = parameters + step
    found = Point.at(design, votes, there)
    slack = 1e-9 * (1 + np.abs(point.log_likelihood))
    for halving in range(1, MAX_HALVINGS):
        worse = np.flatnonzero(found.log_likelihood < point.log_likelihood - slack)
        if not len(worse):
            break
        there[worse] = parameters[worse] + step[worse] / 2**halving
        found.put(worse, Point.at(design, votes[worse], there[worse]))
    return there, found
