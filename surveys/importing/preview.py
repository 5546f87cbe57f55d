"""What an import would do, before anything is stored: the first rows, and every refused cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from core.errors import InvalidError
from surveys.document_check import document_problems, errors_of
from surveys.documents import Document
from surveys.importing.documents import document_of
from surveys.importing.plan import Plan, checked
from surveys.importing.reading import Reader
from surveys.importing.table import Table
from surveys.questions import COMMENT, Question, Type
from surveys.services.imported_responses import lots
from surveys.survey_words import said

READ = 20_000
"""Rows that a page looks at; a longer file is looked through by the import itself."""
SHOWN_ROWS = 5
SHOWN_REFUSED = 200
SHOWN_TEXT = 200


@dataclass(frozen=True, slots=True)
class Preview:
    titles: Sequence[str]
    """Of the questions, as the file words them."""
    rows: Sequence[tuple[int, Sequence[str]]]
    refused: Sequence[Mapping[str, Any]]
    n_rows: int
    n_refused: int
    is_cut: bool
    problems: Sequence[str] = field(default_factory=tuple)


def preview_of(table: Table, plan: Plan) -> Preview:
    if problems := list(_problems(plan)):
        return Preview((), (), (), 0, 0, is_cut=False, problems=problems)
    reader = Reader(plan)
    rows: list[tuple[int, list[str]]] = []
    refused: list[Mapping[str, Any]] = []
    n_rows = n_refused = 0
    every = lots(table, reader)
    for lot in islice(every, READ // 200):
        lines = {one["line"] for one in lot.refused}
        n_refused += len(lines)
        n_rows += len(lot.answered) + len(lines)
        refused += lot.refused[: SHOWN_REFUSED - len(refused)]
        for line, found in lot.answered[: SHOWN_ROWS - len(rows)]:
            rows.append((line, _shown(reader.document, found.answers)))
    is_cut = next(every, None) is not None
    document = reader.document
    titles = [said(one.title, document.locales[0]) or one.name for one in document.questions]
    return Preview(titles, rows, refused, n_rows, n_refused, is_cut=is_cut)


def _problems(plan: Plan) -> Iterator[str]:
    try:
        checked(plan)
    except InvalidError as error:
        yield error.message
        return
    yield from (str(one) for one in errors_of(document_problems(document_of(plan))))


def _shown(document: Document, answers: Mapping[str, Any]) -> list[str]:
    """A response as words, one text a question."""
    return [
        _words(question, answers, document.locales[0])[:SHOWN_TEXT]
        for question in document.questions
    ]


def _words(question: Question, answers: Mapping[str, Any], locale: str) -> str:
    value = answers.get(question.name)
    if value is None:
        return ""
    texts = {option.value: said(option.text, locale) for option in question.choices}
    if question.type == Type.SINGLE:
        text, more = texts.get(value, str(value)), answers.get(question.name + COMMENT)
        return f"{text}: {more}" if more else text
    if isinstance(value, list):
        return ", ".join(texts.get(one, str(one)) for one in value)
    if isinstance(value, Mapping):
        return " ".join(_parts(value))
    return str(value)


def _parts(value: Mapping[str, Any]) -> Iterator[str]:
    for one in value.values():
        yield str(one)
