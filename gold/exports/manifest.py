"""The manifest of an exported folder: which release it is of, and a hash of each file.

`verify_folder` needs nothing else, so `manage.py verify_release` can take a folder or its zip as it
takes a file of JSON Lines. It proves that the files are those that were exported; that the items
are those of the release is proved by JSON Lines, which every item can be looked up in by its
content hash.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, is_zipfile

import orjson
from django.utils.translation import gettext as _

from core.errors import InvalidError
from gold.exports.source import Source
from gold.exports.tally import Tally

NAME = "manifest.json"
SCHEMA = "touchstone-export/1"
PIECE = 1 << 20
NEEDED = ("format", "release", "manifest_hash", "items", "left_out", "part", "files")


@dataclass(frozen=True)
class Written:
    """A file that an export wrote."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None


def manifest_of(form: str, source: Source, tally: Tally, written: list[Written]) -> bytes:
    release = source.release
    said = {
        "schema": SCHEMA,
        "format": form,
        "dataset": release.dataset.name,
        "release": release.number,
        "manifest_hash": release.manifest_hash,
        "parent": release.parent.manifest_hash if release.parent else "",
        "part": source.part,
        "items": tally.items,
        "left_out": dict(tally.left_out),
        **({"pairs": tally.pairs} if tally.pairs else {}),
        "files": [asdict(one) for one in written],
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"


@dataclass(frozen=True)
class VerifiedFolder:
    """What an exported folder proves about itself."""

    format: str
    release: int
    manifest_hash: str
    n_items: int
    n_files: int
    left_out: dict[str, int]
    part: dict[str, str]


Opened = Callable[[str], IO[bytes]]


def verify_folder(path: Path) -> VerifiedFolder:
    """Hash every file of a folder or of its zip; the first difference is refused.

    Raises:
        InvalidError: The manifest is missing or is none, a file is missing, changed or not of it.
    """
    try:
        return _verified(path)
    except (BadZipFile, EOFError):
        raise InvalidError(
            _("%(path)s is a zip that does not fit its own check sums: it was changed.")
            % {"path": path}
        ) from None


def _verified(path: Path) -> VerifiedFolder:
    with _opened(path) as (names, opened):
        if NAME not in names:
            raise InvalidError(
                _("%(path)s holds no %(name)s, so it is no exported release.")
                % {"path": path, "name": NAME}
            )
        with opened(NAME) as file:
            said = _read(file)
        listed = {one["name"]: one for one in said["files"]}
        if unlisted := sorted(names - listed.keys() - {NAME}):
            raise InvalidError(
                _("“%(file)s” is not in the manifest: it was added afterwards.")
                % {"file": unlisted[0]}
            )
        for name, one in listed.items():
            if name not in names:
                raise InvalidError(_("“%(file)s” is missing.") % {"file": name})
            with opened(name) as file:
                if hash_of(file) != one["sha256"]:
                    raise InvalidError(
                        _("“%(file)s” does not match its hash: it was changed.") % {"file": name}
                    )
    return VerifiedFolder(
        format=said["format"],
        release=said["release"],
        manifest_hash=said["manifest_hash"],
        n_items=said["items"],
        n_files=len(listed),
        left_out=said["left_out"],
        part=said["part"],
    )


def is_folder(path: Path) -> bool:
    """Whether `verify_folder` is the one to ask; else the file may be JSON Lines."""
    return path.is_dir() or is_zipfile(path)


def hash_of(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while piece := file.read(PIECE):
        found.update(piece)
    return found.hexdigest()


def _read(file: IO[bytes]) -> dict[str, Any]:
    try:
        said: dict[str, Any] = orjson.loads(file.read())
        if said["schema"] == SCHEMA and all(name in said for name in NEEDED):
            return said
    except (ValueError, KeyError, TypeError):
        pass
    raise InvalidError(_("%(name)s is not one of %(schema)s.") % {"name": NAME, "schema": SCHEMA})


@contextmanager
def _opened(path: Path) -> Iterator[tuple[set[str], Opened]]:
    if path.is_dir():
        names = {one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file()}
        shown = {name for name in names if not any(p.startswith(".") for p in name.split("/"))}
        yield shown, lambda name: (path / name).open("rb")
    else:
        with ZipFile(path) as archive:
            yield set(archive.namelist()), archive.open
