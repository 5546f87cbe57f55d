"""Which reader takes a file: the strict one, or DuckDB for Parquet and for large CSV files."""

from collections.abc import Collection, Sequence
from pathlib import Path

from analytics import column_store, plain_csv
from analytics.plain_table import PlainTable
from core.errors import InvalidError

PARQUET = b"PAR1"
PACKED = (b"\x1f\x8b", b"PK")
LARGE = 4 * 1024**2
"""Bytes from which numbering a CSV file in parallel saves more than loading DuckDB takes."""


def read_columns(
    path: Path, *, filled: Sequence[str], values: Sequence[str] = (), kept: Collection[str] = ()
) -> PlainTable:
    """Read columns of a CSV or Parquet file, rows in the order of the file.

    Args and what is raised are those of `plain_csv.read_columns`.
    """
    if is_parquet(path):
        return column_store.read_parquet(
            path, filled=filled, values=values, kept=kept, in_order=True
        )
    return plain_csv.read_columns(path, filled=filled, values=values, kept=kept)


def read_at_once(
    path: Path,
    *,
    filled: Sequence[str],
    values: Sequence[str] = (),
    kept: Collection[str] = (),
    unnamed: Collection[str] = (),
) -> PlainTable | None:
    """The same columns with rows in any order, where that is quicker and nothing seems wrong.

    Names of the columns `unnamed` may be counted only.

    Returns:
        None where `read_columns` has to read: the file is small or packed, or something about it
        is wrong, which only that reader can place.
    """
    try:
        if is_parquet(path):
            return column_store.read_parquet(
                path, filled=filled, values=values, kept=kept, unnamed=unnamed, in_order=False
            )
        if _is_large(path):
            return column_store.read_csv(
                path, filled=filled, values=values, kept=kept, unnamed=unnamed
            )
    except InvalidError:
        return None
    return None


def is_parquet(path: Path) -> bool:
    """By its first bytes, or by its name where it is damaged."""
    return path.is_file() and (_head(path) == PARQUET or path.suffix.lower() == ".parquet")


def _is_large(path: Path) -> bool:
    return path.is_file() and path.stat().st_size >= LARGE and not _head(path).startswith(PACKED)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(PARQUET))
