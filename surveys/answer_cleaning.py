"""Whether one answer fits its question, and the form in which it is kept.

Numbers may come as digits, as a form sends them. What does not fit is refused with a rule that
`respondent_words` turns into a sentence in the respondent's language.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from core.text import storable
from surveys.questions import COMMENT, SIDES, THUMBS, Option, Question, Type
from surveys.survey_words import said

MAX_COMMENT = 500


class Refused(Exception):  # noqa: N818 - it always becomes an `AnswerProblem`
    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = values


def taken_answer(
    question: Question, answers: Mapping[str, Any], locale: str
) -> Iterator[tuple[str, Any]]:
    """The answer to one question and the words of its “other”, where there are any."""
    value = _clean(question, answers.get(question.name), locale)
    if value is None:
        return
    yield question.name, value
    other = question.other
    if other is None or (
        other.value not in value if isinstance(value, list) else value != other.value
    ):
        return
    words = _text(answers.get(question.name + COMMENT), MAX_COMMENT)
    if words:
        yield question.name + COMMENT, words


def _clean(question: Question, value: Any, locale: str) -> Any:
    """The value as it is kept, None for no answer; `Refused` for one that does not fit."""
    if value is None or value == "" or not question.is_asked:
        return None
    match question.type:
        case Type.MULTI:
            return _several(question, value, locale)
        case Type.MATRIX | Type.SUS:
            return _parts(question, value)
        case Type.RANKING:
            return _ranking(question, value)
        case Type.SHORT_TEXT if question.is_number:
            return _number(question, value)
        case Type.SHORT_TEXT | Type.LONG_TEXT:
            return _text(value, question.max_length) or None
        case Type.STATEMENT:
            return _consent(value)
        case _:
            return _one(value, _allowed(question))


def _allowed(question: Question) -> tuple[Any, ...]:
    match question.type:
        case Type.THUMB:
            return THUMBS
        case Type.PAIRWISE:
            return SIDES
        case Type.SINGLE:
            return tuple(choice.value for choice in question.choices)
        case Type.MATRIX:
            return tuple(column.value for column in question.columns)
        case _:
            return question.points


def _one(value: Any, allowed: tuple[Any, ...]) -> Any:
    """The one allowed value that this is; a form sends digits where JSON has a number."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = f"{value:g}" if isinstance(value, float) else str(value)
        for known in allowed:
            if str(known) == text:
                return known
    raise Refused("not_offered", value=_short(value))


def _several(question: Question, value: Any, locale: str) -> list[str] | None:
    if not isinstance(value, list):
        raise Refused("not_offered", value=_short(value))
    allowed = _options(question)
    chosen = {_one(member, tuple(allowed)) for member in value if member not in (None, "")}
    if not chosen:
        return None
    alone = [key for key in chosen if allowed[key].exclusive]
    if alone and len(chosen) > 1:
        raise Refused("exclusive", choice=said(allowed[alone[0]].text, locale))
    n = len(chosen)
    if question.at_most is not None and n > question.at_most:
        raise Refused("many", n=n, limit=question.at_most)
    if n < question.at_least and not alone:
        raise Refused("few", n=n, limit=question.at_least)
    return [key for key in allowed if key in chosen]


def _parts(question: Question, value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        raise Refused("not_offered", value=_short(value))
    for part in value:
        if part not in question.parts:
            raise Refused("not_offered", value=_short(part))
    allowed = _allowed(question)
    kept = {
        part: _one(value[part], allowed)
        for part in question.parts
        if value.get(part) not in (None, "")
    }
    return kept or None


def _ranking(question: Question, value: Any) -> list[str]:
    allowed = tuple(_options(question))
    if not isinstance(value, list):
        raise Refused("ranking", n=len(allowed))
    order = [_one(member, allowed) for member in value]
    if sorted(order) != sorted(allowed):
        raise Refused("ranking", n=len(allowed))
    return order


def _number(question: Question, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refused("number", value=_short(value))
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or (isinstance(value, str) and "_" in value):
        raise Refused("number", value=_short(value))
    low = -math.inf if question.minimum is None else question.minimum
    high = math.inf if question.maximum is None else question.maximum
    if not low <= number <= high:
        raise Refused("bounds", low=_bound(low), high=_bound(high))
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _bound(bound: float) -> str:
    return f"{bound:g}" if math.isfinite(bound) else "…"


def _text(value: Any, limit: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not storable(value):
        raise Refused("text")
    text = value.replace("\r\n", "\n").strip()
    if len(text) > limit:
        raise Refused("long", n=len(text), limit=limit)
    return text


def _consent(value: Any) -> bool | None:
    if value in (True, "true", "on"):
        return True
    if value in (False, "false"):
        return None
    raise Refused("not_offered", value=_short(value))


def _options(question: Question) -> dict[str, Option]:
    return {choice.value: choice for choice in question.choices}


def _short(value: Any) -> str:
    text = str(value)[:40]
    return text if storable(text) else ""
