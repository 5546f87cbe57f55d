"""What a new version of a survey changes, for those who read its figures across versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MEANING = frozenset(
    {"type", "choices", "rows", "columns", "min", "max", "items", "inputType", "labels", "title"}
)
"""Properties that change what an answer means; answers to both versions are not one series."""


@dataclass(frozen=True)
class Change:
    """`kind` is added, removed, moved or changed; `path` names the property of a change."""

    kind: str
    page: str = ""
    question: str = ""
    path: str = ""
    before: Any = None
    after: Any = None

    @property
    def changes_meaning(self) -> bool:
        return self.kind == "changed" and bool(self.question) and self.path in MEANING


def document_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference, pages first, in the order of the newer document."""
    return [*_of_pages(before, after), *_of_questions(before, after)]


def _of_pages(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    yield from _properties({**before, "pages": None}, {**after, "pages": None})
    old = {page["name"]: page for page in before["pages"]}
    new = {page["name"]: page for page in after["pages"]}
    for name, page in new.items():
        if name not in old:
            yield Change("added", page=name)
        else:
            plain = [{**one, "elements": None} for one in (old[name], page)]
            yield from _properties(*plain, page=name)
    for name in old:
        if name not in new:
            yield Change("removed", page=name)


def _of_questions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = _placed(before), _placed(after)
    for name, (page, _place, element) in new.items():
        if name not in old:
            yield Change("added", page=page, question=name)
        else:
            yield from _properties(old[name][2], element, page=page, question=name)
    for name, (page, _place, _element) in old.items():
        if name not in new:
            yield Change("removed", page=page, question=name)
    kept_before = [name for name in old if name in new]
    kept_after = [name for name in new if name in old]
    for name, follows in zip(kept_after, kept_before, strict=True):
        if name != follows or old[name][0] != new[name][0]:
            yield Change("moved", page=new[name][0], question=name)


def _placed(document: Mapping[str, Any]) -> dict[str, tuple[str, int, Mapping[str, Any]]]:
    return {
        element["name"]: (page["name"], place, element)
        for page in document["pages"]
        for place, element in enumerate(page["elements"])
    }


def _properties(
    before: Mapping[str, Any], after: Mapping[str, Any], *, page: str = "", question: str = ""
) -> Iterator[Change]:
    for name in [*after, *(name for name in before if name not in after)]:
        if before.get(name) != after.get(name):
            yield Change("changed", page, question, name, before.get(name), after.get(name))
