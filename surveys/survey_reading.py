"""A survey's document to read: every page and question in all its languages, beside each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from surveys import survey_words
from surveys.builder_words import language_name, point_name
from surveys.documents import Document, Page, parse_document
from surveys.questions import Question, Type
from surveys.survey_words import said


@dataclass(frozen=True)
class Told:
    """One question in one language."""

    language: str
    language_name: str
    title: str
    description: str
    lines: list[tuple[str, str]]
    """(key, words) of its choices, rows, points or sentences."""


@dataclass(frozen=True)
class QuestionToRead:
    place: str
    name: str
    type_label: str
    is_required: bool
    is_random: bool
    conditions: list[str]
    told: list[Told]


@dataclass(frozen=True)
class PageToRead:
    number: int
    name: str
    condition: str
    titles: list[tuple[str, str]]
    questions: list[QuestionToRead]


def to_read(data: Mapping[str, Any]) -> list[PageToRead]:
    """`InvalidError` for a draft whose shape is not right yet."""
    document = parse_document(data)
    return [
        _page(document, number, page, raw)
        for number, (page, raw) in enumerate(zip(document.pages, data["pages"], strict=True), 1)
    ]


def _page(document: Document, number: int, page: Page, raw: Mapping[str, Any]) -> PageToRead:
    return PageToRead(
        number=number,
        name=page.name,
        condition=raw.get("visibleIf") or "",
        titles=[(tag, page.title[tag]) for tag in document.locales if page.title.get(tag)],
        questions=[
            _question(document, f"{number}.{at}", question, element)
            for at, (question, element) in enumerate(
                zip(page.questions, raw["elements"], strict=True), 1
            )
        ],
    )


def _question(
    document: Document, place: str, question: Question, raw: Mapping[str, Any]
) -> QuestionToRead:
    return QuestionToRead(
        place=place,
        name=question.name,
        type_label=str(Type(question.type).label),
        is_required=question.required,
        is_random=question.is_random,
        conditions=[raw[name] for name in ("visibleIf", "requiredIf") if raw.get(name)],
        told=[
            Told(
                language=tag,
                language_name=language_name(tag),
                title=said(question.title, tag),
                description=said(question.description, tag),
                lines=list(_lines(question, tag)),
            )
            for tag in document.locales
        ],
    )


def _lines(question: Question, tag: str) -> Iterator[tuple[str, str]]:
    for option in (*question.choices, *question.rows, *question.columns):
        yield option.value, said(option.text, tag)
    for part in question.parts if question.type == Type.SUS else ():
        yield part, question.item(part, tag)
    for point in survey_words.THUMBS if question.type == Type.THUMB else question.points:
        if words := question.label(point, tag):
            yield point_name(str(point)), words
    if question.type == Type.PAIRWISE:
        yield from (("a", said(question.a, tag)), ("b", said(question.b, tag)))
