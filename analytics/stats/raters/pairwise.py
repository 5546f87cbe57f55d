"""Conditional likelihood of pairs of ratings, in which nothing of the rated unit is left.

Two ratings of one unit follow ``P(a, b) ~ exp(a (u + x) + b (u + y) - k[a] - k[b])``: u is the
unit's, x and y are what the two raters add, k are the points of the scale. Given the total a + b
the unit's u cancels: how two raters split a total tells how far apart they stand, whatever units
they got. The likelihood is concave and a function of tables, one for each two who met.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.stats.types import BoolArray, FloatArray, IntArray

MAX_WHO = 200
MAX_POINTS = 15
"""Tables of all pairs of 200 with 15 points are 72 MB."""
MAX_STEPS = 60
SMALL_STEP = 1e-10
FAR = 30.0
"""Logits beyond which the maximum lies at infinity."""
SINGULAR = 1e-9
"""Least share of the largest eigenvalue of the information that still tells something."""


@dataclass(frozen=True, eq=False)
class PairRows:
    """Rows of ratings, sorted by unit, and who of them is paired with whom.

    Attributes:
        unit: Shape (n_rows,); ascending.
        who: Shape (n_rows,); the rater, or the rater on a criterion; ascending within a unit.
        rater: Shape (n_rows,); two rows of one rater are no pair.
        value: Shape (n_rows,); 0 to n_values - 1.
        n_who: How many `who` there are.
        n_values: Points of the scale.
    """

    unit: IntArray
    who: IntArray
    rater: IntArray
    value: IntArray
    n_who: int
    n_values: int

    @property
    def is_too_large(self) -> bool:
        """There are more tables or cells than are held."""
        return self.n_who > MAX_WHO or self.n_values > MAX_POINTS

    @property
    def weight(self) -> FloatArray:
        """Of each row's pairs: a unit of m ratings weighs m / 2, and not m (m - 1) / 2."""
        return np.asarray(1 / np.maximum(np.bincount(self.unit)[self.unit] - 1, 1))

    def lags(self) -> Iterator[tuple[IntArray, IntArray]]:
        """First and second rows of all pairs, part by part."""
        for lag in range(1, int(np.bincount(self.unit).max(initial=0))):
            first = np.flatnonzero(self.unit[lag:] == self.unit[:-lag])
            first = first[self.rater[first] != self.rater[first + lag]]
            yield first, first + lag

    @cached_property
    def telling(self) -> BoolArray:
        """Rows of a pair whose total could have been shared out otherwise: shape (n_rows,)."""
        telling = np.zeros(len(self.unit), bool)
        for first, second in self.lags():
            total = self.value[first] + self.value[second]
            split = (total > 0) & (total < 2 * (self.n_values - 1))
            telling[first[split]] = telling[second[split]] = True
        return telling

    @cached_property
    def tables(self) -> "PairTables":
        """Weighted tables of each two who met."""
        size, weight = self.n_values, self.weight
        cells = np.zeros(self.n_who * self.n_who * size * size)
        for first, second in self.lags():
            met = self.who[first] * self.n_who + self.who[second]
            key = (met * size + self.value[first]) * size + self.value[second]
            cells += np.bincount(key, weight[first], len(cells))
        tables = cells.reshape(-1, size, size)
        met = np.flatnonzero(tables.any(axis=(1, 2)))
        return PairTables(met // self.n_who, met % self.n_who, tables[met])


@dataclass(frozen=True, eq=False)
class PairTables:
    """What each two who met said of the same units.

    Attributes:
        first: Shape (n_pairs,).
        second: Shape (n_pairs,).
        tables: Shape (n_pairs, n_values, n_values); weights of (value of first, value of second).
    """

    first: IntArray
    second: IntArray
    tables: FloatArray

    @property
    def n_values(self) -> int:
        """Points of the scale."""
        return int(self.tables.shape[1])

    @cached_property
    def own(self) -> IntArray:
        """The first's value: shape (1, n_values)."""
        return np.arange(self.n_values)[None, :]

    @cached_property
    def other(self) -> IntArray:
        """The second's value at each total and first's value: (n_totals, n_values)."""
        return np.arange(2 * self.n_values - 1)[:, None] - self.own

    @cached_property
    def possible(self) -> BoolArray:
        """Which of them lie on the scale."""
        return np.asarray((self.other >= 0) & (self.other < self.n_values))

    @cached_property
    def by_total(self) -> FloatArray:
        """Weights by total and the first's value: (n_pairs, n_totals, n_values)."""
        other = np.where(self.possible, self.other, 0)
        return np.asarray(np.where(self.possible, self.tables[:, self.own, other], 0.0))

    @cached_property
    def points(self) -> FloatArray:
        """How often a pair shows each inner point, negative: (n_totals, n_values, n_inner)."""
        inner = np.arange(1, self.n_values - 1)
        shown = (self.own[..., None] == inner).astype(float) + (self.other[..., None] == inner)
        return np.asarray(-shown * self.possible[..., None])

    def shares(self, apart: FloatArray, inner: FloatArray) -> FloatArray:
        """Chance of the first's value given the total: (n_pairs, n_totals, n_values).

        Args:
            apart: Shape (n_pairs,); x - y of each two.
            inner: Shape (n_inner,); k of the points between the ends, whose own k are 0.
        """
        logits = apart[:, None, None] * self.own + self.points @ inner
        logits = np.where(self.possible, logits, -np.inf)
        logits -= logits.max(axis=2, keepdims=True)
        shares = np.exp(logits)
        return np.asarray(shares / shares.sum(axis=2, keepdims=True))


@dataclass(frozen=True, slots=True, eq=False)
class Climb:
    """The maximum.

    Attributes:
        effects: Shape (n_effects,); what `design` turns into x.
        inner: Shape (n_inner,); k of the inner points.
        information: Shape (n_effects + n_inner,) squared.
        shares: At the maximum, as `PairTables.shares`.
        outcome: "found", "confounded" where the pairs leave some effect open, or "far" where the
            maximum lies at infinity.
    """

    effects: FloatArray
    inner: FloatArray
    information: FloatArray
    shares: FloatArray
    outcome: str


def climb(tables: PairTables, design: FloatArray) -> Climb:
    """Newton's steps from nothing, each halved until the likelihood gains.

    Args:
        tables: Of each two who met.
        design: Shape (n_who, n_effects).
    """
    apart = design[tables.first] - design[tables.second]
    size = apart.shape[1]
    at = np.zeros(size + tables.n_values - 2)
    reached, shares = _likelihood(tables, apart, at)
    for step_number in range(MAX_STEPS):
        gradient, information = _derivatives(tables, apart, shares)
        if not step_number and _is_singular(information[:size, :size]):
            return Climb(at[:size], at[size:], information, shares, "confounded")
        if _is_singular(information):
            break
        step = np.linalg.solve(information, gradient)
        if np.abs(step).max() < SMALL_STEP:
            return Climb(at[:size], at[size:], information, shares, "found")
        for _halving in range(40):
            gained, moved = _likelihood(tables, apart, at + step)
            if gained >= reached - 1e-12 * abs(reached):
                break
            step = step / 2
        at, reached, shares = at + step, gained, moved
        if np.abs(at).max() > FAR:
            break
    return Climb(at[:size], at[size:], information, shares, "far")


def _is_singular(information: FloatArray) -> bool:
    spread = np.linalg.eigvalsh(information)
    return bool(len(spread) and spread[0] <= SINGULAR * spread[-1])


def _likelihood(tables: PairTables, apart: FloatArray, at: FloatArray) -> tuple[float, FloatArray]:
    size = apart.shape[1]
    shares = tables.shares(apart @ at[:size], at[size:])
    seen = tables.by_total > 0
    logs = np.log(np.maximum(shares, 1e-300), where=seen, out=np.zeros_like(shares))
    return float((tables.by_total * logs).sum()), shares


def _derivatives(
    tables: PairTables, apart: FloatArray, shares: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gradient, and minus the second derivatives."""
    own, points, given = tables.own, tables.points, tables.by_total.sum(axis=2)
    mean = shares @ own[0]
    expected = given[..., None] * shares
    rest = tables.by_total - expected
    gradient = [apart.T @ (rest @ own[0]).sum(axis=1), np.tensordot(rest.sum(axis=0), points, 2)]
    spread = (given * (shares @ np.square(own[0]) - np.square(mean))).sum(axis=1)
    shown = np.einsum("pta,tah->pth", shares, points)
    across = np.einsum("pta,tah->pth", shares * own, points) - mean[..., None] * shown
    mixed = apart.T @ np.einsum("pt,pth->ph", given, across)
    inner = np.einsum("ta,tah,tai->hi", expected.sum(axis=0), points, points)
    inner -= np.einsum("pt,pth,pti->hi", given, shown, shown, optimize=True)
    information = np.block([[apart.T @ (spread[:, None] * apart), mixed], [mixed.T, inner]])
    return np.concatenate(gradient), information


def squared_scores(
    rows: PairRows, tables: PairTables, shares: FloatArray, group: IntArray, design: FloatArray
) -> FloatArray:
    """Sum over groups of outer products of their gradients: what a sandwich is filled with.

    Args:
        rows: All pairs.
        tables: Made of them.
        shares: At the maximum.
        group: Shape (n_rows,); 0 to n_groups - 1.
        design: Shape (n_who, n_effects).

    Returns:
        Shape (n_effects + n_inner,) squared.
    """
    from scipy.sparse import csr_array

    place = np.zeros((rows.n_who, rows.n_who), np.int64)
    place[tables.first, tables.second] = np.arange(len(tables.first))
    mean = shares @ tables.own[0]
    shown = np.einsum("pta,tah->pth", shares, tables.points)
    weight, n_groups = rows.weight, int(group.max()) + 1
    own = np.zeros(len(rows.unit))
    inner = np.zeros((n_groups, tables.n_values - 2))
    for first, second in rows.lags():
        pair = place[rows.who[first], rows.who[second]]
        total = rows.value[first] + rows.value[second]
        rest = weight[first] * (rows.value[first] - mean[pair, total])
        points = tables.points[total, rows.value[first]] - shown[pair, total]
        own[first] += rest
        own[second] -= rest
        for point in range(inner.shape[1]):
            moved = weight[first] * points[:, point]
            inner[:, point] += np.bincount(group[first], moved, n_groups)
    scores = csr_array((own, (group, rows.who)), shape=(n_groups, rows.n_who))
    met = np.asarray((scores.T @ scores).toarray())
    mixed = design.T @ (scores.T @ inner)
    return np.block([[design.T @ met @ design, mixed], [mixed.T, inner.T @ inner]])
