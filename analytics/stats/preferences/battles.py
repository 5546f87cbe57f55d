"""Votes between two systems, as counts of (first, second, outcome) that add up over shards.

First and second are the sides on which the systems were shown, so nothing about the order is lost.
Only pairs that met are kept: memory is that of the pairs, never of all possible ones.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import RowsError
from analytics.stats.intervals.resampling import CHUNK_NUMBERS, draw_weights
from analytics.stats.types import FloatArray, IntArray

FIRST, SECOND, TIE = 0, 1, 2
OUTCOMES = 3
MAX_DENSE_CELLS = 1 << 22
"""Cells of a table counted without sorting the votes (32 MB)."""


@dataclass(frozen=True, slots=True, eq=False)
class BattleTable:
    """How often each outcome was voted for each two systems on their sides.

    Attributes:
        n_systems: Systems, those without votes included.
        first: Shape (n_pairs,); the system on the first side. Pairs (first, second) are ascending.
        second: Shape (n_pairs,); the system on the second side.
        counts: Shape (n_pairs, 3); votes for the first, for the second, and ties.
    """

    n_systems: int
    first: IntArray
    second: IntArray
    counts: IntArray

    @classmethod
    def from_rows(
        cls,
        first: npt.ArrayLike,
        second: npt.ArrayLike,
        outcome: npt.ArrayLike,
        count: npt.ArrayLike | None = None,
        *,
        n_systems: int,
    ) -> Self:
        """Count votes; rows may repeat and come in any order.

        Args:
            first: Shape (n_rows,); system on the first side, 0 to n_systems - 1.
            second: Shape (n_rows,); system on the second side.
            outcome: Shape (n_rows,); `FIRST`, `SECOND` or `TIE`.
            count: Shape (n_rows,); votes in the row, one each when left out.
            n_systems: Number of systems.

        Raises:
            RowsError: Lengths differ, a number is outside its range, or a system meets itself.

        Example:
            >>> BattleTable.from_rows([0, 1, 0], [1, 0, 1], [0, 2, 0], n_systems=2).counts
            array([[2, 0, 0],
                   [0, 0, 1]])
        """
        cells = _cells(first, second, outcome, n_systems)
        weights = None if count is None else np.asarray(count, dtype=np.int64)
        if weights is not None and (len(weights) != len(cells) or weights.min(initial=0) < 0):
            raise RowsError(
                f"{len(weights)} counts do not fit {len(cells)} rows of votes; each row has one "
                "count, 0 or more. Correct the counts."
            )
        size = n_systems * n_systems * OUTCOMES
        if size <= MAX_DENSE_CELLS:
            dense = np.bincount(cells, weights, minlength=size).astype(np.int64)
            table = dense.reshape(-1, OUTCOMES)
            pairs = np.flatnonzero(table.any(axis=1))
            return cls(n_systems, *np.divmod(pairs, n_systems), table[pairs])
        pairs, place = np.unique(cells // OUTCOMES, return_inverse=True)
        sparse = np.bincount(place * OUTCOMES + cells % OUTCOMES, weights, len(pairs) * OUTCOMES)
        counts = sparse.astype(np.int64).reshape(-1, OUTCOMES)
        seen = counts.any(axis=1)
        return cls(n_systems, *np.divmod(pairs[seen], n_systems), counts[seen])

    @classmethod
    def merge(cls, shards: Sequence["BattleTable"]) -> Self:
        """The votes of all shards together: integer sums, the same bits for any split."""
        outcome = np.tile(np.arange(OUTCOMES), sum(len(shard.first) for shard in shards))
        return cls.from_rows(
            np.repeat(np.concatenate([shard.first for shard in shards]), OUTCOMES),
            np.repeat(np.concatenate([shard.second for shard in shards]), OUTCOMES),
            outcome,
            np.concatenate([shard.counts.ravel() for shard in shards]),
            n_systems=max(shard.n_systems for shard in shards),
        )

    @property
    def n_votes(self) -> int:
        """All votes, ties included."""
        return int(self.counts.sum())

    def folded(self) -> "Folding":
        """The same pairs whichever side they stood on."""
        return Folding.of(self)


@dataclass(frozen=True, slots=True, eq=False)
class Folding:
    """Which pairs of a table are the same two systems on swapped sides.

    Attributes:
        low: Shape (n_folded,); the system with the smaller number.
        high: Shape (n_folded,); the other.
        source: Shape (n_folded, 3, 2); cells of the table (pair * 3 + outcome) that add up to votes
            for low, for high, and ties; `n_cells` stands for an order that never occurred.
    """

    low: IntArray
    high: IntArray
    source: IntArray

    @classmethod
    def of(cls, table: BattleTable) -> Self:
        """Match each pair with its mirror image."""
        low, high = np.minimum(table.first, table.second), np.maximum(table.first, table.second)
        keys, place = np.unique(low * table.n_systems + high, return_inverse=True)
        n_cells = len(table.first) * OUTCOMES
        source = np.full((len(keys), OUTCOMES, 2), n_cells, np.int64)
        swapped = (table.first > table.second).astype(np.int64)
        start = np.arange(len(table.first)) * OUTCOMES
        source[place, FIRST, swapped] = start + np.where(swapped, SECOND, FIRST)
        source[place, SECOND, swapped] = start + np.where(swapped, FIRST, SECOND)
        source[place, TIE, swapped] = start + TIE
        return cls(*np.divmod(keys, max(table.n_systems, 1)), source)

    def counts(self, cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Fold cells of tables: from shape (..., n_cells) to (..., n_folded, 3)."""
        padded = np.concatenate([cells, np.zeros((*cells.shape[:-1], 1), cells.dtype)], axis=-1)
        return np.asarray(padded[..., self.source[..., 0]] + padded[..., self.source[..., 1]])


@dataclass(frozen=True, slots=True, eq=False)
class BattleBlocks:
    """What a resample draws whole: distinct groups of votes by content, in canonical order.

    Attributes:
        table: All votes together.
        tables: Shape (n_blocks, 3 * n_pairs), a sparse matrix; votes of one group of each block.
            None where every vote is its own group: then a block is one cell of `table`.
        multiplicity: Shape (n_blocks,); groups with that content.
    """

    table: BattleTable
    tables: Any
    multiplicity: IntArray

    @classmethod
    def of_votes(cls, table: BattleTable) -> Self:
        """Every vote is drawn alone: the multinomial bootstrap of the table."""
        return cls(table, None, table.counts.ravel())

    @classmethod
    def of_groups(
        cls,
        group: npt.ArrayLike,
        first: npt.ArrayLike,
        second: npt.ArrayLike,
        outcome: npt.ArrayLike,
        *,
        n_systems: int,
    ) -> Self:
        """All votes of a group (on an item, by a rater) are drawn together.

        Args:
            group: Shape (n_rows,); the group of each vote, any integers.
            first: As in `BattleTable.from_rows`.
            second: As there.
            outcome: As there.
            n_systems: As there.

        Raises:
            RowsError: As there.

        Example:
            >>> blocks = BattleBlocks.of_groups(
            ...     [7, 7, 8, 9], [0, 0, 0, 0], [1, 1, 1, 1], [0, 2, 1, 1], n_systems=2)
            >>> blocks.multiplicity
            array([1, 2])
        """
        from scipy.sparse import csr_array

        groups = np.asarray(group, dtype=np.int64)
        cells = _cells(first, second, outcome, n_systems)
        if len(groups) != len(cells):
            raise RowsError(
                f"There are {len(groups)} groups for {len(cells)} votes, and each vote belongs to "
                "one. Pass arrays of one length."
            )
        table = BattleTable.from_rows(first, second, outcome, n_systems=n_systems)
        pairs = table.first * n_systems + table.second
        place = np.searchsorted(pairs, cells // OUTCOMES) * OUTCOMES + cells % OUTCOMES
        width = max(len(pairs) * OUTCOMES, 1)
        _, number = np.unique(groups, return_inverse=True)
        keys, counts = np.unique(number * width + place, return_counts=True)
        owner, cell = np.divmod(keys, width)
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        members = np.stack([cell, counts], axis=1)
        contents = Counter(part.tobytes() for part in np.split(members, starts[1:]) if len(part))
        ordered = sorted(contents)
        parts = [np.frombuffer(content, np.int64).reshape(-1, 2) for content in ordered]
        joined = np.concatenate(parts) if parts else np.zeros((0, 2), np.int64)
        ends = np.cumsum([0, *map(len, parts)])
        return cls(
            table,
            csr_array((joined[:, 1].astype(np.float64), joined[:, 0], ends), (len(parts), width)),
            np.array([contents[content] for content in ordered], np.int64),
        )

    @property
    def n_groups(self) -> int:
        """Groups that a resample draws."""
        return int(self.multiplicity.sum())

    def draws(self, replicates: int, seed: int, width: int = 1) -> Iterator[FloatArray]:
        """Tables of resampled votes, some at a time: shape (at most chunk, n_pairs, 3).

        Args:
            replicates: Resamples.
            seed: The same seed gives the same bits, however large the chunks.
            width: Numbers that the caller holds for each resample.
        """
        n_pairs = len(self.table.first)
        held = max(width, len(self.multiplicity), n_pairs * OUTCOMES, 1)
        chunk = max(1, CHUNK_NUMBERS // held)
        if not self.n_groups:
            yield np.zeros((replicates, n_pairs, OUTCOMES))
            return
        for weights in draw_weights(self.multiplicity, replicates, seed, chunk):
            cells = weights if self.tables is None else weights @ self.tables
            yield np.asarray(cells).reshape(len(weights), n_pairs, OUTCOMES)


def _cells(
    first: npt.ArrayLike, second: npt.ArrayLike, outcome: npt.ArrayLike, n_systems: int
) -> IntArray:
    """Number of each vote's cell in the table of all possible pairs."""
    left, right, said = (np.asarray(column, dtype=np.int64) for column in (first, second, outcome))
    if not len(left) == len(right) == len(said):
        raise RowsError(
            f"There are {len(left)} first sides, {len(right)} second sides and {len(said)} "
            "outcomes, and each vote has one of each. Pass arrays of one length."
        )
    for what, numbers, size in (
        ("System", left, n_systems),
        ("System", right, n_systems),
        ("Outcome", said, OUTCOMES),
    ):
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= size):
            wrong = int(numbers.min() if numbers.min() < 0 else numbers.max())
            raise RowsError(
                f"{what} {wrong} is outside 0 to {size - 1}. Number the votes from 0 by the "
                "declared systems and outcomes."
            )
    if len(itself := np.flatnonzero(left == right)):
        raise RowsError(
            f"Vote {itself[0]} compares system {left[itself[0]]} with itself, and a vote is "
            "between two. Leave it out."
        )
    return (left * n_systems + right) * OUTCOMES + said
