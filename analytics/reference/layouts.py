"""Shapes in which a case may hold its ratings, each read as units x raters."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from analytics.stats.errors import StatisticsError

Data: TypeAlias = dict[str, Any]

PAIRED = (("human", "metric"), ("x", "y"))
FREQUENCY = ("n", "count", "counts", "units", "n_units", "frequency", "times")


class CaseError(StatisticsError):
    """A case, or a parameter of an expectation, that an evaluator does not understand."""


def declared(data: Data) -> list[Any] | None:
    """The scale that the case declares; for tables, else, the places of their columns."""
    scale = data.get("categories")
    if scale is not None:
        return list(scale)
    if data["layout"] == "value_counts":
        return list(range(1, len(data["counts"][0]) + 1))
    if data["layout"] == "contingency_2raters":
        return list(range(1, len(data["table"]) + 1))
    return None


def rows(data: Data) -> list[Data]:
    """Rows of a layout with `columns` and `rows`, each as an object.

    Raises:
        CaseError: The layout has none.
    """
    if not isinstance(data.get("columns"), list) or "rows" not in data:
        raise CaseError(f"Layout '{data['layout']}' has no rows with named columns.")
    return [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]


def paired_names(data: Data) -> tuple[str, str]:
    """The names of the two columns of a paired layout.

    Raises:
        CaseError: It has none.
    """
    for first, second in PAIRED:
        if first in data and second in data:
            return first, second
    raise CaseError(f"Layout '{data['layout']}' holds no pairs of numbers.")


def raters(data: Data) -> list[str]:
    """Names of the raters: as the file names them, else "1", "2", ... by column."""
    if data["layout"] == "long":
        return [str(name) for name in dict.fromkeys(row["rater"] for row in rows(data))]
    if isinstance(data.get("raters"), list):
        return [str(name) for name in data["raters"]]
    found = answers(data)
    return [str(number + 1) for number in range(len(found[0]) if found else 0)]


def answers(data: Data) -> list[list[Any]]:
    """Units x raters as the file has them, None for missing.

    Raises:
        CaseError: The layout does not tell who rated, or a rater repeats on a unit.
    """
    layout = data["layout"]
    if layout == "units_by_raters":
        return [list(unit) for unit in data["ratings"]]
    if layout == "contingency_2raters":
        return _of_table(data["table"], declared(data) or [])
    if layout == "paired":
        first, second = paired_names(data)
        return [list(pair) for pair in zip(data[first], data[second], strict=True)]
    if layout == "patterns":
        return [list(unit) for unit, times in _patterns(data) for _ in range(times)]
    if layout == "long":
        return _of_long(data)
    raise CaseError(f"Layout '{layout}' does not tell which rater gave which rating.")


def _of_table(table: list[list[int]], names: list[Any]) -> list[list[Any]]:
    return [
        [names[a], names[b]]
        for a, row in enumerate(table)
        for b, times in enumerate(row)
        for _ in range(times)
    ]


def _of_long(data: Data) -> list[list[Any]]:
    column = {name: at for at, name in enumerate(raters(data))}
    units: dict[Any, list[Any]] = {}
    for row in rows(data):
        unit = units.setdefault(row["unit"], [None] * len(column))
        at = column[str(row["rater"])]
        if unit[at] is not None:
            raise CaseError(
                f"Rater '{row['rater']}' rates unit '{row['unit']}' more than once, and this "
                "statistic compares raters. Keep one rating each."
            )
        unit[at] = row["value"]
    return list(units.values())


def _patterns(data: Data) -> Iterator[tuple[list[Any], int]]:
    """Answer pattern and how many units show it.

    Either `patterns` beside a list of frequencies, or rows of a pattern and its frequency, or rows
    of one answer a rater with the frequency last. A pattern written as one word has one character a
    rater.
    """
    beside = next((data[name] for name in FREQUENCY if name in data), None)
    found = data.get("patterns", data.get("rows"))
    if found is None:
        raise CaseError("Layout 'patterns' needs rows of a pattern and its number of units.")
    if isinstance(found, dict):
        found = list(found.items())
    signs = {str(value): value for value in data.get("categories") or []}
    for number, row in enumerate(found):
        parts = _pattern_row(row, None if beside is None else beside[number])
        pattern = parts[0]
        if isinstance(pattern, str):
            pattern = [signs.get(sign, sign if signs else int(sign)) for sign in pattern]
        yield list(pattern), int(parts[1])


def _pattern_row(row: Any, times: int | None) -> tuple[list[Any] | str, int]:
    if times is not None:
        return row, times
    if isinstance(row, dict):
        return row["pattern"], next(row[name] for name in FREQUENCY if name in row)
    if len(row) == 2 and isinstance(row[0], list | str):
        return row[0], row[1]
    return row[:-1], row[-1]
