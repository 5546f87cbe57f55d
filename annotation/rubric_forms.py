"""A rubric as somebody types it: text by text, perhaps wrong, never lost.

The names of the fields are the paths of `RubricProblem`, `criteria[2].points[0].label.en`, so a
problem finds its field. Members of a list stand in the order in which the page sends them; their
numbers only tell them apart. What was typed is a tree of texts (`Typed`); `as_rubric` reads it
into the shape of `rubric_shape`, and what it cannot read stays text for the check to refuse.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotation.rubric_schema import MAX_CRITERIA, MAX_POINTS
from annotation.rubric_shape import BINARY_POINTS, LANGUAGES, WORD_FIELDS
from core.errors import InvalidError
from core.scales import Kind

Typed = dict[str, Any]

PLAIN_FIELDS = (
    "key", "target", "kind", "level", "minimum", "maximum", "step", "weight", "show_if",
    "points_from",
)  # fmt: skip
NUMBERS = ("minimum", "maximum", "step", "weight")
TICKS = ("required", "cannot_judge")
MAX_FIELDS = 4_900
"""A form of more fields is refused by Django before any view (DATA_UPLOAD_MAX_NUMBER_FIELDS)."""

MAX_EXAMPLES = 20
NAME = re.compile(r"(?:[a-z_]{1,20}(?:\[[0-9]{1,6}\])?)(?:\.[a-z_]{1,20}(?:\[[0-9]{1,6}\])?){0,4}")
STEP = re.compile(r"[a-z_]+|\[[0-9]+\]")
WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


def read(post: Mapping[str, str]) -> Typed:
    """What the page sent, without anything that a rubric has no place for."""
    root = _tree(post)
    return {
        "name": _words(root.get("name")),
        "intro": _words(root.get("intro")),
        "criteria": [_criterion(node) for node in _members(root, "criteria")],
    }


def typed_from(data: Mapping[str, Any]) -> Typed:
    """A rubric in full form as the editor shows it."""
    return {
        "name": _words(data["name"]),
        "intro": _words(data["intro"]),
        "criteria": [_typed_criterion(criterion) for criterion in data["criteria"]],
    }


def as_rubric(typed: Typed, key: str) -> dict[str, Any]:
    """In the shape of `rubric_shape`, ready to be checked."""
    return {
        "key": key,
        "name": typed["name"],
        "intro": typed["intro"],
        "criteria": [_as_criterion(criterion) for criterion in typed["criteria"]],
    }


def change(typed: Typed, act: str) -> str:
    """Do to the tree what a button asks: "add criteria[0].points", "up criteria[2]".

    Returns the path of the member that the writer now looks at.
    """
    verb, _space, path = act.partition(" ")
    try:
        if verb == "add":
            return f"{path}[{_add(typed, path)}]"
        parent, place = path.removesuffix("]").rsplit("[", 1)
        members = _list(typed, parent)
        return f"{parent}[{MOVES[verb](members, range(len(members))[int(place)])}]"
    except (KeyError, IndexError, TypeError, ValueError):
        raise InvalidError(
            _("The page asked for “%(act)s”, which this rubric has no place for. Reload the page.")
            % {"act": act[:80]}
        ) from None


def n_fields(typed: Typed) -> int:
    """How many fields the editor needs for it, about."""
    return 10 + sum(
        25 + 5 * len(criterion["points"]) + 3 * len(criterion["examples"])
        + sum(3 * len(point["examples"]) for point in criterion["points"])
        for criterion in typed["criteria"]
    )  # fmt: skip


# Reading


def _tree(post: Mapping[str, str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name in post:
        if not NAME.fullmatch(name):
            continue
        *parents, last = STEP.findall(name)
        node: Any = root
        for step in parents:
            node = node.setdefault(step, {}) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node[last] = post[name].replace("\r\n", "\n")
    return root


def _members(node: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = node.get(name)
    members = found.values() if isinstance(found, Mapping) else []
    return [member for member in members if isinstance(member, Mapping)]


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _words(value: object) -> dict[str, str]:
    node = value if isinstance(value, Mapping) else {}
    return {language: _text(node, language) for language in LANGUAGES}


def _criterion(node: Mapping[str, Any]) -> Typed:
    effect, derived = (
        inner if isinstance(inner := node.get(name), Mapping) else {}
        for name in ("effect", "derived")
    )
    return {
        **{name: _text(node, name).strip() for name in PLAIN_FIELDS},
        **{name: bool(_text(node, name)) for name in TICKS},
        **{name: _words(node.get(name)) for name in WORD_FIELDS},
        "points": [_point(point) for point in _members(node, "points")],
        "examples": [_example(example) for example in _members(node, "examples")],
        "effect": {name: _text(effect, name).strip() for name in ("sort", "amount")},
        "derived": {name: _text(derived, name).strip() for name in ("base", "floor")},
        "is_open": bool(_text(node, "open")),
    }


def _point(node: Mapping[str, Any]) -> Typed:
    return {
        "key": _text(node, "key").strip(),
        "label": _words(node.get("label")),
        "anchor": _words(node.get("anchor")),
        "examples": [_example(example) for example in _members(node, "examples")],
    }


def _example(node: Mapping[str, Any]) -> Typed:
    return {"verdict": _text(node, "verdict"), "text": _words(node.get("text"))}


# From what is stored


def _typed_criterion(data: Mapping[str, Any]) -> Typed:
    effect = data["effect"] or {}
    derived = data["derived"] or {}
    sort, amount = next(iter(effect.items()), ("", ""))
    return {
        **{name: _plain(data[name]) for name in PLAIN_FIELDS},
        **{name: data[name] for name in TICKS},
        **{name: _words(data[name]) for name in WORD_FIELDS},
        "points": [
            {
                "key": point["key"],
                "label": _words(point["label"]),
                "anchor": _words(point["anchor"]),
                "examples": _typed_examples(point["examples"]),
            }
            for point in data["points"]
        ],
        "examples": _typed_examples(data["examples"]),
        "effect": {"sort": sort, "amount": _plain(amount)},
        "derived": {name: _plain(derived.get(name)) for name in ("base", "floor")},
        "is_open": False,
    }


def _typed_examples(examples: Iterable[Mapping[str, Any]]) -> list[Typed]:
    return [
        {"verdict": example["verdict"], "text": _words(example["text"])} for example in examples
    ]


def _plain(value: object) -> str:
    if value is None:
        return ""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


# Towards a rubric


def _as_criterion(typed: Typed) -> dict[str, Any]:
    derived = typed["derived"]
    return {
        **{name: typed[name] for name in PLAIN_FIELDS},
        **{name: _number(typed[name]) for name in NUMBERS},
        **{name: typed[name] for name in (*TICKS, *WORD_FIELDS, "examples")},
        "points": [] if _points_are_left_over(typed) else typed["points"],
        "effect": {typed["effect"]["sort"]: _whole(typed["effect"]["amount"])}
        if typed["effect"]["sort"]
        else None,
        "derived": {"base": derived["base"], "floor": _whole(derived["floor"])}
        if derived["base"] or derived["floor"]
        else None,
    }


def _points_are_left_over(typed: Typed) -> bool:
    """Whether wordless points stand there only because another kind was chosen before."""
    if typed["kind"] not in (Kind.BINARY, Kind.NUMERIC, Kind.TEXT):
        return False
    if typed["kind"] == Kind.BINARY and len(typed["points"]) == len(BINARY_POINTS):
        return False
    return not any(
        point["examples"] or any(point["label"].values()) or any(point["anchor"].values())
        for point in typed["points"]
    )


def _number(text: str) -> float | str | None:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _whole(text: str) -> int | str:
    return int(text) if WHOLE.fullmatch(text) else text


# Adding, moving, removing


def _list(typed: Typed, path: str) -> list[Any]:
    node: Any = typed
    for step in STEP.findall(path):
        node = node[int(step[1:-1])] if step.startswith("[") else node[step]
    if not isinstance(node, list):
        raise TypeError(path)
    return node


def _add(typed: Typed, path: str) -> int:
    members = _list(typed, path)
    blank, limit = BLANKS[path.rsplit(".", 1)[-1]]
    member = blank(members)
    if len(members) >= limit or n_fields(typed) + 60 > MAX_FIELDS:
        raise InvalidError(
            _("There is no room for more here. Split the rubric, or import it as a file.")
        )
    members.append(member)
    return len(members) - 1


def _blank_criterion(members: list[Typed]) -> Typed:
    taken = {member["key"] for member in members}
    key = next(k for n in range(1, MAX_CRITERIA + 2) if (k := f"criterion_{n}") not in taken)
    points = [{"key": str(n)} for n in range(1, 6)]
    node = {"key": key, "target": "conversation", "kind": Kind.ORDINAL.value, "weight": "1"}
    fresh = _criterion(node | {"required": "1", "cannot_judge": "1", "open": "1"})
    return fresh | {"points": [_point(point) for point in points]}


def _blank_point(members: list[Typed]) -> Typed:
    """The next number, where the points are numbers; else a key to be written."""
    keys = [member["key"] for member in members]
    if all(WHOLE.fullmatch(key) for key in keys):
        return _point({"key": str(int(keys[-1]) + 1 if keys else 1)})
    return _point({})


def _blank_example(_members: list[Typed]) -> Typed:
    return _example({"verdict": "good"})


def _up(members: list[Any], place: int) -> int:
    return _swap(members, place, place - 1)


def _down(members: list[Any], place: int) -> int:
    return _swap(members, place, place + 1)


def _swap(members: list[Any], place: int, other: int) -> int:
    if not 0 <= other < len(members):
        return place
    members[place], members[other] = members[other], members[place]
    return other


def _remove(members: list[Any], place: int) -> int:
    del members[place]
    return max(0, place - 1)


MOVES: Mapping[str, Callable[[list[Any], int], int]] = {
    "up": _up,
    "down": _down,
    "remove": _remove,
}
BLANKS: Mapping[str, tuple[Callable[[list[Typed]], Typed], int]] = {
    "criteria": (_blank_criterion, MAX_CRITERIA),
    "points": (_blank_point, MAX_POINTS),
    "examples": (_blank_example, MAX_EXAMPLES),
}
