"""``FIELD=PATH``: where a field of ours stands in somebody else's record.

A path is dotted, with ``[i]`` for a place in a list: ``output.choices[0].message``. A key that
holds dots itself is tried whole first. Fields are those of a conversation (`FIELDS`), those of a
turn as ``turn.FIELD``, keys of the metadata as ``metadata.KEY``, and ``role.WORD=ROLE`` says
which of our roles a word of theirs means.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers.base import FieldMap, RefusedError

VARIANT_FIELDS = ("name", "model", "prompt", "retrieval_index", "code_revision", "parameters")
FIELDS = frozenset(
    {
        *("external_id", "group_key", "input_key", "reference", "guidance", "language"),
        *("turns", "system", "input", "output", "passages", "metadata"),
        *("started_at", "latency_ms", "cost", "tokens", "error"),
        *("variant", "model", *(f"variant.{name}" for name in VARIANT_FIELDS)),
    }
)
TURN_FIELDS = frozenset(
    {"role", "content", "id", "name", "at", "tool_calls", "tool_call_id", "passages"}
)
_OPEN = ("metadata.", "role.")
_STEP = re.compile(r"([^.\[\]]+)|\[(-?\d+)\]")
MISSING = object()


def check(mapping: FieldMap) -> None:
    """Refuse a mapping that names a field which does not exist, before any line is read."""
    for name in mapping:
        known = name in FIELDS or name.startswith(_OPEN)
        if not known and not (name.startswith("turn.") and name[5:] in TURN_FIELDS):
            raise RefusedError(
                "unknown_field",
                _(
                    "The mapping names the field %(field)s, which does not exist. Fields are "
                    "%(fields)s; metadata.KEY; role.WORD; and for turns %(turns)s."
                )
                % {
                    "field": name,
                    "fields": ", ".join(sorted(FIELDS)),
                    "turns": ", ".join(f"turn.{field}" for field in sorted(TURN_FIELDS)),
                },
            )


def look_up(record: Any, path: str) -> Any:
    """The value at a path, or `MISSING`."""
    if isinstance(record, Mapping) and path in record:
        return record[path]
    value = record
    for key, place in _STEP.findall(path):
        if place and isinstance(value, list):
            try:
                value = value[int(place)]
            except IndexError:
                return MISSING
        elif key and isinstance(value, Mapping) and key in value:
            value = value[key]
        else:
            return MISSING
    return value


def apply(record: Any, mapping: FieldMap) -> dict[str, Any]:
    """The record with the mapped fields under our names; what is not mapped stays as it is."""
    mapped = dict(record) if isinstance(record, Mapping) else {}
    extra: dict[str, Any] = {}
    variant: dict[str, Any] = {}
    for name, path in mapping.items():
        if name.startswith(("turn.", "role.")):
            continue
        value = look_up(record, path)
        if value is MISSING:
            continue
        if path in mapped:
            mapped.pop(path)
        elif name == "turns":
            _drop(mapped, path)
        if name.startswith("metadata."):
            extra[name[9:]] = value
        elif name.startswith("variant."):
            variant[name[8:]] = value
        else:
            mapped[name] = value
    if extra:
        mapped["metadata"] = {**_dict(mapped.get("metadata")), **extra}
    if variant:
        mapped["variant"] = {**_dict(mapped.get("variant")), **variant}
    turn_paths = {name[5:]: path for name, path in mapping.items() if name.startswith("turn.")}
    if turn_paths and isinstance(mapped.get("turns"), list):
        mapped["turns"] = [_map_turn(turn, turn_paths) for turn in mapped["turns"]]
    return mapped


def roles(mapping: FieldMap) -> dict[str, str]:
    """Which words of theirs mean which of our roles."""
    return {name[5:]: role for name, role in mapping.items() if name.startswith("role.")}


def _drop(record: dict[str, Any], path: str) -> None:
    """Take the turns out of what is left of the record, or its metadata would repeat them all."""
    holder, *keys = path.split(".")
    if keys and isinstance(record.get(holder), Mapping):
        inner = dict(record[holder])
        if len(keys) == 1:
            inner.pop(keys[0], None)
        else:
            _drop(inner, ".".join(keys))
        record[holder] = inner


def _map_turn(turn: Any, paths: Mapping[str, str]) -> Any:
    if not isinstance(turn, Mapping):
        return turn
    found = {name: look_up(turn, path) for name, path in paths.items()}
    rest = {key: value for key, value in turn.items() if key not in paths.values()}
    return rest | {name: value for name, value in found.items() if value is not MISSING}


def _dict(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
