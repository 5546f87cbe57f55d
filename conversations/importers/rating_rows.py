"""Ratings of the two general shapes: a JSON record a rating, a CSV row a score."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import mapping as field_map
from conversations.importers import values
from conversations.importers.base import (
    FieldMap,
    LineError,
    ParsedRating,
    ParsedScore,
    RatingEntry,
    RefusedError,
    ScoreValue,
)
from conversations.importers.csv_rows import Row, rows
from conversations.importers.documents import each_record, nothing_in
from conversations.importers.sources import Member
from core.text import storable

KINDS = ("person", "respondent", "rule", "metric", "judge")
_FIELDS: dict[str, tuple[str, ...]] = {
    "external_id": ("external_id", "conversation_id", "conversation", "item", "id"),
    "external_id_b": ("external_id_b",),
    "rater": ("rater", "rater_id", "annotator", "worker", "user"),
    "kind": ("kind", "rater_kind"),
    "criterion": ("criterion", "metric", "question"),
    "value": ("value", "score", "label", "rating"),
    "turn": ("turn",),
    "passage": ("passage",),
    "cannot_judge": ("cannot_judge",),
    "text": ("text", "reason"),
    "at": ("at", "timestamp", "created_at", "time"),
    "seconds": ("seconds", "duration"),
    "comment": ("comment",),
    "layer": ("layer",),
}
_NEEDED = ("external_id", "rater", "criterion", "value")
_YES = frozenset({"1", "true", "yes", "y"})


def check(mapping: FieldMap) -> None:
    """Refuse a mapping that names a field which a rating does not have."""
    fields = (*_FIELDS, "scores")
    for name in mapping:
        if name not in fields:
            raise RefusedError(
                "unknown_field",
                _("The mapping names the field %(field)s, which a rating has not: %(fields)s.")
                % {"field": name, "fields": ", ".join(fields)},
            )


def from_json(member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, RatingEntry]]:
    name = member.name

    def make(record: Any, line: int) -> ParsedRating:
        if mapping and isinstance(record, dict):
            found = {field: field_map.look_up(record, path) for field, path in mapping.items()}
            record = record | {
                key: value for key, value in found.items() if value is not field_map.MISSING
            }
        return _rating(record, name, line)

    return each_record(member, skip, make)


def from_csv(member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, RatingEntry]]:
    """Rows of one rater on one conversation that stand together are one rating."""
    table = rows(member)
    header = next(table, None)
    if header is None:
        raise nothing_in(member)
    if isinstance(header, LineError):
        if header.line > skip:
            yield header.line, header
        return
    places = _places(header, mapping)
    open_rating: ParsedRating | None = None
    last = 0
    for row in table:
        if row.line <= skip:
            continue
        try:
            if isinstance(row, LineError):
                raise RefusedError(row.code, row.reason)
            rating = _rating_of_row(row, places, member.name)
        except RefusedError as refusal:
            if open_rating is not None:
                yield last, open_rating
                open_rating = None
            yield row.line, refusal.at(member.name, row.line, row.raw)
            continue
        if open_rating is not None and _whose(open_rating) == _whose(rating):
            open_rating.scores += rating.scores
            open_rating.comment = open_rating.comment or rating.comment
        else:
            if open_rating is not None:
                yield last, open_rating
            open_rating = rating
        last = row.line
    if open_rating is not None:
        yield last, open_rating


def _whose(rating: ParsedRating) -> tuple[str, ...]:
    return (*rating.answers, rating.rater, rating.rater_kind, rating.layer)


def _places(header: Row, mapping: FieldMap) -> dict[str, int]:
    names = [name.strip() for name in header.cells]
    lowered = {name.lower(): place for place, name in reversed(list(enumerate(names)))}
    places = {}
    for field, guesses in _FIELDS.items():
        wanted = (mapping[field],) if field in mapping else guesses
        place = next((lowered[name.lower()] for name in wanted if name.lower() in lowered), None)
        if place is not None:
            places[field] = place
        elif field in mapping or field in _NEEDED:
            raise RefusedError(
                "columns_missing",
                _(
                    "No column holds %(field)s; the columns are %(columns)s. A row a score needs "
                    "external_id, rater, criterion and value. Map it, as in %(field)s=COLUMN."
                )
                % {"field": field, "columns": ", ".join(names[:30])},
            )
    return places


def _rating_of_row(row: Row, places: Mapping[str, int], file: str) -> ParsedRating:
    cells = {
        field: row.cells[place] if place < len(row.cells) else "" for field, place in places.items()
    }
    score = _score(
        cells["criterion"],
        {
            "value": cells["value"],
            "cannot_judge": cells.get("cannot_judge", "").strip().lower() in _YES,
            "text": cells.get("text", ""),
        },
        _number(cells.get("turn"), "turn"),
        _number(cells.get("passage"), "passage"),
    )
    return _head(cells, [score], file, row.line)


def _rating(record: Any, file: str, line: int) -> ParsedRating:
    scores = record.get("scores") if isinstance(record, dict) else None
    if not isinstance(scores, dict) or not scores:
        raise RefusedError(
            "no_scores",
            _("The record has no scores; a rating needs them, as in scores: {criterion: value}."),
        )
    found: list[ParsedScore] = []
    for criterion, given in scores.items():
        if isinstance(given, dict) and given and all(_is_unit(key) for key in given):
            for unit, value in given.items():
                turn, _colon, passage = unit.partition(":")
                found.append(_score(criterion, value, int(turn), int(passage or -1)))
        else:
            found.append(_score(criterion, given, -1, -1))
    return _head(record, found, file, line)


def _head(
    record: Mapping[str, Any], scores: list[ParsedScore], file: str, line: int
) -> ParsedRating:
    rater = values.key(record.get("rater"), "rater")
    external_id = values.key(record.get("external_id"), "external_id")
    if not rater or not external_id:
        raise RefusedError(
            "no_rater",
            _("A rating must say who rated (rater) and what (external_id). Add both."),
        )
    kind = values.text(record.get("kind", record.get("rater_kind")), "kind").strip() or KINDS[0]
    if kind not in KINDS:
        raise RefusedError(
            "unknown_kind",
            _("The kind of the rater is %(kind)s; it must be one of %(kinds)s. Correct it.")
            % {"kind": kind[:60], "kinds": ", ".join(KINDS)},
        )
    second, *further = _others(values.key(record.get("external_id_b"), "external_id_b"))
    return ParsedRating(
        external_id=external_id,
        external_id_b=second,
        further=tuple(further),
        layer=values.text(record.get("layer"), "layer").strip(),
        rater=rater,
        rater_kind=kind,
        scores=scores,
        at=values.time(record.get("at"), "at"),
        seconds=values.positive(record.get("seconds"), "seconds"),
        comment=values.text(record.get("comment"), "comment"),
        file=file,
        line=line,
    )


def _others(text: str) -> list[str]:
    """The second answer; of a ranking all after the first, which an export writes as a list."""
    if text.startswith("[") and text.endswith("]"):
        try:
            found = json.loads(text)
        except ValueError:
            return [text]
        if len(found) > 1 and all(isinstance(one, str) and one and storable(one) for one in found):
            return [str(one) for one in found]
    return [text]


def _score(criterion: str, given: Any, turn: int, passage: int) -> ParsedScore:
    """A value that says there is none (N/A, empty, null) is a score that cannot be judged."""
    criterion = values.key(criterion, "criterion")
    if not criterion:
        raise RefusedError("no_criterion", _("A score names no criterion; it must. Add its key."))
    said = given if isinstance(given, dict) else {"value": given}
    value = said.get("value")
    text = values.text(said.get("text"), "text")
    if bool(said.get("cannot_judge")) or (values.is_nothing(value) and not text):
        reason = said.get("cannot_judge")
        text = text or (reason if isinstance(reason, str) else "")
        return ParsedScore(criterion, turn, passage, cannot_judge=True, text=text)
    return ParsedScore(criterion, turn, passage, _value(value, criterion), text=text)


def _value(value: Any, criterion: str) -> ScoreValue:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float) or value is None:
        return value
    if isinstance(value, list) and all(isinstance(label, str) for label in value):
        return tuple(value)
    raise RefusedError(
        "wrong_type",
        _("Criterion %(criterion)s has %(kind)s as value; it must be a key, a number or a list.")
        % {"criterion": criterion, "kind": values.kind_of(value)},
    )


def _is_unit(key: str) -> bool:
    turn, colon, passage = key.partition(":")
    return turn.isdecimal() and (not colon or passage.isdecimal())


def _number(cell: str | None, field: str) -> int:
    """A turn or passage number; an empty cell means none."""
    found = values.number(cell, field)
    if found is not None and not found.is_integer():
        raise RefusedError(
            "not_whole",
            _("Field %(field)s holds %(value)s; it must be a whole number. Correct it.")
            % {"field": field, "value": cell},
        )
    return -1 if found is None else int(found)
