"""What a release is cited by: one hash over its number, its parent, its items and all it says.

The hash is that of canonical JSON, `{"items": [[uid, content hash], ...], "number", "parent",
"statement"}`, where the statement is itself a hash. Keys are sorted, so the items come first and
are hashed as they stream by: a release of any size takes the memory of one line. Releases of
manifest version 1 had no statement; their hash covers the other three.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.text import canonical, digest

VERSION = 2
#: What a release says beside its items; all of it lies under the hash.
SAID = (
    "agreement",
    "changes",
    "coverage",
    "datasheet",
    "label_error",
    "note",
    "rubric_versions",
)
#: What of it lists of releases leave in the database.
HEAVY = ("agreement", "changes", "coverage", "datasheet")
#: The same for lists of what belongs to a release: it names each item that was added.
HEAVY_THROUGH = tuple(f"release__{name}" for name in HEAVY)


class ManifestHash:
    """The hash of a manifest while its items come by, in the order of their positions."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256(b'{"items":[')
        self.n_items = 0

    def add(self, uid: str, content_hash: str) -> None:
        self._hash.update(b"," * bool(self.n_items) + canonical([uid, content_hash]))
        self.n_items += 1

    def take(self, lines: Iterable[tuple[Any, str]]) -> "ManifestHash":
        for uid, content_hash in lines:
            self.add(str(uid), content_hash)
        return self

    @property
    def of_items(self) -> str:
        """Equal for equal items, whatever is said of them."""
        return self._hash.copy().hexdigest()

    def sealed(self, *, number: int, parent: str, statement: str = "") -> str:
        """The manifest hash; without a statement, that of version 1."""
        head = {"number": number, "parent": parent}
        whole = self._hash.copy()
        whole.update(b"]," + canonical(head | ({"statement": statement} if statement else {}))[1:])
        return whole.hexdigest()


def statement_of(said: Mapping[str, Any]) -> str:
    """The hash of everything that a release says beside its items."""
    return digest({key: said[key] for key in SAID})


def said_by(release: Any) -> dict[str, Any]:
    return {key: getattr(release, key) for key in SAID}


def heads(release: Any, lines: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """What each line of an export says of itself, under `gold`: it makes the file prove itself.

    The first line of a release of version 2 also holds the statement, as the text that was hashed.
    """
    parent = release.parent.manifest_hash if release.parent else ""
    same: dict[str, Any] = {
        "release": release.number,
        "n_items": release.n_items,
        "parent": parent,
        "manifest_hash": release.manifest_hash,
    }
    first: dict[str, Any] = {}
    if release.manifest_version >= VERSION:
        said = said_by(release)
        same |= {"manifest_version": release.manifest_version, "statement": statement_of(said)}
        first = {"said": canonical(said).decode()}
    for position, (uid, content_hash) in enumerate(lines):
        yield {"uid": uid, "content_hash": content_hash, "position": position, **same, **first}
        first = {}


def line_of(head: Mapping[str, Any], payload: Mapping[str, Any]) -> bytes:
    """One line of JSON Lines: the head, then the payload in its canonical form.

    A reader hashes the rest of the line as it stands, without parsing it (`gold.verifying`).
    """
    return b'{"gold":' + canonical(head) + b"," + canonical(payload)[1:] + b"\n"
