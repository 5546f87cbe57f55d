"""Every response of a survey as a stream: pages by key, so that memory does not grow."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from core.csv_cells import block
from surveys.documents import Document, parse_document
from surveys.models import Response, Survey
from surveys.questions import COMMENT, Question

ROWS_A_PAGE = 1_000
FIELDS = (
    "pk", "uid", "version__number", "state", "source", "locale", "variant_name", "trust", "mode",
    "p", "conversation_key", "respondent__uid", "seconds", "started_at", "finished_at", "answers",
)  # fmt: skip
COLUMNS = (
    "response", "version", "state", "source", "locale", "variant", "trust", "mode", "p",
    "conversation", "respondent", "seconds", "started_at", "finished_at",
)  # fmt: skip


def responses_csv(survey: Survey) -> Iterator[bytes]:
    """One row a response, with a column for each question or part of one, of all versions.

    Erased responses are left out.
    """
    versions = survey.versions.filter(responses__isnull=False).distinct().order_by("number")
    columns = columns_of([parse_document(version.document) for version in versions])
    yield block([[*COLUMNS, *(name for name, _question, _part in columns)]]).encode()
    last = 0
    while True:
        rows = list(
            Response.objects.filter(survey=survey, erased_at=None, pk__gt=last)
            .order_by("pk")
            .values_list(*FIELDS)[:ROWS_A_PAGE]
        )
        if not rows:
            return
        yield block(_row(row, columns) for row in rows).encode()
        last = rows[-1][0]


Column = tuple[str, str, str]
"""Head of a column, question and part."""


def columns_of(documents: list[Document]) -> list[Column]:
    """In the order in which the versions ask, the earliest first."""
    found: dict[str, Column] = {}
    for document in documents:
        for question in document.questions:
            for name, part in _parts(question):
                found.setdefault(name, (name, question.name, part))
    return list(found.values())


def _parts(question: Question) -> Iterator[tuple[str, str]]:
    if not question.is_asked:
        return
    if question.parts:
        yield from ((f"{question.name}.{part}", part) for part in question.parts)
        return
    yield question.name, ""
    if question.other is not None:
        yield question.name + COMMENT, COMMENT


def _row(row: tuple[Any, ...], columns: list[Column]) -> list[Any]:
    answers = row[-1] if isinstance(row[-1], dict) else {}
    head = [
        str(cell) if at in (0, 10) and cell else _when(cell) for at, cell in enumerate(row[1:-1])
    ]
    return [*head, *(_cell(answers, question, part) for _name, question, part in columns)]


def _when(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return cell


def _cell(answers: Mapping[str, Any], question: str, part: str) -> Any:
    """Several choices and places of a ranking are written one after the other."""
    if part == COMMENT:
        return answers.get(question + COMMENT, "")
    value = answers.get(question)
    if part:
        return value.get(part) if isinstance(value, dict) else None
    if isinstance(value, list):
        return " | ".join(str(one) for one in value)
    return value
