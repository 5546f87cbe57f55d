"""The one shape of a rubric, its full form and its hashes.

    {"key", "name": words, "intro": words, "criteria": [criterion, ...]}

    criterion: "key", "target", "kind", "level", "name": words, "question": words, "note": words,
        "points": [{"key", "label": words, "anchor": words, "examples": [example, ...]}, ...],
        "examples": [{"verdict": "good" | "bad", "text": words}, ...],
        "minimum", "maximum", "step", "required", "cannot_judge", "weight", "show_if",
        "points_from", "effect", "derived"

    words: {"en": text, "ja": text}, either may be absent

A field that is null is a field left out.
Points stand from low to high; a score's value is the 0-based place of its point. For a criterion
of several labels `minimum` and `maximum` bound how many are ticked. `points_from` takes the labels
from each conversation's own guidance. `effect` ({"minus": 1} or {"cap": 2}) is what a yes does to
the total; `derived` ({"base": key, "floor": 1}) makes a criterion that total (`derived.py`).
`show_if` is an expression over the earlier criteria of the same unit (`core/expressions.py`).
"""

import unicodedata
from collections.abc import Mapping
from typing import Any

from core.scales import Kind, Scale, default_level
from core.text import digest

LANGUAGES = ("en", "ja")

RUBRIC_FIELDS = ("key", "name", "intro", "criteria")
POINT_FIELDS = ("key", "label", "anchor", "examples")
EXAMPLE_FIELDS = ("verdict", "text")
CRITERION_DEFAULTS: Mapping[str, Any] = {
    "key": "",
    "target": "conversation",
    "kind": "",
    "level": "",
    "name": {},
    "question": {},
    "note": {},
    "points": [],
    "examples": [],
    "minimum": None,
    "maximum": None,
    "step": None,
    "required": True,
    "cannot_judge": True,
    "weight": 1.0,
    "show_if": "",
    "points_from": "",
    "effect": None,
    "derived": None,
}
BINARY_POINTS = (
    {"key": "no", "label": {"en": "No", "ja": "いいえ"}},
    {"key": "yes", "label": {"en": "Yes", "ja": "はい"}},
)

SCALE_FIELDS = (
    "target", "kind", "level", "minimum", "maximum", "step", "points_from", "effect", "derived",
)  # fmt: skip
WORD_FIELDS = ("name", "question", "note")


def normalise(data: Mapping[str, Any]) -> dict[str, Any]:
    """The full form of a rubric without errors: every field present, nothing else, words trimmed.

    A level left out is the kind's default, and a yes-or-no criterion without points gets them.
    """
    return {
        "key": data.get("key") or "",
        "name": _words(data.get("name")),
        "intro": _words(data.get("intro")),
        "criteria": [normalise_criterion(criterion) for criterion in data.get("criteria") or []],
    }


def normalise_criterion(data: Mapping[str, Any]) -> dict[str, Any]:
    """The full form of one criterion."""
    criterion = dict(CRITERION_DEFAULTS) | present(data)
    criterion = {name: criterion[name] for name in CRITERION_DEFAULTS}
    points = criterion["points"] or (BINARY_POINTS if criterion["kind"] == Kind.BINARY else ())
    return criterion | {
        "level": criterion["level"] or default_level(criterion["kind"]),
        **{name: _words(criterion[name]) for name in WORD_FIELDS},
        "points": [_point(point) for point in points],
        "examples": _examples(criterion["examples"]),
        "minimum": _number(criterion["minimum"]),
        "maximum": _number(criterion["maximum"]),
        "step": _number(criterion["step"]),
        "weight": float(criterion["weight"]),
        "show_if": criterion["show_if"].strip(),
        "derived": _derived(criterion["derived"]),
    }


def present(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are there."""
    return {name: value for name, value in data.items() if value is not None}


def scale_of(criterion: Mapping[str, Any], points: tuple[str, ...] | None = None) -> Scale:
    """The scale of a criterion in full form; `points` gives a conversation's own labels."""
    keys = tuple(point["key"] for point in criterion["points"])
    return Scale(
        kind=criterion["kind"],
        level=criterion["level"],
        points=keys if points is None else points,
        minimum=criterion["minimum"],
        maximum=criterion["maximum"],
        step=criterion["step"],
        name=criterion["key"],
    )


def scale_hash(criterion: Mapping[str, Any]) -> str:
    """Equal for criteria whose stored scores mean the same positions, whatever the words."""
    return digest(_scale(normalise_criterion(criterion)))


def meaning_hash(criterion: Mapping[str, Any]) -> str:
    """Equal for criteria that put the same question on the same scale in the same words.

    Scores of equal hash are pooled over versions without asking. Covered are scale, level, target
    and every text a rater reads, so a corrected anchor or an added translation gives another hash;
    left out are the key, the weight and the conditions under which the criterion is asked.
    """
    full = normalise_criterion(criterion)
    wording = {name: full[name] for name in (*WORD_FIELDS, "points", "examples")}
    return digest(_composed({"scale": _scale(full), "wording": wording}))


def content_hash(rubric: Mapping[str, Any]) -> str:
    """Equal for rubrics that are the same in every field."""
    return digest(_composed(normalise(rubric)))


def _scale(full: Mapping[str, Any]) -> dict[str, Any]:
    return {name: full[name] for name in SCALE_FIELDS} | {
        "points": [point["key"] for point in full["points"]]
    }


def _words(value: Mapping[str, str] | None) -> dict[str, str]:
    texts = {language: (value or {}).get(language) or "" for language in LANGUAGES}
    return {language: text.strip() for language, text in texts.items() if text.strip()}


def _point(point: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": point["key"],
        "label": _words(point.get("label")),
        "anchor": _words(point.get("anchor")),
        "examples": _examples(point.get("examples") or []),
    }


def _examples(examples: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"verdict": example["verdict"], "text": _words(example.get("text"))} for example in examples
    ]


def _derived(derived: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if derived is None else {name: derived[name] for name in ("base", "floor")}


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _composed(value: Any) -> Any:
    """Texts in one Unicode form, so that a different keyboard gives no different hash."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _composed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_composed(inner) for inner in value]
    return value
