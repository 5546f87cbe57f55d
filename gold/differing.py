"""How two states of one gold item differ, field by field: pure, from their payloads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]

#: The chain's own hash follows every other change, and says nothing of its own.
FOLLOWS = frozenset({"provenance", "labels"})


@dataclass(frozen=True)
class Changed:
    """One field, or with `criterion` the label of one criterion; None where it is missing."""

    field: str
    before: Any
    after: Any
    criterion: str = ""

    def as_data(self) -> dict[str, Any]:
        named = {"criterion": self.criterion} if self.criterion else {"field": self.field}
        return {**named, "before": self.before, "after": self.after}


def changed(before: Payload, after: Payload) -> list[Changed]:
    """Labels by criterion first, then the other fields by name.

    >>> old = {"labels": {"helpful": {"value": "3"}}, "tags": []}
    >>> [one.criterion or one.field for one in changed(old, {**old, "labels": {}, "tags": ["a"]})]
    ['helpful', 'tags']
    """
    return [*changed_labels(before, after), *changed_fields(before, after)]


def changed_labels(before: Payload, after: Payload) -> Iterator[Changed]:
    """Criteria whose settled value differs; a distribution alone is told as a field."""
    old, new = before.get("labels") or {}, after.get("labels") or {}
    for key in sorted(old.keys() | new.keys()):
        was, now = said(old.get(key)), said(new.get(key))
        if was != now:
            yield Changed("labels", was, now, criterion=key)
        elif old.get(key) != new.get(key):
            yield Changed(f"labels.{key}", old.get(key), new.get(key))


def changed_fields(before: Payload, after: Payload) -> Iterator[Changed]:
    for key in sorted((before.keys() | after.keys()) - FOLLOWS):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            for inner in sorted(was.keys() | now.keys()):
                if was.get(inner) != now.get(inner):
                    yield Changed(f"{key}.{inner}", was.get(inner), now.get(inner))
        else:
            yield Changed(key, was, now)


def said(label: Any) -> Any:
    """The value of a label, or the values of its units with their places."""
    if isinstance(label, list):
        places = ("turn", "passage", "answers")
        return [
            {**{key: one[key] for key in places if key in one}, "value": one["value"]}
            for one in label
        ]
    return None if label is None else label["value"]
