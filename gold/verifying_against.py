"""An exported release beside another file: a second copy of it, or the release that it follows.

Of the other file only where each item lies is kept, so a line that was changed can be read there
and told field by field.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from core.errors import InvalidError
from gold.differing import changed as differing
from gold.verifying import Changed, Head, Verified, read, verify_lines


class OtherFile(Changed):
    """The items of a file that was verified itself, found by uid."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.places: dict[str, tuple[int, str]] = {}
        with path.open("rb") as file:
            self.verified: Verified = verify_lines(file)
            file.seek(0)
            at = 0
            for number, raw in enumerate(file, start=1):
                head = read(raw, number).head
                self.places[head["uid"]] = (at, head["content_hash"])
                at += len(raw)

    def fields(self, head: Head, payload: Mapping[str, Any]) -> list[str]:
        """The fields that differ, where this file has the item in the content that was claimed."""
        at, content_hash = self.places.get(head["uid"], (0, ""))
        if content_hash != head["content_hash"]:
            return []
        with self.path.open("rb") as file:
            file.seek(at)
            known = orjson.loads(file.readline())
        known.pop("gold")
        return [
            f"labels.{one.criterion}" if one.criterion else one.field
            for one in differing(known, payload)
        ]


def check_against(verified: Verified, path: Path, other: OtherFile) -> None:
    """Refuse a file that is neither a copy of the other one nor what follows it, as it states."""
    if verified.manifest_hash == other.verified.manifest_hash:
        return
    if verified.parent != other.verified.manifest_hash:
        raise InvalidError(
            _(
                "Release %(number)d follows another release than the one in %(file)s. Give its "
                "parent, or another copy of it."
            )
            % {"number": verified.release, "file": other.path.name}
        )
    if verified.said is None or verified.part or other.verified.part:
        return
    found = changes_between(path, other)
    stated = verified.said["changes"]
    said = {kind: {_uid(one) for one in stated[kind]} for kind in found}
    for kind, uids in found.items():
        if uids != said[kind]:
            raise InvalidError(
                _("Release %(number)d states other items as “%(kind)s” than the files show.")
                % {"number": verified.release, "kind": kind}
            )


def changes_between(path: Path, other: OtherFile) -> dict[str, set[str]]:
    added, revised, seen = set(), set(), set()
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            head = read(raw, number).head
            seen.add(head["uid"])
            if head["uid"] not in other.places:
                added.add(head["uid"])
            elif other.places[head["uid"]][1] != head["content_hash"]:
                revised.add(head["uid"])
    return {"added": added, "revised": revised, "retired": other.places.keys() - seen}


def _uid(one: Any) -> str:
    return str(one["uid"] if isinstance(one, Mapping) else one)
