"""The survey that a plan makes: the document that its answers are read by."""

from collections.abc import Mapping
from typing import Any

from surveys.importing.plan import FIXED, As, Part, Plan, values_for
from surveys.importing.proposing import is_other
from surveys.survey_words import LABELS

LONGEST_TITLE = 2_000
LONGEST_TEXT = 10_000


def document_of(plan: Plan) -> dict[str, Any]:
    """One page with all questions, in the one language of the file."""
    elements = [_element(part, plan.language) for part in plan.parts if part.is_question]
    return {
        "title": {plan.language: plan.title},
        "locales": [plan.language],
        "pages": [{"name": "answers", "elements": elements}],
        "thanks": {plan.language: "-"},
    }


def _element(part: Part, language: str) -> dict[str, Any]:
    kind = {As.NUMBER.value: "short_text", As.CHOICES.value: "multi"}.get(part.what, part.what)
    title = (part.title or part.name)[:LONGEST_TITLE]
    found: dict[str, Any] = {"type": kind, "name": part.name, "title": {language: title}}
    low, high = part.bounds
    if part.what == As.SCALE:
        found |= {"min": low, "max": high}
    if (part.what in FIXED or part.what == As.SCALE) and (labels := _labels(part, language)):
        found["labels"] = labels
    if part.what == As.SUS:
        found["items"] = "sus"
    if part.what == As.SUS and language != "en":
        source = part.title or part.name
        found["translations"] = {language: {"items": list(part.words), "source": source}}
    if part.what in (As.SINGLE, As.MULTI, As.CHOICES):
        found["choices"] = _options(part.words, language, other=True)
    if part.what == As.MATRIX:
        found["rows"] = _options(part.words, language)
        found["columns"] = _columns(part, language)
    if part.what == As.NUMBER:
        found["inputType"] = "number"
    if part.what == As.TEXT:
        found["maxLength"] = LONGEST_TEXT
    return found


def _labels(part: Part, language: str) -> dict[str, dict[str, str]]:
    low, high = part.bounds
    own = {str(point): words for point, words in part.points if low <= point <= high and words}
    known = LABELS.get(part.what, {})
    missing = {point: point for point, words in known.items() if language not in words}
    return {point: {language: words} for point, words in {**missing, **own}.items()}


def _options(words: tuple[str, ...], language: str, *, other: bool = False) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for value, word in zip(values_for(words), words, strict=True):
        option: dict[str, Any] = {"value": value, "text": {language: word}}
        if other and is_other(word) and not any(one.get("other") for one in found):
            option["other"] = True
        found.append(option)
    return found


def _columns(part: Part, language: str) -> list[Mapping[str, Any]]:
    """The points of a matrix, named by their numbers, so that the position is the point."""
    return [
        {"value": str(point), "text": {language: words or str(point)}}
        for point, words in sorted(part.points)
    ]
