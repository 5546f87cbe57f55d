"""Every response of a survey as a stream: pages by key, so that memory does not grow."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from core import parquet
from core.csv_cells import block
from surveys.documents import Document, parse_document
from surveys.models import Response, Survey
from surveys.questions import COMMENT, Question, Type

ROWS_A_PAGE = 1_000
FIELDS = (
    "pk", "uid", "version__number", "state", "source", "locale", "variant_name", "trust", "mode",
    "p", "conversation_key", "respondent__uid", "seconds", "started_at", "finished_at", "answers",
)  # fmt: skip
COLUMNS = (
    "response", "version", "state", "source", "locale", "variant", "trust", "mode", "p",
    "conversation", "respondent", "seconds", "started_at", "finished_at",
)  # fmt: skip
KINDS = {
    "version": "SMALLINT", "p": "DOUBLE", "seconds": "INTEGER", "started_at": "TIMESTAMPTZ",
    "finished_at": "TIMESTAMPTZ",
}  # fmt: skip
"""Types of DuckDB; every other column before the answers is text."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": parquet.TYPE,
}


@dataclass(frozen=True)
class Column:
    """A question, a part of one, or the words of its “other”; `kind` is a type of DuckDB."""

    title: str
    question: str
    part: str
    kind: str


def responses_csv(survey: Survey) -> Iterator[bytes]:
    """One row a response, with a column for each question or part of one, of all versions."""
    columns = columns_of_survey(survey)
    yield block([[*COLUMNS, *(column.title for column in columns)]]).encode()
    for page in responses_of(survey):
        yield block(
            [*head, *(_cell(cell_of(answers, column)) for column in columns)]
            for head, answers in page
        ).encode()


def responses_jsonl(survey: Survey) -> Iterator[bytes]:
    """One object a line; `answers` holds the names and values of the version's own document."""
    for page in responses_of(survey):
        yield _lines({**_named(head), "answers": answers} for head, answers in page)


def responses_parquet(survey: Survey) -> Iterator[bytes]:
    """The columns of the CSV file with their types; several choices stay a list."""
    columns = _told_apart(columns_of_survey(survey))
    kinds = {name: KINDS.get(name, "VARCHAR") for name in COLUMNS}
    kinds |= {title: column.kind for title, column in columns.items()}
    lines = (
        _lines(
            _named(head) | {title: cell_of(answers, one) for title, one in columns.items()}
            for head, answers in page
        )
        for page in responses_of(survey)
    )
    return parquet.parquet(lines, kinds)


WRITERS: Mapping[str, Callable[[Survey], Iterator[bytes]]] = {
    "csv": responses_csv,
    "jsonl": responses_jsonl,
    "parquet": responses_parquet,
}


def responses_of(survey: Survey) -> Iterator[list[tuple[list[Any], dict[str, Any]]]]:
    """Pages of what COLUMNS names, and the answers. Erased responses are left out."""
    last = 0
    while True:
        rows = list(
            Response.objects.filter(survey=survey, erased_at=None, pk__gt=last)
            .order_by("pk")
            .values_list(*FIELDS)[:ROWS_A_PAGE]
        )
        if not rows:
            return
        yield [_record(row) for row in rows]
        last = rows[-1][0]


def _record(row: tuple[Any, ...]) -> tuple[list[Any], dict[str, Any]]:
    answers = row[-1] if isinstance(row[-1], dict) else {}
    head = [
        str(cell) if at in (0, 10) and cell else _when(cell) for at, cell in enumerate(row[1:-1])
    ]
    return head, answers


def _named(head: list[Any]) -> dict[str, Any]:
    return dict(zip(COLUMNS, head, strict=True))


def _lines(objects: Iterator[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in objects)


def _told_apart(columns: list[Column]) -> dict[str, Column]:
    """By a title that no other column has in small letters, as tables of DuckDB and Spark demand.

    A question may be called `state`, or `Good` where another is called `good`.
    """
    taken, found = set(COLUMNS), dict[str, Column]()
    for column in columns:
        title, n = column.title, 1
        while title.lower() in taken:
            n += 1
            title = f"{column.title}_{n}"
        taken.add(title.lower())
        found[title] = column
    return found


def columns_of_survey(survey: Survey) -> list[Column]:
    versions = survey.versions.filter(responses__isnull=False).distinct().order_by("number")
    return columns_of([parse_document(version.document) for version in versions])


def columns_of(documents: list[Document]) -> list[Column]:
    """In the order in which the versions ask, the earliest first.

    Where versions ask for values of different types under one name, the column is text.
    """
    found: dict[str, Column] = {}
    for document in documents:
        for question in document.questions:
            for column in _columns(question):
                known = found.setdefault(column.title, column)
                if known.kind != column.kind:
                    found[column.title] = replace(known, kind="VARCHAR")
    return list(found.values())


def _columns(question: Question) -> Iterator[Column]:
    if not question.is_asked:
        return
    name, kind = question.name, _kind(question)
    if question.parts:
        yield from (Column(f"{name}.{part}", name, part, kind) for part in question.parts)
        return
    yield Column(name, name, "", kind)
    if question.other is not None:
        yield Column(name + COMMENT, name, COMMENT, "VARCHAR")


def _kind(question: Question) -> str:
    if question.points:
        return "SMALLINT"
    if question.is_number:
        return "DOUBLE"
    if question.type in (Type.MULTI, Type.RANKING):
        return "VARCHAR[]"
    return "BOOLEAN" if question.type == Type.STATEMENT else "VARCHAR"


def cell_of(answers: Mapping[str, Any], column: Column) -> Any:
    if column.part == COMMENT:
        return answers.get(column.title, "")
    value = answers.get(column.question)
    if column.part:
        return value.get(column.part) if isinstance(value, dict) else None
    return value


def _when(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return cell


def _cell(value: Any) -> Any:
    """Several choices and places of a ranking are written one after the other."""
    if isinstance(value, list):
        return " | ".join(str(one) for one in value)
    return value
