"""Parquet on the way out, written by DuckDB from lines of JSON."""
# ruff: noqa: S608  # types are ours; titles and paths are quoted

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

TYPE = "application/vnd.apache.parquet"
MEMORY = "256MB"
THREADS = 2
ROWS_A_GROUP = 30_720
"""What is held in memory before it is written: a multiple of DuckDB's vector of 2,048."""
PIECE = 1 << 18


def parquet(
    lines: Iterable[bytes], columns: Mapping[str, str], rows_a_group: int = ROWS_A_GROUP
) -> Iterator[bytes]:
    """The file in pieces; a Parquet file begins to be one at its end, so both wait on disk.

    Args:
        lines: Objects of JSON, each ended by a line feed; several may stand in one piece.
        columns: Types of DuckDB by title, in the order of the file. What an object has beside
            them is left out.
        rows_a_group: Fewer where a row is long, so that a group fits into the memory.
    """
    with TemporaryDirectory(prefix="touchstone-") as folder:
        source, target = Path(folder, "rows.jsonl"), Path(folder, "rows.parquet")
        with source.open("wb") as file:
            file.writelines(lines)
        _convert(source, target, columns, rows_a_group)
        source.unlink()
        with target.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _convert(source: Path, target: Path, columns: Mapping[str, str], rows_a_group: int) -> None:
    """By a connection that may touch these two files and the folder they are in, and no network."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": str(source.parent),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }
    declared = ", ".join(f"{_quoted(title)}: {_quoted(kind)}" for title, kind in columns.items())
    with duckdb.connect(":memory:", config=settings) as store:
        store.execute(f"SET allowed_paths = [{_quoted(source)}, {_quoted(target)}]")
        store.execute("SET enable_external_access = false")
        store.execute("SET lock_configuration = true")
        store.execute(
            f"COPY (SELECT * FROM read_json({_quoted(source)}, format = 'newline_delimited', "
            f"columns = {{{declared}}})) TO {_quoted(target)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows_a_group})"
        )


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
