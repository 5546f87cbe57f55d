"""A document of ours as SurveyJS reads it, for those who move on; scales become ratings."""

from collections.abc import Mapping
from typing import Any

from core.expressions import Ast, Literal
from surveys.documents import Document, parse_document
from surveys.questions import Option, Question, Type
from surveys.survey_words import CONSENT, PAIRWISE, Words
from surveys.surveyjs import without_nothing

LOGIC = frozenset({"and", "or"})


def to_surveyjs(data: Mapping[str, Any]) -> dict[str, Any]:
    """Their JSON, with conditions in their words."""
    document = parse_document(data)
    first = document.locales[0]
    pages = []
    for page in document.pages:
        elements = [
            without_nothing(
                {
                    "name": question.name,
                    "title": _words(question.title, first),
                    "description": _words(question.description, first),
                    "isRequired": question.required,
                    "visibleIf": _condition(question.visible_if, document),
                    "requiredIf": _condition(question.required_if, document),
                    **_own(question, document),
                }
            )
            for question in page.questions
        ]
        pages.append(
            without_nothing(
                {
                    "name": page.name,
                    "title": _words(page.title, first),
                    "description": _words(page.description, first),
                    "visibleIf": _condition(page.visible_if, document),
                    "elements": elements,
                }
            )
        )
    return without_nothing(
        {
            "title": _words(document.title, first),
            "description": _words(document.description, first),
            "locale": first,
            "completedHtml": _words(document.thanks, first),
            "pages": pages,
        }
    )


def _own(question: Question, document: Document) -> dict[str, Any]:
    first = document.locales[0]
    order = "random" if question.is_random else None
    match question.type:
        case Type.SINGLE | Type.MULTI:
            return {
                "type": "checkbox" if question.type == Type.MULTI else "radiogroup",
                **_choices(question, first),
                "choicesOrder": order,
                "minSelectedChoices": question.at_least or None,
                "maxSelectedChoices": question.at_most,
            }
        case Type.RANKING:
            choices = _options(question.choices, first)
            return {"type": "ranking", "choices": choices, "choicesOrder": order}
        case Type.MATRIX | Type.SUS:
            return _rows(question, document)
        case Type.SHORT_TEXT:
            number = {"inputType": "number", "min": question.minimum, "max": question.maximum}
            return {"type": "text", "maxLength": question.max_length} | (
                number if question.is_number else {}
            )
        case Type.LONG_TEXT:
            return {"type": "comment", "maxLength": question.max_length}
        case Type.STATEMENT if not question.consent:
            return {"type": "html", "html": _words(question.title, first), "title": None}
        case Type.STATEMENT:
            agree = {"value": "true", "text": _words(CONSENT, first)}
            return {"type": "checkbox", "choices": [agree]}
        case Type.PAIRWISE:
            choices = [{"value": k, "text": _words(w, first)} for k, w in PAIRWISE.items()]
            return {"type": "radiogroup", "choices": choices}
        case Type.THUMB:
            labels = [(key, _labels(question, key, document)) for key in ("down", "up")]
            choices = [{"value": key, "text": words} for key, words in labels]
            return {"type": "radiogroup", "choices": choices}
        case _:
            points = [
                {"value": point, "text": _labels(question, point, document) or str(point)}
                for point in question.points
            ]
            return {"type": "rating", "rateValues": points}


def _choices(question: Question, first: str) -> dict[str, Any]:
    """What takes words of one's own, and what rules the others out, they have as switches."""
    own, none = _switched(question)
    plain = tuple(one for one in question.choices if one not in (own, none))
    found: dict[str, Any] = {"choices": _options(plain, first)}
    if own:
        found |= {"showOtherItem": True, "otherText": _words(own.text, first)}
    if none:
        found |= {"showNoneItem": True, "noneText": _words(none.text, first)}
    return found


def _switched(question: Question) -> tuple[Option | None, Option | None]:
    own = next((one for one in question.choices if one.other), None)
    none = next((one for one in question.choices if one.exclusive and not one.other), None)
    return own, none if question.type == Type.MULTI else None


def _rows(question: Question, document: Document) -> dict[str, Any]:
    first = document.locales[0]
    if question.type == Type.MATRIX:
        rows, columns = _options(question.rows, first), _options(question.columns, first)
    else:
        rows = [
            {
                "value": part,
                "text": {_tag(t, first): question.item(part, t) for t in document.locales},
            }
            for part in question.parts
        ]
        columns = [
            {"value": point, "text": _labels(question, point, document)}
            for point in question.points
        ]
    return {
        "type": "matrix",
        "rows": rows,
        "columns": columns,
        "rowOrder": "random" if question.is_random else None,
        "isAllRowRequired": question.required,
    }


def _labels(question: Question, point: int | str, document: Document) -> Any:
    words = {locale: question.label(point, locale) for locale in document.locales}
    return _words(words, document.locales[0])


def _options(options: tuple[Option, ...], first: str) -> list[dict[str, Any]]:
    return [{"value": option.value, "text": _words(option.text, first)} for option in options]


def _words(words: Words, first: str) -> dict[str, str]:
    return {_tag(locale, first): text for locale, text in words.items() if text}


def _tag(locale: str, first: str) -> str:
    return "default" if locale == first else locale


def _condition(ast: Ast | None, document: Document) -> str | None:
    """Names in braces, texts in quotes. Our `in` is their `anyof`, and `not` is their `!`.

    >>> from core.expressions import parse
    >>> document = Document(title={}, description={}, thanks={}, locales=(), pages=())
    >>> _condition(parse("a in (x, 2) and not (b == y or c is not empty)"), document)
    "{a} anyof ['x', 2] and !({b} == 'y' or {c} notempty)"
    """
    if ast is None:
        return None
    word, *operands = ast
    if word in {"and", "or"}:
        parts = [(part[0], _condition(part, document)) for part in operands]
        return f" {word} ".join(f"({told})" if of in LOGIC else str(told) for of, told in parts)
    if word == "not":
        (inner,) = operands
        told = _condition(inner, document)
        return f"{{{inner[1]}}} notempty" if inner[0] == "empty" else f"!({told})"
    name = f"{{{operands[0]}}}"
    if word == "empty":
        return f"{name} empty"
    question = document.question(operands[0])
    if word == "in":
        values = (_literal(_theirs(one, question)) for one in operands[1])
        return f"{name} anyof [{', '.join(values)}]"
    if question is not None and question.type == Type.MULTI:
        word = {"==": "contains", "!=": "notcontains"}.get(word, word)
    return f"{name} {word} {_literal(_theirs(operands[1], question))}"


def _theirs(value: Literal, question: Question | None) -> Literal:
    """The value as they know it: of what is a switch there, the name of the switch."""
    if question is None or question.type not in (Type.SINGLE, Type.MULTI):
        return value
    own, none = _switched(question)
    switches = {one.value: name for one, name in ((own, "other"), (none, "none")) if one}
    return switches.get(str(value), value)


def _literal(value: Literal) -> str:
    if not isinstance(value, str):
        return str(value)
    return "'{}'".format(value.replace("\\", "\\\\").replace("'", "\\'"))
