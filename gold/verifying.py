"""Whether an exported file holds exactly what was published: pure, from the file alone.

A line written by the product is its head and then the canonical JSON of the item, so what follows
the head is hashed as it stands. A line that another program wrote anew is parsed and hashed in its
canonical form instead: the same content verifies, only slower.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from django.utils.translation import gettext as _

from core.errors import InvalidError
from core.text import digest
from gold.manifest import ManifestHash

OPENING = b'{"gold":{'
NEEDED = ("uid", "content_hash", "release", "n_items", "parent", "manifest_hash")
SAME = ("release", "n_items", "parent", "manifest_hash", "manifest_version", "statement")
#: What a head of a part of a release names beside.
PARTS = ("split", "tier")

Head = dict[str, Any]


@dataclass(frozen=True)
class Verified:
    """What an exported file proves about itself.

    Of `n_erased` items only the hash is left: somebody asked to be forgotten. Nothing proves that
    of a single file; the dataset's own release says how many there are. Of a `part` of a release
    every item is proved, and that none is missing is not.
    """

    release: int
    n_items: int
    manifest_hash: str
    n_erased: int = 0
    part: str = ""
    parent: str = ""
    said: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Line:
    """One line as far as it was looked at: its head, and whether the item fits its hash."""

    head: Head
    fits: bool
    erased: bool = False


def verify_lines(lines: Iterable[bytes], changed: "Changed | None" = None) -> Verified:
    """Recompute every hash of an exported JSON Lines file; the first difference is refused.

    Args:
        lines: Of the file, each with its end.
        changed: Says what was changed in a line that does not fit, where somebody knows.
    """
    manifest, first, n_erased = ManifestHash(), None, 0
    for number, raw in enumerate(lines, start=1):
        line = read(raw, number)
        if first is None:
            first = line.head
            check_statement(first)
        check_head(line.head, first, number)
        if not line.fits:
            refuse_line(raw, line.head, number, changed)
        n_erased += line.erased
        manifest.add(line.head["uid"], line.head["content_hash"])
    if first is None:
        raise InvalidError(_("The file is empty, so there is nothing to verify."))
    part = part_of(first)
    if not part:
        check_whole(first, manifest)
    return Verified(
        release=first["release"],
        n_items=manifest.n_items,
        manifest_hash=first["manifest_hash"],
        n_erased=n_erased,
        part=part,
        parent=first["parent"],
        said=orjson.loads(first["said"]) if "said" in first else None,
    )


class Changed(Protocol):
    """Another copy of the items, asked which fields of a line differ from it."""

    def fields(self, head: Head, payload: Mapping[str, Any]) -> list[str]: ...


def read(raw: bytes, number: int) -> Line:
    """A line's head and whether the rest fits; parsed only where it is not as it was written."""
    end = raw.find(b"}")
    if raw.startswith(OPENING) and end > 0:
        stop = len(raw) - raw.endswith(b"\n")
        rest = hashlib.sha256(b"{")
        rest.update(memoryview(raw)[end + 2 : stop])
        try:
            head = orjson.loads(memoryview(raw)[len(OPENING) - 1 : end + 1])
        except orjson.JSONDecodeError:
            head = None  # the first line's head holds braces
        if is_head(head) and rest.hexdigest() == head["content_hash"]:
            return Line(head, fits=True)
    return _parsed(raw, number)


def _parsed(raw: bytes, number: int) -> Line:
    try:
        payload = orjson.loads(raw)
        head = payload.pop("gold")
    except (ValueError, KeyError, AttributeError, TypeError):
        head = None
    if not is_head(head):
        raise InvalidError(
            _("Line %(line)d is no item of a release: it has no “gold” that says which one.")
            % {"line": number}
        )
    erased = is_tombstone(payload)
    fits = erased or digest(payload) == head["content_hash"]
    return Line(head, fits=fits, erased=erased)


def is_head(head: Any) -> bool:
    return isinstance(head, Mapping) and all(name in head for name in NEEDED)


def is_tombstone(payload: Mapping[str, Any]) -> bool:
    """Whether an item was erased on request: it then says nothing at all."""
    said = ("input", "passages", "tags", "guidance", "conversation_b", "further_answers")
    return (
        "erased_at" in payload
        and not payload.get("labels")
        and not payload.get("conversation", {}).get("turns")
        and not (payload.get("expected") or {}).get("text")
        and not any(payload.get(key) for key in said)
    )


def check_head(head: Head, first: Head, number: int) -> None:
    """Every line speaks of one release, and those of a whole one stand in their order."""
    for name in (*SAME, *PARTS):
        if head.get(name) != first.get(name):
            raise InvalidError(
                _("Line %(line)d says another “%(name)s” than the first line: it was changed.")
                % {"line": number, "name": name}
            )
    if not part_of(first) and head.get("position") != number - 1:
        raise InvalidError(
            _(
                "Line %(line)d has position %(position)s, and %(expected)d comes here: an item is "
                "missing, added or moved, so the manifest hash cannot match."
            )
            % {"line": number, "position": head.get("position"), "expected": number - 1}
        )


def check_statement(first: Head) -> None:
    """Version 2: the statement stands on the first line as the text that was hashed."""
    if "said" not in first:
        return
    if hashlib.sha256(first["said"].encode()).hexdigest() != first.get("statement"):
        raise InvalidError(
            _("What the release says of itself does not match its hash: the statement was changed.")
        )


def check_whole(first: Head, manifest: ManifestHash) -> None:
    if manifest.n_items != first["n_items"]:
        raise InvalidError(
            _("The file holds %(found)d items, and the release has %(expected)d.")
            % {"found": manifest.n_items, "expected": first["n_items"]}
        )
    found = manifest.sealed(
        number=first["release"], parent=first["parent"], statement=first.get("statement", "")
    )
    if found != first["manifest_hash"]:
        raise InvalidError(
            _(
                "The lines do not add up to the manifest hash: an item is missing, added or moved, "
                "or the number, the parent or the statement was changed."
            )
        )


def part_of(head: Head) -> str:
    """The split or tier that the file is a part by; "" for a whole release."""
    return ", ".join(f"{name} {head[name]}" for name in PARTS if head.get(name))


def refuse_line(raw: bytes, head: Head, number: int, changed: Changed | None) -> None:
    facts = {"line": number, "item": head.get("uid", "")}
    payload = orjson.loads(raw)
    payload.pop("gold")
    if changed and (fields := changed.fields(head, payload)):
        raise InvalidError(
            _(
                "Line %(line)d does not match its content hash: of item %(item)s was changed "
                "%(fields)s."
            )
            % {**facts, "fields": ", ".join(fields)}
        )
    raise InvalidError(
        _("Line %(line)d does not match its content hash: item %(item)s was changed.") % facts
    )
