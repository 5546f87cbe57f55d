"""Columns of large CSV files and of Parquet files, numbered by DuckDB on all cores.

Two passes over the file: one collects the distinct cells of each column and numbers them in the
order of their names, the other puts the numbers in place of the cells. The connection may read the
one file that it was opened for and a temporary folder, and reaches no network.
"""
# ruff: noqa: S608  # words of the statements are ours; titles, paths and separators are quoted

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from analytics.plain_csv import place_of, read_header
from analytics.plain_table import MISSING, Column, PlainTable, SortedNames, Unnamed
from analytics.regular_csv import is_regular
from core.errors import InvalidError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analytics.stats.types import IntArray

MEMORY = ("600MB", "80%")
"""Limits of DuckDB's own memory, one tried after the other: the first leaves room for the numbers
of ten million ratings below a gigabyte."""
THREADS = 4
"""At most: each holds tables of its own."""
AT_ONCE = 1 << 19
"""Names taken over at a time."""
SPACES = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
"""What stands around a name without being part of it, as Python strips it."""
NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")
ROW = "file_row_number"


def read_csv(
    path: Path,
    *,
    filled: Sequence[str],
    values: Sequence[str],
    kept: Collection[str],
    unnamed: Collection[str] = (),
) -> PlainTable | None:
    """Read columns of a CSV file that is UTF-8 and not packed, its rows in any order.

    The strict reader stays the authority on what a CSV file is and on what is wrong with one:
    whatever DuckDB hesitates at, or reads in a way of its own, is left to it.

    Returns:
        The columns as `plain_csv.read_columns` gives them but for the order of rows and names;
        None where that reader has to look itself.

    Raises:
        InvalidError: The header lacks a column.
    """
    import duckdb

    header = read_header(path)
    cells = {f"x{number}": title for number, title in enumerate([*filled, *values])}
    chosen = ", ".join(
        f"c{place_of(path, header.titles, title)} AS {cell}" for cell, title in cells.items()
    )
    declared = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header.titles)))
    source = (
        f"read_csv({_quoted(path.resolve())}, delim={_quoted(header.delimiter)}, quote='\"', "
        f"escape='\"', header=true, auto_detect=false, columns={{{declared}}})"
    )

    def work(store: "DuckDBPyConnection") -> tuple[Column, ...]:
        store.execute(f"CREATE TEMP VIEW source AS SELECT {chosen} FROM {source}")
        return _numbered(store, cells, values, kept, unnamed)

    try:
        columns = _with_store(path, work)
    except duckdb.Error:
        return None
    if any((column.codes < 0).any() for column in columns[: len(filled)]):
        return None
    table = PlainTable(path, columns, _unplaced)
    shape = {"n_columns": len(header.titles), "n_rows": table.n_rows}
    return table if is_regular(path, separator=header.delimiter, **shape) else None


def read_parquet(
    path: Path,
    *,
    filled: Sequence[str],
    values: Sequence[str],
    kept: Collection[str],
    unnamed: Collection[str] = (),
    in_order: bool,
) -> PlainTable:
    """Read columns of a Parquet file.

    Args:
        path: The file.
        filled: Titles of columns in which every row has a cell.
        values: Titles of columns in which a cell may be missing: empty, or a word of `MISSING`.
        kept: Words of `MISSING` that are values here.
        unnamed: Titles of columns whose names are only counted, as long as rows are in any order.
        in_order: Rows in the order of the file and names in that of their first rows, as a CSV
            file's; else in any, which takes half the time, and the table can place no row.

    Raises:
        InvalidError: The file cannot be read, or a column is not there, nested or has gaps.
    """
    import duckdb

    source = f"read_parquet({_quoted(path.resolve())}, binary_as_string=true, {ROW}=true)"
    cells = {f"x{number}": title for number, title in enumerate([*filled, *values])}

    def work(store: "DuckDBPyConnection") -> tuple[Column, ...]:
        found = store.execute(f"DESCRIBE SELECT * EXCLUDE ({ROW}) FROM {source}").fetchall()
        types = {str(title): str(kind) for title, kind, *_rest in found}
        for title in cells.values():
            place_of(path, list(types), title)
            _refuse_nested(path, title, types[title])
        chosen = [f"{_name(title)}::VARCHAR AS {cell}" for cell, title in cells.items()]
        store.execute(f"CREATE TEMP VIEW source AS SELECT {', '.join(chosen)}, {ROW} FROM {source}")
        return _numbered(store, cells, values, kept, unnamed, row=ROW if in_order else "")

    try:
        columns = _with_store(path, work)
    except duckdb.Error as problem:
        words = str(problem).splitlines()[0]
        raise InvalidError(
            f"{path.name} cannot be read as a Parquet file ({words}). Write it again, or give the "
            "ratings as CSV."
        ) from None
    for column in columns[: len(filled)]:
        gaps = (column.codes < 0).nonzero()[0]
        if len(gaps):
            row = f", row {gaps[0] + 1}" if in_order else ""
            raise InvalidError(
                f"{path.name}{row}: column '{column.title}' is empty, and every row needs one. "
                "Fill it, or leave the row out."
            )
    return PlainTable(path, columns, _counted if in_order else _unplaced, "row")


def _with_store(
    path: Path, work: "Callable[[DuckDBPyConnection], tuple[Column, ...]]"
) -> tuple[Column, ...]:
    import duckdb

    for memory in MEMORY:
        with suppress(duckdb.OutOfMemoryException), connected(path, memory) as store:
            return work(store)
    raise InvalidError(f"{path.name} needs more memory than this machine has. Split it by items.")


@contextmanager
def connected(path: Path, memory: str) -> "Iterator[DuckDBPyConnection]":
    import duckdb

    with TemporaryDirectory(prefix="touchstone-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "threads": min(THREADS, os.cpu_count() or 1),
            "temp_directory": folder,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        with duckdb.connect(":memory:", config=settings) as store:
            # How many rows a CSV file has is not known beforehand: which side of a join is held
            # in memory is said here, not guessed.
            store.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
            store.execute(f"SET allowed_paths = [{_quoted(path.resolve())}]")
            store.execute("SET enable_external_access = false")
            store.execute("SET lock_configuration = true")
            yield store


def _numbered(
    store: "DuckDBPyConnection",
    cells: dict[str, str],
    values: Sequence[str],
    kept: Collection[str],
    unnamed: Collection[str],
    row: str = "",
) -> tuple[Column, ...]:
    """The columns of `source`, in the order of the column `row` where it is named."""
    import numpy as np

    sets = ", ".join(f"({cell})" for cell in cells)
    shown = ", ".join(f"{cell}, GROUPING({cell}) AS without_{cell}" for cell in cells)
    store.execute(
        f"CREATE TEMP TABLE distinct_cells AS SELECT {shown} FROM source GROUP BY "
        f"GROUPING SETS ({sets})"
    )
    for cell, title in cells.items():
        _number_names(store, cell, *((MISSING, kept) if title in values else ({""}, ())))
    store.execute("DROP TABLE distinct_cells")
    codes = ", ".join(f"coalesce({cell}_names.code, -1)::INTEGER AS {cell}" for cell in cells)
    joined = " ".join(f"LEFT JOIN {cell}_names ON {cell} = {cell}_names.cell" for cell in cells)
    ordered = f", {row}" if row else ""
    read = store.execute(f"SELECT {codes}{ordered} FROM source {joined}")
    found: dict[str, Any] = read.fetchnumpy()
    if not row:
        return tuple(
            Column(title, _names(store, cell, is_named=title not in unnamed), found[cell])
            for cell, title in cells.items()
        )
    order = np.argsort(found[row])
    return tuple(
        _by_first_row(title, _names(store, cell), found[cell][order])
        for cell, title in cells.items()
    )


def _number_names(
    store: "DuckDBPyConnection", cell: str, missing: Collection[str], kept: Collection[str]
) -> None:
    """Make the table of a column's cells with the places of their names."""
    own = f"SELECT {cell} AS cell FROM distinct_cells WHERE without_{cell} = 0"
    [[spaced]] = store.execute(
        f"SELECT count(*) FROM ({own}) WHERE regexp_matches(cell, ?)",
        [f"^[{SPACES}]|[{SPACES}]$"],
    ).fetchall()
    name = f"trim(cell, {_quoted(SPACES)})" if spaced else "cell"
    rank = f"dense_rank() OVER (ORDER BY {name})" if spaced else "row_number() OVER ()"
    absent = f"lower({name}) IN ({', '.join(map(_quoted, missing))})"
    if kept:
        absent += f" AND {name} NOT IN ({', '.join(map(_quoted, kept))})"
    store.execute(
        f"CREATE TEMP TABLE {cell}_names AS SELECT cell, ({rank} - 1)::INTEGER AS code FROM "
        f"(SELECT cell FROM ({own}) WHERE NOT ({absent}) ORDER BY {name})"
    )


def _names(
    store: "DuckDBPyConnection", cell: str, *, is_named: bool = True
) -> SortedNames | Unnamed:
    """The names in order, some at a time: as objects of Python all of them would not fit."""
    import numpy as np

    [[size]] = store.execute(f"SELECT coalesce(max(code) + 1, 0) FROM {cell}_names").fetchall()
    if not is_named:
        return Unnamed(size)
    names = np.empty(size, np.dtypes.StringDType())
    for start in range(0, size, AT_ONCE):
        part = store.execute(
            f"SELECT code, any_value(cell) AS name FROM {cell}_names WHERE code >= ? AND code < ? "
            "GROUP BY code",
            [start, start + AT_ONCE],
        ).fetchnumpy()
        names[part["code"]] = [name.strip() for name in part["name"]]
    return SortedNames(names)


def _by_first_row(title: str, names: Sequence[str], codes: "IntArray") -> Column:
    """The column with its names in the order of their first rows."""
    import numpy as np

    used, first = np.unique(codes, return_index=True)
    met = used[np.argsort(first)]
    met = met[met >= 0]
    place = np.full(len(names) + 1, -1, np.int64)
    place[met] = np.arange(len(met))
    return Column(title, [names[code] for code in met], place[codes])


def _refuse_nested(path: Path, title: str, kind: str) -> None:
    if kind.endswith("]") or kind.startswith(NESTED):
        raise InvalidError(
            f"{path.name}: a cell of column '{title}' holds several values ({kind}), and a cell is "
            "one text or number. Name another column."
        )


def _unplaced(rows: Sequence[int]) -> list[int]:
    raise InvalidError("A row is wrong, and rows were read in any order.")


def _counted(rows: Sequence[int]) -> list[int]:
    return [row + 1 for row in rows]


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _name(title: str) -> str:
    return '"' + title.replace('"', '""') + '"'
