"""MTRAG: rated answers of several systems to turns of multi-turn dialogues with passages.

The file is one JSON object of arrays. An evaluation names a task (the dialogue up to a question)
and a system; together they make a conversation. Tasks and documents are read first and held,
because evaluations refer to them; evaluations, which carry the bulk, are streamed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import values
from conversations.importers.base import (
    Entry,
    FieldMap,
    ParsedConversation,
    ParsedRating,
    ParsedScore,
    ParsedVariant,
    RatingEntry,
    RefusedError,
)
from conversations.importers.documents import Layout, each_of, each_record, value_of
from conversations.importers.elements import elements
from conversations.importers.records import finish
from conversations.importers.sources import Member
from conversations.importers.turns import canonical_turns

REQUIRED = ("models", "documents", "tasks", "evaluations")
CRITERIA = ("naturalness", "appropriateness", "completeness", "faithfulness", "win-rate")
_SEPARATOR = "<::>"
_TASK_FIELDS = frozenset({"task_id", "input", "contexts", "targets", "annotations"})
_EVALUATIONS = Layout("wrapped", key="evaluations")


@dataclass
class _Tables:
    """What evaluations refer to."""

    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    variants: dict[str, ParsedVariant] = field(default_factory=dict)

    def variant(self, model_id: str) -> ParsedVariant:
        """A system is told apart by its id; name and owner are kept as its parameters."""
        if model_id not in self.variants:
            facts = self.models.get(model_id, {})
            rest = {key: value for key, value in facts.items() if key != "model_id"}
            self.variants[model_id] = ParsedVariant(model_id, model=model_id, parameters=rest)
        return self.variants[model_id]


@dataclass(frozen=True)
class MtragImporter:
    """The reader of MTRAG's evaluation files."""

    name: str = "mtrag"

    def accepts(self, member: Member) -> bool:
        return member.plain.suffix.lower() == ".json"

    def ignores(self, member: Member) -> bool:
        return False

    def entries(self, member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, Entry]]:
        tables = _read_tables(member)

        def make(evaluation: Any, line: int) -> ParsedConversation:
            return _conversation(evaluation, tables, member.name, line)

        return each_record(member, skip, make, _EVALUATIONS)


def ratings(member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, RatingEntry]]:
    """Every rater's scores of every answer; automatic metrics are no raters and left out."""
    name = member.name

    def make(evaluation: Any, line: int) -> list[ParsedRating]:
        return _ratings(evaluation, name, line)

    return each_of(member, skip, make, _EVALUATIONS)


def _read_tables(member: Member) -> _Tables:
    tables = _Tables()
    wanted = {
        "models": (tables.models, "model_id"),
        "documents": (tables.documents, "document_id"),
        "tasks": (tables.tasks, "task_id"),
    }
    seen = set()
    with member.open() as stream:
        for element in elements(stream, member.source.limits):
            seen.add(element.key)
            if element.key in wanted and not element.problem:
                table, key = wanted[element.key]
                record = value_of(element, member.source.limits)
                if isinstance(record, dict) and isinstance(record.get(key), str):
                    table[record[key]] = record
    if missing := [key for key in REQUIRED if key not in seen]:
        raise RefusedError(
            "keys_missing",
            _(
                "%(name)s has not what an MTRAG file must have: it lacks %(missing)s. Take the "
                "file with evaluations, tasks and documents in one."
            )
            % {"name": member.path, "missing": ", ".join(missing)},
        )
    return tables


def _external_id(evaluation: Any) -> tuple[str, str, str]:
    if isinstance(evaluation, dict):
        task_id, model_id = evaluation.get("task_id"), evaluation.get("model_id")
        if isinstance(task_id, str) and isinstance(model_id, str):
            return values.key(f"{task_id}:{model_id}", "external_id"), task_id, model_id
    raise RefusedError(
        "keys_missing",
        _("The evaluation lacks task_id or model_id; both say what was rated. Add them."),
    )


def _conversation(evaluation: Any, tables: _Tables, file: str, line: int) -> ParsedConversation:
    external_id, task_id, model_id = _external_id(evaluation)
    task = tables.tasks.get(task_id)
    if task is None:
        raise RefusedError(
            "task_missing",
            _("The evaluation names task %(task)s, which the file does not hold. Add the task.")
            % {"task": task_id},
        )
    answer = {
        "role": "assistant",
        "content": evaluation.get("model_response"),
        "passages": [
            _passage(context, tables)
            for context in values.objects(task.get("contexts"), "contexts")
        ],
    }
    turns = canonical_turns([*values.objects(task.get("input"), "input"), answer], {}, {})
    metadata = {key: value for key, value in task.items() if key not in _TASK_FIELDS}
    metadata |= _automatic(evaluation, task)
    found = finish(external_id=external_id, turns=turns, metadata=metadata, file=file, line=line)
    found.group_key = values.key(task_id.split(_SEPARATOR)[0], "group_key")
    found.input_key = values.key(task_id, "input_key")
    found.variant = tables.variant(model_id)
    targets = values.objects(task.get("targets"), "targets")
    found.reference = values.text(targets[0].get("text"), "targets") if targets else ""
    return found


def _passage(context: dict[str, Any], tables: _Tables) -> dict[str, Any]:
    document = tables.documents.get(str(context.get("document_id")))
    if document is None:
        raise RefusedError(
            "document_missing",
            _("The task names document %(document)s, which the file does not hold. Add it.")
            % {"document": context.get("document_id")},
        )
    return document


def _automatic(evaluation: dict[str, Any], task: dict[str, Any]) -> dict[str, Any]:
    """Values that a program gave: kept as metadata, because no rater said them."""
    metrics = {}
    for metric, rater, score in _scores(evaluation):
        if not rater.isdigit():
            metrics[metric] = score.get("value")
    annotations = values.an_object(task.get("annotations"), "annotations")
    relevance = values.an_object(annotations.get("context_relevance"), "context_relevance")
    found: dict[str, Any] = {"metrics": metrics} if metrics else {}
    if "system" in relevance:
        found["context_relevance"] = relevance["system"]
    return found


def _ratings(evaluation: Any, file: str, line: int) -> list[ParsedRating]:
    external_id, _task, _model = _external_id(evaluation)
    by_rater: dict[str, ParsedRating] = {}
    for criterion, rater, score in _scores(evaluation):
        if not rater.isdigit():
            continue
        rating = by_rater.setdefault(
            rater, ParsedRating(external_id, rater, "person", [], file=file, line=line)
        )
        rating.scores.append(ParsedScore(criterion, value=_point(score.get("value"))))
        rating.at = _later(rating.at, score.get("timestamp"))
        rating.seconds = values.positive(score.get("duration", rating.seconds), "duration")
    return list(by_rater.values())


def _scores(evaluation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Criterion, rater and what was said, of people and of programs."""
    for criterion, scores in values.an_object(evaluation.get("annotations"), "annotations").items():
        for rater, score in values.an_object(scores, criterion).items():
            yield criterion, rater, values.an_object(score, criterion)


def _point(value: Any) -> str | None:
    """Keys of points are whole numbers as text, whichever way the file writes the number."""
    found = values.number(value, "value")
    return None if found is None else f"{found:g}"


def _later(known: datetime | None, stamp: Any) -> datetime | None:
    at = values.time(stamp, "timestamp")
    return at if at and (known is None or at > known) else known
