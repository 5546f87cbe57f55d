"""Columns of a file as numbered names, whatever kind of file they were read from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})
"""Cells, in any case of letters, that stand for no rating."""


class SortedNames(Sequence[str]):
    """Distinct names in their order, in one array: millions take a quarter of a list's memory."""

    def __init__(self, array: Any) -> None:
        """Take an array of numpy's `StringDType`."""
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return SortedNames(self.array[place])
        return str(self.array[place])

    def chosen(self, places: "IntArray") -> "SortedNames":
        """Those at some places, ascending."""
        return self if len(places) == len(self) else SortedNames(self.array[places])


class Unnamed(Sequence[str]):
    """So many names, in their order, of a column whose names nobody asked for."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        raise LookupError("These names were not read.")

    def chosen(self, places: "IntArray") -> "Unnamed":
        """As many as there are places."""
        return Unnamed(len(places))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of the file.

    Attributes:
        title: What the header calls it.
        names: Distinct cells without space around them: in the order of their first rows, or
            `SortedNames` or `Unnamed`.
        codes: Shape (n_rows,); place of the row's cell in `names`, -1 where it is missing.
    """

    title: str
    names: Sequence[str]
    codes: "IntArray"


@dataclass(frozen=True, slots=True, eq=False)
class PlainTable:
    """The columns asked for, in their order, and the file they came from.

    Attributes:
        path: Of the file.
        columns: In the order in which they were asked for.
        lines_of: From rows (numbered from 0) to where people find them in the file.
        counted: What those numbers count: "line", or "row" of a file without lines.
    """

    path: Path
    columns: tuple[Column, ...]
    lines_of: Callable[[Sequence[int]], list[int]]
    counted: str = "line"

    @property
    def n_rows(self) -> int:
        """Rows with cells in them, the header not counted."""
        return len(self.columns[0].codes)

    def line_of(self, column: Column, name: str) -> int:
        """Line of the first row in which a name stands."""
        import numpy as np

        row = int(np.argmax(column.codes == column.names.index(name)))
        return self.lines_of([row])[0]

    def place_of(self, row: int) -> str:
        """File and line of a row, as sentences begin."""
        return f"{self.path.name}, {self.counted} {self.lines_of([row])[0]}"

    def place_of_name(self, column: Column, name: str) -> str:
        """File and line of the first row in which a name stands."""
        return f"{self.path.name}, {self.counted} {self.line_of(column, name)}"
