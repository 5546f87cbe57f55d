"""Which importer reads a source, from the keys of its first record."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import dbdc3, llmfao, mtrag, realpersonachat
from conversations.importers.base import LineError, RefusedError
from conversations.importers.documents import fault_of, layout_of
from conversations.importers.elements import elements
from conversations.importers.records import TURN_KEYS
from conversations.importers.registry import IMPORTERS
from conversations.importers.sources import Member, Source, packed_twice

_KNOWN_SHAPES = {
    "mtrag": mtrag.REQUIRED,
    "dbdc3": dbdc3.REQUIRED,
    "realpersonachat": realpersonachat.REQUIRED,
    "llmfao": llmfao.REQUIRED,
}
_LIKENESS = {"mtrag": 2, "dbdc3": 1, "realpersonachat": 2, "llmfao": 3}
"""How many of its keys make a file look like this shape; the keys of some are everybody's."""

_FALLBACK = "csv"
_LOOKED_AT = 50
_SCANNED = 10_000


def guess(source: Source) -> str:
    """The name of the importer that reads a source; refuses with what it found and missed."""
    general = ""
    refusals: list[RefusedError] = []
    for number, member in enumerate(source.members()):
        if number >= _LOOKED_AT:
            break
        if isinstance(member, LineError):
            refusals.append(RefusedError(member.code, member.reason))
            continue
        if member.path.suffix.lower() == ".zip":
            refusals.append(packed_twice(member.path))
        if not any(importer.accepts(member) for importer in IMPORTERS.values()):
            continue
        if any(importer.ignores(member) for importer in IMPORTERS.values()):
            continue
        try:
            name = _guess_member(member)
        except RefusedError as refusal:
            refusals.append(refusal)
            continue
        if name in _KNOWN_SHAPES:
            return name
        if general in ("", _FALLBACK):
            general = name
    if general:
        return general
    if refusals:
        raise refusals[0]
    raise RefusedError(
        "unknown_shape",
        _("%(name)s holds no JSON, JSON Lines or CSV file. Import one of these, or a zip of them.")
        % {"name": source.name or source.path.name},
    )


def _guess_member(member: Member) -> str:
    if member.plain.suffix.lower() in {".csv", ".tsv"}:
        return _FALLBACK
    layout = layout_of(member)
    record = layout.first
    if layout.kind == "wrapped" and (name := _known(_keys_of_document(member), "mtrag")):
        return name
    if not isinstance(record, dict):
        raise fault_of(member) or _unknown(member, [])
    for shape in _KNOWN_SHAPES:
        if name := _known(record, shape):
            return name
    return _general(member, record)


def _known(keys: Collection[str], name: str) -> str:
    """The name when all its keys are there; a refusal naming the missing ones when most are."""
    required = _KNOWN_SHAPES[name]
    missing = [key for key in required if key not in keys]
    if not missing:
        return name
    looks_like_it = len(required) - len(missing) >= _LIKENESS[name]
    if not looks_like_it or any(key in keys for key in TURN_KEYS):
        return ""
    raise RefusedError(
        "keys_missing",
        _(
            "The file looks like %(name)s in another version: it lacks %(missing)s. Name the "
            "--source it is, or map its fields with --map."
        )
        % {"name": name, "missing": ", ".join(missing)},
    )


def _general(member: Member, record: dict[str, Any]) -> str:
    for key in TURN_KEYS:
        turns = record.get(key)
        if isinstance(turns, list):
            first = turns[0] if turns and isinstance(turns[0], dict) else {}
            return "sharegpt" if "from" in first else "messages" if key == "messages" else "jsonl"
    if "input" in record and "output" in record:
        return "jsonl"
    raise _unknown(member, list(record))


def _keys_of_document(member: Member) -> set[str]:
    """The properties that hold arrays, as far as a bounded look goes."""
    keys: set[str] = set()
    with member.open() as stream:
        for number, element in enumerate(elements(stream, member.source.limits)):
            keys.add(element.key or "")
            if number >= _SCANNED or keys >= set(mtrag.REQUIRED):
                break
    return keys


def _unknown(member: Member, keys: list[str]) -> RefusedError:
    return RefusedError(
        "unknown_shape",
        _(
            "%(name)s is of no shape that is known (its keys: %(keys)s). A conversation needs "
            "turns, messages or conversations; where it has them under another name, say so with "
            "--source jsonl --map turns=PATH."
        )
        % {"name": member.path, "keys": ", ".join(keys[:12]) or "-"},
    )
