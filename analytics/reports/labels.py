"""Labels of a plain CSV file, one row a rating, with gold beside them where a column has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.plain_files import read_columns
from analytics.plain_table import Column, PlainTable
from core.errors import InvalidError

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

SHOWN = 5


@dataclass(frozen=True, slots=True)
class LabelColumns:
    """Titles of the columns; gold may be left out."""

    item: str
    rater: str
    value: str
    gold: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One entry a rating, by numbers.

    Attributes:
        items: Names, in the order of their first rows.
        raters: Names, as above.
        categories: Declared labels, or else those that occur in order.
        item: Shape (n_ratings,).
        rater: Shape (n_ratings,).
        value: Shape (n_ratings,); place in `categories`.
        gold: Shape (n_items,); place in `categories`, -1 where an item has none; None without a
            column of gold.
        n_missing: Rows without a value, left out.
    """

    items: Sequence[str]
    raters: Sequence[str]
    categories: list[str]
    item: "IntArray"
    rater: "IntArray"
    value: "IntArray"
    gold: "IntArray | None"
    n_missing: int


def read_labels(
    path: Path,
    columns: LabelColumns,
    *,
    categories: Sequence[str] = (),
    keep_repeated: bool = False,
) -> Labels:
    """Read the labels of a file.

    Args:
        path: The file.
        columns: Titles of its columns.
        categories: Declared labels; those that occur, in order, when left out.
        keep_repeated: Take several ratings of an item by one rater as several ratings.

    Raises:
        InvalidError: The file cannot be read, a label is not declared, an item has two gold labels,
            or a rater rates an item twice; file and line are named.
    """
    import numpy as np

    titles = [columns.value, *([columns.gold] if columns.gold else [])]
    table = read_columns(path, filled=[columns.item, columns.rater], values=titles, kept=categories)
    item, rater, value = table.columns[:3]
    gold = table.columns[3] if columns.gold else None
    scale = list(categories) or in_order({*value.names, *(gold.names if gold else ())})
    said = _places(table, value, scale)
    rows = np.flatnonzero(said >= 0)
    if not keep_repeated:
        _refuse_repeated(table, rows, item.codes[rows], rater.codes[rows])
    return Labels(
        items=item.names,
        raters=rater.names,
        categories=scale,
        item=item.codes[rows],
        rater=rater.codes[rows],
        value=said[rows],
        gold=_gold(table, item, gold, scale) if gold else None,
        n_missing=int(len(said) - len(rows)),
    )


def in_order(names: set[str]) -> list[str]:
    """As numbers where all are numbers, else by name."""
    try:
        return sorted(names, key=float)
    except ValueError:
        return sorted(names)


def _places(table: PlainTable, column: Column, scale: list[str]) -> "IntArray":
    import numpy as np

    place = {name: number for number, name in enumerate(scale)}
    for name in column.names:
        if name not in place:
            raise InvalidError(
                f"{table.place_of_name(column, name)}: '{name}' in column "
                f"'{column.title}' is not among the categories {', '.join(scale)}. Correct the row "
                "or the categories."
            )
    return np.array([*(place[name] for name in column.names), -1], np.int64)[column.codes]


def _gold(table: PlainTable, item: Column, gold: Column, scale: list[str]) -> "IntArray":
    """One gold label an item, from whichever of its rows have one."""
    import numpy as np

    told = _places(table, gold, scale)
    rows = np.flatnonzero(told >= 0)
    found = np.full(len(item.names), -1, np.int64)
    found[item.codes[rows]] = told[rows]
    if len(other := np.flatnonzero(found[item.codes[rows]] != told[rows])):
        row = int(rows[other[0]])
        name = item.names[item.codes[row]]
        raise InvalidError(
            f"{table.place_of(row)}: item '{name}' has the gold "
            f"labels '{scale[told[row]]}' and '{scale[found[item.codes[row]]]}'. An item has one."
        )
    return found


def _refuse_repeated(
    table: PlainTable, rows: "IntArray", item: "IntArray", rater: "IntArray"
) -> None:
    import numpy as np

    order = np.lexsort((rater, item))
    same = (item[order[1:]] == item[order[:-1]]) & (rater[order[1:]] == rater[order[:-1]])
    if same.any():
        again = np.sort(np.maximum(order[1:][same], order[:-1][same]))
        lines = table.lines_of([int(rows[row]) for row in again[:SHOWN]])
        raise InvalidError(
            f"{table.path.name}: {len(again)} rows repeat a rater on an item ({table.counted}s "
            f"{', '.join(map(str, lines))}{', ...' if len(again) > SHOWN else ''}). Keep one of "
            "each, or count all with --keep-repeated."
        )
