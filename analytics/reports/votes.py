"""Votes between two systems as a plain CSV file holds them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.plain_files import read_columns
from analytics.plain_table import Column, PlainTable
from core.errors import InvalidError

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

LEFT_WORDS = frozenset({"left", "a", "first", "model_a", "x"})
RIGHT_WORDS = frozenset({"right", "b", "second", "model_b", "y"})
TIE_WORDS = frozenset(
    {"tie", "draw", "equal", "same", "neither", "both", "both_bad", "both bad", "bothbad",
     "tie (bothbad)"}
)  # fmt: skip
SHOWN = 5
UNKNOWN, NOBODY = -1, -2


@dataclass(frozen=True, slots=True)
class VoteColumns:
    """Titles of the columns; those of rater and item may be left out."""

    left: str
    right: str
    winner: str
    rater: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """One entry a vote; systems are numbered by their names in order, so rows may come in any.

    Attributes:
        systems: Names.
        left: Shape (n_votes,); system on the left.
        right: Shape (n_votes,); system on the right.
        outcome: Shape (n_votes,); as in `analytics.stats.preferences.battles`, the left side first.
        rater: Shape (n_votes,); None without a column of raters.
        item: Shape (n_votes,); None without a column of items.
        n_missing: Rows without a vote, left out.
        group: Shape (n_votes,); items of one group are drawn together. None where each is its own.
    """

    systems: list[str]
    left: "IntArray"
    right: "IntArray"
    outcome: "IntArray"
    rater: "IntArray | None"
    item: "IntArray | None"
    n_missing: int
    group: "IntArray | None" = None

    def heard_once(self) -> "IntArray":
        """The votes without those of a rater on an item and systems already voted on.

        Who sees an item again with its sides swapped would else be compared with themselves.
        """
        import numpy as np

        if self.item is None or self.rater is None:
            return np.arange(len(self.outcome))
        low, high = np.minimum(self.left, self.right), np.maximum(self.left, self.right)
        order = np.lexsort((self.left, high, low, self.rater, self.item))
        keys = np.stack([self.item, self.rater, low, high], axis=1)[order]
        new = np.ones(len(keys), bool)
        new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
        return order[new]


def read_votes(path: Path, columns: VoteColumns) -> Votes:
    """Read the votes of a file.

    The winner is told by its name, by the title of its column, by its side (left, right, a, b,
    model_a, model_b, ...), or as a tie (tie, draw, equal, both_bad, ...). A name of some system is
    always read as a name.

    Raises:
        InvalidError: The file cannot be read, a winner is unknown, a system meets itself, or a
            rater votes twice on the same item and sides; file and line are named.
    """
    import numpy as np

    optional = [title for title in (columns.item, columns.rater) if title]
    table = read_columns(
        path, filled=[columns.left, columns.right, *optional], values=[columns.winner]
    )
    left, right, winner = table.columns[0], table.columns[1], table.columns[-1]
    voted = winner.codes >= 0
    systems = sorted({*left.names, *right.names})
    rows = np.flatnonzero(voted)
    first, second = _numbers(left, systems)[rows], _numbers(right, systems)[rows]
    if len(same := np.flatnonzero(first == second)):
        raise InvalidError(
            f"{table.place_of(int(rows[same[0]]))}: '{systems[first[same[0]]]}' is compared with "
            "itself. Correct the row, or leave it out."
        )
    outcome = _outcomes(table, columns, winner, systems, first, second, rows)
    others = dict(zip(optional, table.columns[2:-1], strict=True))
    item, rater = (
        _numbers(others[title], sorted(others[title].names))[rows] if title else None
        for title in (columns.item, columns.rater)
    )
    if item is not None and rater is not None:
        _refuse_repeated(table, rows, np.stack([item, rater, first, second], axis=1))
    used, renumbered = np.unique(np.concatenate([first, second]), return_inverse=True)
    both = renumbered.reshape(2, -1)
    return Votes(
        systems=[systems[number] for number in used],
        left=both[0],
        right=both[1],
        outcome=outcome,
        rater=rater,
        item=item,
        n_missing=int((~voted).sum()),
    )


def _numbers(column: Column, names: list[str]) -> "IntArray":
    """The rows' places among names in order."""
    import numpy as np

    place = {name: number for number, name in enumerate(names)}
    places = np.array([place[name] for name in column.names] + [-1], np.int64)
    return places[column.codes]


def _outcomes(
    table: PlainTable,
    columns: VoteColumns,
    winner: Column,
    systems: list[str],
    left: "IntArray",
    right: "IntArray",
    rows: "IntArray",
) -> "IntArray":
    """Outcome of each vote: by name of a system, by word, or by title of a column."""
    import numpy as np

    from analytics.stats.preferences.battles import FIRST, SECOND

    if not len(rows):
        return rows
    place = {name: number for number, name in enumerate(systems)}
    said = winner.codes[rows]
    won = np.array([place.get(name, NOBODY) for name in winner.names], np.int64)[said]
    by_word = np.array([_of_word(name, columns) for name in winner.names], np.int64)[said]
    found = np.where(won == left, FIRST, np.where(won == right, SECOND, UNKNOWN))
    found = np.where(won == NOBODY, by_word, found)
    if len(wrong := np.flatnonzero(found == UNKNOWN)):
        vote = wrong[0]
        raise InvalidError(
            f"{table.place_of(int(rows[vote]))}: winner '{winner.names[said[vote]]}' is neither "
            f"'{systems[left[vote]]}' nor '{systems[right[vote]]}', nor left, right or tie. "
            "Correct the row."
        )
    return found


def _of_word(name: str, columns: VoteColumns) -> int:
    from analytics.stats.preferences.battles import FIRST, SECOND, TIE

    word = name.casefold()
    if name == columns.left or (word in LEFT_WORDS and name != columns.right):
        return FIRST
    if name == columns.right or word in RIGHT_WORDS:
        return SECOND
    return TIE if word in TIE_WORDS else UNKNOWN


def _refuse_repeated(table: PlainTable, rows: "IntArray", keys: Any) -> None:
    """One rater votes once on an item with the same sides; swapped sides are another vote."""
    import numpy as np

    order = np.lexsort(keys.T)
    twice = np.flatnonzero((keys[order[1:]] == keys[order[:-1]]).all(axis=1))
    if len(twice):
        again = np.sort(np.maximum(order[twice], order[twice + 1]))
        lines = table.lines_of([int(rows[row]) for row in again[:SHOWN]])
        raise InvalidError(
            f"{table.path.name}: {len(again)} rows repeat a rater on an item with the same sides "
            f"({table.counted}s {', '.join(map(str, lines))}"
            f"{', ...' if len(again) > SHOWN else ''}). Keep one of each."
        )
