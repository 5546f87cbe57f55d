"""A survey's document as a browser draws it: one language, words in place, conditions as trees.

Labels that the product brings, credits and hints are filled in, so the in-page survey holds no
words of its own and evaluates the trees of `core.expressions` as they stand.
"""

from typing import Any

from surveys.documents import Document
from surveys.question_views import OptionView, QuestionPainter, QuestionView
from surveys.questions import Question, Type
from surveys.respondent_words import WORDS, tell
from surveys.survey_words import said

PHRASES = (
    "next", "back", "send", "required", "progress", "other_words", "no_answer", "problems",
    "missing", "missing_parts", "ranking", "few", "many", "exclusive", "long", "number", "consent",
    "thanks", "done", "answered", "closed", "more_now", "dismiss", "waiting", "see_answers",
)  # fmt: skip
"""What the in-page survey says itself; values stand in as `%(name)s`."""


def browser_document(document: Document, locale: str) -> dict[str, Any]:
    locale = document.locale_for(locale)
    painter = QuestionPainter(document, locale=locale, answers={}, order={}, problems={})
    others = document.locales
    return {
        "locale": locale,
        "title": said(document.title, locale, *others),
        "description": said(document.description, locale, *others),
        "thanks": said(document.thanks, locale, *others) or tell("thanks", locale),
        "words": {key: said(WORDS[key], locale, "en") for key in PHRASES},
        "pages": [
            {
                "name": page.name,
                "title": said(page.title, locale, *others),
                "description": said(page.description, locale, *others),
                "visibleIf": page.visible_if,
                "elements": [_element(question, painter) for question in page.questions],
            }
            for page in document.pages
        ],
    }


def _element(question: Question, painter: QuestionPainter) -> dict[str, Any]:
    view = painter.view(question, required=question.required)
    element = {
        "type": question.type,
        "name": question.name,
        "look": view.look,
        "title": view.title,
        "description": view.description,
        "hint": view.hint,
        "required": question.required,
        "visibleIf": question.visible_if,
        "requiredIf": question.required_if,
        "random": question.is_random,
        "options": [_option(option, question) for option in view.options],
        "parts": [
            {
                "value": name,
                "text": part.text,
                "options": [_option(o, question) for o in part.options],
            }
            for name, part in zip(_part_names(question), view.parts, strict=True)
        ],
        "low": view.low,
        "high": view.high,
        "sides": _sides(view),
        "min": question.at_least,
        "max": question.at_most,
        "maxLength": question.max_length,
        "isNumber": question.is_number,
        "credits": list(view.credits),
    }
    return {name: value for name, value in element.items() if value not in (None, "", [], False, 0)}


def _part_names(question: Question) -> tuple[str, ...]:
    if question.type == Type.RANKING:
        return tuple(choice.value for choice in question.choices)
    return question.parts


def _option(option: OptionView, question: Question) -> dict[str, Any]:
    choice = next((c for c in question.choices if c.value == option.value), None)
    told = {
        "value": option.value,
        "text": option.text,
        "aside": option.aside,
        "exclusive": bool(choice and choice.exclusive),
        "other": bool(choice and choice.other),
    }
    return {name: value for name, value in told.items() if value not in ("", False)}


def _sides(view: QuestionView) -> list[dict[str, str]]:
    return [{"title": title, "text": text} for title, text in view.sides]
