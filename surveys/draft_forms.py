"""A survey as somebody types it in the builder: field by field, perhaps wrong, never lost.

The names of the fields are the paths of the document, `pages[0].elements[2].choices[1].text.ja`.
Members of a list stand in the order in which the page sends them; their numbers only tell them
apart. What cannot be read as a number stays text, for the check to refuse.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from surveys.document_problems import LOCALE
from surveys.question_properties import COMMON, OWN, Property
from surveys.questions import Type

Node = dict[str, Any]

OPEN = "open"
FLAGS = ("exclusive", "other", "reversed")
"""Of an option: what a choice or a row can be beside its words."""
"""Beside a question's own properties while it is edited: whether its fold is open."""

NEW = "new"
"""Beside a page's own properties: the type of the question that comes next."""

MAX_FIELDS = 4_900
"""A form of more fields is refused by Django before any view (DATA_UPLOAD_MAX_NUMBER_FIELDS)."""

STEP = re.compile(r"[A-Za-z0-9_-]+|\[[0-9]+\]")
_PART = r"[A-Za-z0-9_-]{1,60}(?:\[[0-9]{1,4}\])?"
_NAME = re.compile(rf"{_PART}(?:\.{_PART}){{0,5}}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,13}")


def read(post: Mapping[str, str]) -> Node:
    """What the page sent, without anything that a document has no place for."""
    root = _tree(post)
    return {
        **_kept("title", _words(root.get("title")), needed=True),
        **_kept("description", _words(root.get("description"))),
        "locales": [tag for tag in _texts(root.get("locales")) if LOCALE.fullmatch(tag)],
        "pages": [_page(node) for node in _members(root.get("pages"))],
        **_kept("thanks", _words(root.get("thanks"))),
    }


def as_document(typed: Mapping[str, Any]) -> Node:
    """Without what only the editor keeps."""
    pages = [
        {
            **{name: value for name, value in page.items() if name != NEW},
            "elements": [
                {name: value for name, value in element.items() if name != OPEN}
                for element in page["elements"]
            ],
        }
        for page in typed["pages"]
    ]
    return {**typed, "pages": pages}


def typed_from(document: Mapping[str, Any]) -> Node:
    """A document as the editor shows it; what a draft holds in another shape is left out."""
    names = ("title", "description", "thanks")
    locales = [tag for tag in as_list(document.get("locales")) if isinstance(tag, str)]
    return {
        **{name: document[name] for name in names if isinstance(document.get(name), Mapping)},
        "locales": locales or ["ja", "en"],
        "pages": [
            {**page, "elements": [dict(element) for element in as_nodes(page.get("elements"))]}
            for page in as_nodes(document.get("pages"))
        ],
    }


def n_fields(typed: Mapping[str, Any]) -> int:
    """How many fields the editor needs for it, about."""
    n_languages = max(len(typed["locales"]), 1)
    n = 10 + 3 * n_languages
    for page in typed["pages"]:
        n += 4 + 2 * n_languages
        for element in page["elements"]:
            options = sum(
                len(as_list(element.get(name))) for name in ("choices", "rows", "columns")
            )
            n += 14 + 4 * n_languages + options * (3 + n_languages) + 11 * n_languages
    return n


def properties_of(kind: object) -> Mapping[str, Property]:
    return {**COMMON, **OWN.get(str(kind), {})}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def as_nodes(value: object) -> list[Mapping[str, Any]]:
    return [member for member in as_list(value) if isinstance(member, Mapping)]


# Reading


def _tree(post: Mapping[str, str]) -> Node:
    root: Node = {}
    for name in post:
        if not _NAME.fullmatch(name):
            continue
        *parents, last = STEP.findall(name)
        node: Any = root
        for step in parents:
            node = node.setdefault(step, {}) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node[last] = post[name].replace("\r\n", "\n")
    return root


def _members(found: object) -> list[Mapping[str, Any]]:
    members = found.values() if isinstance(found, Mapping) else []
    return [member for member in members if isinstance(member, Mapping)]


def _texts(found: object) -> list[str]:
    members = found.values() if isinstance(found, Mapping) else []
    return [member for member in members if isinstance(member, str)]


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value.strip() if isinstance(value, str) else ""


def _words(value: object) -> dict[str, str]:
    node = value if isinstance(value, Mapping) else {}
    return {
        locale: text
        for locale, text in node.items()
        if LOCALE.fullmatch(locale) and isinstance(text, str) and text.strip()
    }


def _kept(name: str, value: Any, *, needed: bool = False) -> Node:
    return {name: value} if value or needed else {}


def _page(node: Mapping[str, Any]) -> Node:
    return {
        "name": _text(node, "name"),
        **_kept("title", _words(node.get("title"))),
        **_kept("description", _words(node.get("description"))),
        **_kept("visibleIf", _text(node, "visibleIf")),
        "elements": [_element(member) for member in _members(node.get("elements"))],
        **_kept(NEW, _text(node, NEW)),
    }


def _element(node: Mapping[str, Any]) -> Node:
    kind = _text(node, "type")
    element: Node = {"type": kind}
    for name, wanted in properties_of(kind).items():
        if name == "type":
            continue
        value = READERS[wanted.kind](node, name)
        if value not in (None, "", [], {}, False) or wanted.required:
            element[name] = value
    return {**element, **_kept(OPEN, bool(_text(node, OPEN)))}


def _whole(node: Mapping[str, Any], name: str) -> int | str | None:
    text = _text(node, name)
    return int(text) if _WHOLE.fullmatch(text) else text or None


def _options(node: Mapping[str, Any], name: str) -> list[Node]:
    return [
        {
            "value": _text(option, "value"),
            "text": _words(option.get("text")),
            **{flag: True for flag in FLAGS if _text(option, flag)},
        }
        for option in _members(node.get(name))
    ]


def _labels(node: Mapping[str, Any], name: str) -> Node:
    found = node.get(name)
    labels = found.items() if isinstance(found, Mapping) else ()
    return {point: words for point, given in labels if (words := _words(given))}


def _translations(node: Mapping[str, Any], name: str) -> Node:
    return dict(_each_translation(node.get(name)))


def _each_translation(found: object) -> Iterator[tuple[str, Node]]:
    for locale, given in found.items() if isinstance(found, Mapping) else ():
        if not LOCALE.fullmatch(locale) or not isinstance(given, Mapping):
            continue
        items = [text.strip() for text in _texts(given.get("items"))]
        source = _text(given, "source")
        if source or any(items):
            yield locale, {"items": items, "source": source}


READERS: Mapping[str, Callable[[Mapping[str, Any], str], Any]] = {
    "words": lambda node, name: _words(node.get(name)),
    "flag": lambda node, name: bool(_text(node, name)),
    "one": _text,
    "name": _text,
    "condition": _text,
    "whole": _whole,
    "options": _options,
    "labels": _labels,
    "translations": _translations,
}


def starting(kind: str, name: str) -> Node:
    """A question of a type, with no more than the type cannot do without."""
    element: Node = {"type": kind, "name": name, "title": {}, OPEN: True}
    match kind:
        case Type.SINGLE | Type.MULTI | Type.RANKING:
            element["choices"] = [{"value": f"choice_{n}", "text": {}} for n in (1, 2)]
        case Type.MATRIX:
            element["rows"] = [{"value": f"row_{n}", "text": {}} for n in (1, 2)]
            element["columns"] = [{"value": str(n), "text": {}} for n in (1, 2, 3)]
        case Type.SCALE:
            element.update({"min": 1, "max": 5})
        case Type.SUS:
            element["items"] = "two_items"
        case Type.PAIRWISE:
            element.update({"a": {}, "b": {}})
    return element


def completed(element: Node) -> Node:
    """With what its type needs and another type, chosen before, had not."""
    fresh = starting(element["type"], element["name"])
    del fresh[OPEN]
    return {**fresh, **{name: value for name, value in element.items() if value not in (None, [])}}
