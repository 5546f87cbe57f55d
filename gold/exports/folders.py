"""A format of several files: a folder, which travels as a zip of the same bytes on every day.

Rows of all files come in one pass over the release and wait on disk, so that memory stays the same
at any size and notes can say what the files hold. The zip is not compressed: what it then is
follows from the release alone and from no version of a compressor.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from gold.exports.manifest import NAME, Written, manifest_of
from gold.exports.source import Source
from gold.exports.tally import Tally

PIECE = 1 << 18
NO_TIME = (1980, 1, 1, 0, 0, 0)
FOR_ALL_TO_READ = 0o644 << 16

Rows = Iterator[tuple[str, bytes]]
"""Names of files, each with one more line of it."""
Beside = Callable[[Source, Tally, list[Written]], Iterator[tuple[str, str]]]
"""Further files with their texts, made when those of the rows are written."""


@dataclass(frozen=True, kw_only=True)
class Folder:
    rows: Callable[[Source, Tally], Rows]
    beside: Beside
    empty: str
    """The file that is there even when nothing is in it."""
    convert: Callable[[Iterable[bytes]], Iterator[bytes]] | None = None
    """Makes the lines of a file what its name says, if that is not lines."""


@dataclass(frozen=True)
class Member:
    name: str
    pieces: Iterable[bytes]


def members_of(folder: Folder, form: str, source: Source, tally: Tally) -> Iterator[Member]:
    """Each file is whole before the next is asked for: later ones tell of earlier ones."""
    written: list[Written] = []

    def noted(name: str, pieces: Iterable[bytes]) -> Member:
        return Member(name, _noted(name, pieces, tally, written))

    with TemporaryDirectory(prefix="touchstone-") as place:
        for name, path in sorted(_spooled(folder, source, tally, Path(place)).items()):
            lines = _pieces_of(path) if folder.convert is None else folder.convert(_lines_of(path))
            yield noted(name, lines)
            path.unlink()
    for name, text in folder.beside(source, tally, list(written)):
        yield noted(name, [text.encode()])
    yield Member(NAME, [manifest_of(form, source, tally, written)])


def _spooled(folder: Folder, source: Source, tally: Tally, place: Path) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    files: dict[str, BinaryIO] = {}
    with ExitStack() as stack:

        def opened(name: str) -> BinaryIO:
            paths[name] = place / str(len(paths))
            files[name] = stack.enter_context(paths[name].open("wb"))
            return files[name]

        for name, line in folder.rows(source, tally):
            (files.get(name) or opened(name)).write(line)
            tally.rows[name] += 1
        if not files:
            opened(folder.empty)
    return paths


def _lines_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _noted(
    name: str, pieces: Iterable[bytes], tally: Tally, written: list[Written]
) -> Iterator[bytes]:
    found, size = hashlib.sha256(), 0
    for piece in pieces:
        found.update(piece)
        size += len(piece)
        yield piece
    written.append(Written(name, size, found.hexdigest(), tally.rows.get(name)))


class _Sink:
    """What a zip writes into, emptied as it goes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for member in members:
            info = ZipInfo(member.name, NO_TIME)
            info.external_attr = FOR_ALL_TO_READ
            info.create_system = 3  # as on Unix, wherever it is written
            with archive.open(info, "w", force_zip64=True) as file:
                for piece in member.pieces:
                    file.write(piece)
                    yield sink.take()
    yield sink.take()


def unfolded(members: Iterable[Member], place: Path) -> None:
    """The folder itself, of the same files."""
    for member in members:
        path = place / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(member.pieces)
