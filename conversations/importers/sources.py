"""Where bytes come from: a file, a folder, gzip, zip, or an upload, all read as they come.

Nothing is unpacked to disk and nothing is held but a buffer, so memory does not depend on the
size of the source. A damaged archive is a `RefusedError` where it breaks; what was read before
it stands.
"""

import gzip
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from conversations.importers.base import Limits, LineError, RefusedError
from conversations.importers.encodings import as_utf8
from conversations.importers.unpacking import Spending, Unpacked

_BUFFER = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = "[Content_Types].xml"
_MAX_NAME = 255


@dataclass(slots=True)
class Member:
    """One file of a source: of the folder, of the archive, or the source itself."""

    index: int
    path: PurePosixPath
    """Where it lies within the source; its first part is never a path of this machine."""
    packed: int
    source: "Source"
    opener: Callable[[], BinaryIO]
    sibling: Callable[[str], "Member | None"]

    @property
    def name(self) -> str:
        """What reports call it; the end is kept when it is too long for a column."""
        return str(self.path)[-_MAX_NAME:]

    @property
    def plain(self) -> PurePosixPath:
        """Its path without ``.gz``: what is inside decides, not how it was packed."""
        return self.path.with_suffix("") if self.path.suffix.lower() == ".gz" else self.path

    def open(self) -> BinaryIO:
        """Open it for reading as UTF-8, unpacked; close it after use."""
        raw = self.opener()
        self.source.watch(raw)
        stream: BinaryIO = io.BufferedReader(raw, _BUFFER)  # type: ignore[type-var]
        try:
            if is_gzip(stream):
                stream = io.BufferedReader(self._unzip(stream), _BUFFER)
                if is_gzip(stream):
                    raise packed_twice(self.path)
            return as_utf8(stream, self.source.encoding)
        except RefusedError:
            stream.close()
            raise

    def _unzip(self, packed: BinaryIO) -> Unpacked:
        inner: BinaryIO = gzip.GzipFile(fileobj=packed)  # type: ignore[assignment]
        return Unpacked(
            inner,
            self.name,
            self.packed,
            self.source.limits,
            spending=self.source.spending,
            outer=packed,
        )


@dataclass
class Source:
    """What somebody wants to import.

    An upload comes with `name`, its original name; then no file beside it is looked at, because
    the neighbours of an upload are other people's uploads.
    """

    path: Path
    name: str = ""
    encoding: str = "utf-8"
    limits: Limits = field(default_factory=Limits)
    _finished: int = field(default=0, init=False, repr=False)
    _reading: BinaryIO | None = field(default=None, init=False, repr=False)
    _total: int | None = field(default=None, init=False, repr=False)
    spending: Spending = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.spending = Spending(0, self.limits)

    @property
    def bytes_total(self) -> int:
        """Size on disk, packed: what a progress bar divides by."""
        if self._total is None:
            files = _walk(self.path) if self.path.is_dir() else [self.path]
            self._total = sum(file.stat().st_size for file in files)
        return self._total

    @property
    def bytes_read(self) -> int:
        """How much of it has been read, in the same bytes."""
        current = 0
        if self._reading is not None:
            with suppress(ValueError):  # closed meanwhile
                current = self._reading.tell()
        return min(self._finished + current, self.bytes_total)

    def watch(self, stream: BinaryIO) -> None:
        """Let `bytes_read` follow this stream."""
        self._reading = stream

    def members(self) -> Iterator[Member | LineError]:
        """Yield every file of the source in a fixed order, and what cannot be opened."""
        self._finished, self._reading = 0, None
        self.spending = Spending(self.bytes_total, self.limits)
        label = PurePosixPath(self.name or self.path.name)
        index = 0
        for entry in self._files(label):
            if isinstance(entry, LineError):
                yield entry
                continue
            if index >= self.limits.members:
                yield RefusedError(
                    "too_many_files",
                    _("The source holds more than %(limit)s files. Import it in parts.")
                    % {"limit": self.limits.members},
                ).at(entry.name, 0)
                return
            entry.index = index
            index += 1
            yield entry
            self._finished += entry.packed
            self._reading = None
            self.spending.next_file()

    def _files(self, label: PurePosixPath) -> Iterator[Member | LineError]:
        if not self.path.is_dir():
            yield from self._expand(self.path, label, beside=not self.name)
            return
        for file in _walk(self.path):
            relative = PurePosixPath(file.relative_to(self.path).as_posix())
            yield from self._expand(file, relative, beside=True)

    def _expand(
        self, file: Path, label: PurePosixPath, *, beside: bool
    ) -> Iterator[Member | LineError]:
        try:
            with file.open("rb") as head:
                packed_as_zip = head.read(4) in _ZIP_MAGIC
        except OSError as error:
            yield RefusedError(
                "unreadable",
                _("%(name)s cannot be opened (%(detail)s).")
                % {"name": label, "detail": error.strerror},
            ).at(str(label), 0)
            return
        if packed_as_zip:
            yield from self._unzip(file, label)
        else:
            yield self._plain(file, label, beside=beside)

    def _plain(self, file: Path, label: PurePosixPath, *, beside: bool) -> Member:
        def sibling(name: str) -> Member | None:
            other = file.parent / name
            if not beside or not other.is_file():
                return None
            return self._plain(other, label.with_name(name), beside=True)

        def opener() -> BinaryIO:
            return file.open("rb", buffering=0)

        return Member(-1, label, file.stat().st_size, self, opener, sibling)

    def _unzip(self, file: Path, label: PurePosixPath) -> Iterator[Member | LineError]:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            yield RefusedError(
                "corrupt_archive",
                _("%(name)s is not a whole zip file (%(detail)s). Pack it again.")
                % {"name": label, "detail": error},
            ).at(str(label), 0)
            return
        with archive:
            if _OFFICE in archive.namelist():
                yield RefusedError(
                    "office_file",
                    _("%(name)s is an Office file. Save the sheet as CSV (UTF-8) and import that.")
                    % {"name": label},
                ).at(str(label), 0)
                return
            for info in archive.infolist():
                path = PurePosixPath(info.filename)
                if not info.is_dir() and not _is_litter(path):
                    yield self._zipped(archive, info, label / _inside(path))

    def _zipped(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: PurePosixPath
    ) -> Member:
        def opener() -> BinaryIO:
            try:
                inner = archive.open(info)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
                raise RefusedError(
                    "corrupt_archive",
                    _("%(name)s cannot be unpacked (%(detail)s). Pack it again, unencrypted.")
                    % {"name": label, "detail": error},
                ) from error

            def place() -> int:
                return archive.fp.tell() - info.header_offset if archive.fp else 0

            return Unpacked(  # type: ignore[return-value]
                inner,  # type: ignore[arg-type]
                str(label),
                info.compress_size,
                self.limits,
                spending=self.spending,
                place=place,
            )

        def sibling(name: str) -> Member | None:
            path = str(PurePosixPath(info.filename).with_name(name))
            try:
                other = archive.getinfo(path)
            except KeyError:
                return None
            return self._zipped(archive, other, label.with_name(name))

        return Member(-1, label, info.compress_size, self, opener, sibling)


def is_gzip(stream: BinaryIO) -> bool:
    return stream.peek(2)[:2] == _GZIP_MAGIC  # type: ignore[attr-defined, no-any-return]


def packed_twice(path: PurePosixPath) -> RefusedError:
    return RefusedError(
        "packed_twice",
        _("%(name)s is an archive inside an archive. Unpack the outer one and send what it holds.")
        % {"name": path},
    )


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder, sorted, so that a position means the same file next time."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not _is_litter(PurePosixPath(name)):
                yield Path(root, name)


def _is_litter(path: PurePosixPath) -> bool:
    """What operating systems leave behind in folders and archives."""
    return path.name.startswith(".") or path.parts[:1] == ("__MACOSX",)


def _inside(path: PurePosixPath) -> PurePosixPath:
    """A path of an archive without root and dots: it is only shown, but shown to people."""
    return PurePosixPath(*(part for part in path.parts if part not in {"/", "..", "."}))
