"""Ratings of a plain file, one row each, on a scale that is declared or read off the file."""

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.plain_files import read_at_once, read_columns
from analytics.plain_table import Column, PlainTable, SortedNames, Unnamed
from core.errors import InvalidError

if TYPE_CHECKING:
    from analytics.stats.types import FloatArray, IntArray

SHOWN = 5
MAX_POINTS = 64
"""Longest scale that is shown as a distribution."""
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Columns:
    """Titles of the columns."""

    item: str
    rater: str
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class FileScale:
    """Values in their order, and what they are worth.

    Attributes:
        level: Of measurement.
        categories: The values as text.
        numbers: Shape (n_values,); their numbers, or their places.
    """

    level: str
    categories: list[str]
    numbers: "FloatArray"
    is_set: bool = False

    @property
    def n_points(self) -> int:
        """Values; 0 where there are too many to count each."""
        return len(self.categories) if len(self.categories) <= MAX_POINTS else 0


@dataclass(frozen=True, slots=True, eq=False)
class FileRatings:
    """Ratings by numbers, sorted by item and rater; both are numbered by their names in order.

    Attributes:
        items: Names.
        raters: Names.
        scale: Of the values.
        item: Shape (n_ratings,).
        rater: Shape (n_ratings,).
        value: Shape (n_ratings,); position on the scale.
        n_missing: Rows without a value, left out.
    """

    items: Sequence[str]
    raters: Sequence[str]
    scale: FileScale
    item: "IntArray"
    rater: "IntArray"
    value: "IntArray"
    n_missing: int


def read_ratings(
    path: Path,
    columns: Columns,
    *,
    level: str,
    categories: Sequence[str] = (),
    are_items_named: bool = True,
) -> FileRatings:
    """Read the ratings of a CSV or Parquet file.

    Without the names of items, millions of them are read in less time.

    Raises:
        InvalidError: The file cannot be read, a value does not fit the scale or its level, or a
            rater rates an item twice; file, line and value are named.
    """
    asked = {"filled": [columns.item, columns.rater], "values": [columns.value]}
    unnamed = [] if are_items_named else [columns.item]
    if table := read_at_once(path, **asked, kept=categories, unnamed=unnamed):
        with suppress(InvalidError):  # told by the reading below, which knows where rows stand
            return _ratings(table, level, list(categories))
    return _ratings(read_columns(path, **asked, kept=categories), level, list(categories))


def _ratings(table: PlainTable, level: str, categories: list[str]) -> FileRatings:
    import numpy as np

    item, rater, value = table.columns
    scale, places = _scale(table, value, level, categories)
    rows = np.flatnonzero(value.codes >= 0)
    items, item_places = _numbered(item, rows)
    raters, rater_places = _numbered(rater, rows)
    n_cells = len(items) * len(raters)
    cells = item_places[item.codes[rows]] * len(raters) + rater_places[rater.codes[rows]]
    said = places[value.codes[rows]]
    cells, said = _sorted(cells, said, n_cells, max(len(scale.categories), 1))
    if (cells[1:] == cells[:-1]).any():
        _refuse_repeated(table, rows, item, rater)
    rated, by = np.divmod(cells, max(len(raters), 1))
    return FileRatings(items, raters, scale, rated, by, said, table.n_rows - len(rows))


def _sorted(
    cells: "IntArray", said: "IntArray", n_cells: int, n_values: int
) -> "tuple[IntArray, IntArray]":
    """Cells in order and what was said in each: as one number, where that does not overflow."""
    import numpy as np

    if n_cells * n_values > LARGEST:
        order = np.argsort(cells)
        return cells[order], said[order]
    cells *= n_values
    cells += said
    cells.sort()
    return cells // n_values, cells % n_values


def _numbered(column: Column, rows: "IntArray") -> "tuple[Sequence[str], IntArray]":
    """Names that have a rating, in order, and the number of each of the column's names."""
    import numpy as np

    known = column.names
    present = np.flatnonzero(np.bincount(column.codes[rows], minlength=len(known)))
    if isinstance(known, SortedNames | Unnamed):
        names: Sequence[str] = known.chosen(present)
    else:
        in_order = sorted(present.tolist(), key=known.__getitem__)
        names, present = [known[code] for code in in_order], np.array(in_order, np.int64)
    place = np.zeros(len(known), np.int64)
    place[present] = np.arange(len(present))
    return names, place


def _scale(
    table: PlainTable, column: Column, level: str, declared: list[str]
) -> "tuple[FileScale, IntArray]":
    """The scale, and the place on it of each of the column's names."""
    import numpy as np

    said = column.names
    if level == "nominal":
        categories = declared or sorted(said)
        numbers = np.arange(len(categories), dtype=np.float64)
        places = _places_by_name(table, column, categories)
        return FileScale(level, categories, numbers), np.array(places, np.int64)
    if declared and not all(map(_is_number, declared)):
        if level != "ordinal":
            raise InvalidError(
                f"Level '{level}' needs numbers, and the categories are "
                f"{', '.join(declared[:SHOWN])}. Give numbers, or take --level ordinal."
            )
        places = _places_by_name(table, column, declared)
        steps = np.arange(len(declared), dtype=np.float64)
        return FileScale(level, declared, steps), np.array(places, np.int64)
    _refuse_text(table, column, level)
    known = sorted({float(name) for name in (declared or said)})
    if level == "ratio" and known and known[0] < 0:
        below = next((name for name in said if float(name) < 0), None)
        where = f"{table.place_of_name(column, below)}: " if below else ""
        raise InvalidError(
            f"{where}{below or known[0]} in column '{column.title}' is below 0, and a ratio scale "
            "begins at 0. Correct the row, or take --level interval."
        )
    place = {number: position for position, number in enumerate(known)}
    categories = declared or [f"{number:.12g}" for number in known]
    for name in said:
        if float(name) not in place:
            raise _undeclared(table, column, name, categories)
    if declared:
        categories = sorted(declared, key=float)
    places = [place[float(name)] for name in said]
    return FileScale(level, categories, np.array(known)), np.array(places, np.int64)


def _places_by_name(table: PlainTable, column: Column, categories: list[str]) -> list[int]:
    place = {name: position for position, name in enumerate(categories)}
    for name in column.names:
        if name not in place:
            raise _undeclared(table, column, name, categories)
    return [place[name] for name in column.names]


def _undeclared(
    table: PlainTable, column: Column, name: str, categories: Sequence[str]
) -> InvalidError:
    return InvalidError(
        f"{table.place_of_name(column, name)}: '{name}' in column "
        f"'{column.title}' is not among the categories {', '.join(categories)}. Correct the row or "
        "the categories."
    )


def _refuse_text(table: PlainTable, column: Column, level: str) -> None:
    wrong = [name for name in column.names if not _is_number(name)]
    if not wrong:
        return
    if level == "ordinal" and len(wrong) == len(column.names):
        raise InvalidError(
            f"The values {', '.join(sorted(wrong)[:SHOWN])} are words, and a scale of level "
            "'ordinal' has an order. Give it with --categories, low to high."
        )
    way_out = (
        "or give the order of all values with --categories"
        if level == "ordinal"
        else "or take --level nominal"
    )
    raise InvalidError(
        f"{table.place_of_name(column, wrong[0])}: '{wrong[0]}' in column "
        f"'{column.title}' is not a number, as the others are. Correct the row, {way_out}."
        if len(wrong) < len(column.names)
        else f"{table.place_of_name(column, wrong[0])}: '{wrong[0]}' in column "
        f"'{column.title}' is not a number, and level '{level}' needs numbers. Correct the row, "
        f"{way_out}."
    )


def _is_number(name: str) -> bool:
    try:
        return math.isfinite(float(name))
    except ValueError:
        return False


def _refuse_repeated(table: PlainTable, rows: "IntArray", item: Column, rater: Column) -> None:
    import numpy as np

    cells = item.codes[rows].astype(np.int64) * len(rater.names) + rater.codes[rows]
    order = np.argsort(cells, kind="stable")
    again = np.sort(rows[order[1:][cells[order[1:]] == cells[order[:-1]]]])
    shown = again[:SHOWN].tolist()
    named = [
        f"{table.counted} {line} (rater '{rater.names[rater.codes[row]]}', item "
        f"'{item.names[item.codes[row]]}')"
        for row, line in zip(shown, table.lines_of(shown), strict=True)
    ]
    more = f" and {len(again) - SHOWN} more" if len(again) > SHOWN else ""
    raise InvalidError(
        f"{table.path.name}: a rater rates an item again in {', '.join(named)}{more}. "
        "A rater is compared with others only: keep one of the rows."
    )
