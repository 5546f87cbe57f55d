"""Parquet on the way out, written by DuckDB from lines of JSON."""
# ruff: noqa: S608  # types are ours; titles and paths are quoted

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

TYPE = "application/vnd.apache.parquet"
MEMORY = 256_000_000
THREADS = 2
ROWS_A_GROUP = 30_720
"""What is held in memory before it is written: a multiple of DuckDB's vector of 2,048."""
OBJECT = 1 << 24
"""An object that DuckDB reads without being told of longer ones."""
A_LONG_ONE = 8
"""Times its length, a longer one may have in memory beside the rest."""
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
        longest = 0
        with source.open("wb") as file:
            for piece in lines:
                file.write(piece)
                longest = max(longest, len(piece))
        _convert(source, target, columns, rows_a_group, longest)
        source.unlink()
        with target.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _convert(
    source: Path, target: Path, columns: Mapping[str, str], rows_a_group: int, longest: int
) -> None:
    """By a connection that may touch these two files and the folder they are in, and no network."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{MEMORY + (longest > OBJECT) * A_LONG_ONE * longest}B",
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
            f"columns = {{{declared}}}, maximum_object_size = {max(OBJECT, longest)})) "
            f"TO {_quoted(target)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows_a_group})"
        )


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
