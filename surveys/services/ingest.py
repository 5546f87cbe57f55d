"""Taking events in: checked, stored by one durable statement, and folded soon after."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from django.db import connections, transaction

from core.many_rows import arrays_of, fields_of
from core.prepared import cursor_of
from surveys.buckets import Buckets
from surveys.envelopes import Envelope
from surveys.incoming import Row, Sender, row_of
from surveys.ingest_words import EventRefusedError, RequestRefusedError, origin_name
from surveys.known_keys import KnownKey, known_key
from surveys.models.events import FeedbackEvent, Trust
from surveys.services.soon import fold_soon
from surveys.tokens import Claims, TokenError, read, respondent_key_of

buckets = Buckets()
WEB = FeedbackEvent.Source.WEB.value
SIGNED, ORIGIN, OPEN = Trust.SIGNED.value, Trust.ORIGIN.value, Trust.OPEN.value

TABLE = FeedbackEvent._meta.db_table
COLUMNS = ", ".join(Row._fields)
PLACES = f"({', '.join(['%s'] * len(Row._fields))})"
FIELDS = fields_of(FeedbackEvent, Row._fields)
INSERT = f"INSERT INTO {TABLE} ({COLUMNS}) "
UNLESS_KNOWN = " ON CONFLICT (project_id, uid) DO NOTHING RETURNING uid"
BY_UID = itemgetter(Row._fields.index("uid"))
AS_ARRAYS = 20
"""So many rows and more take PostgreSQL half as long with one array a column."""
AT, RECEIVED = Row._fields.index("at"), Row._fields.index("received_at")
UID, REASONS, DATA = (Row._fields.index(name) for name in ("uid", "reasons", "data"))


@dataclass(frozen=True, slots=True)
class Taken:
    accepted: int
    duplicate: int
    errors: list[dict[str, Any]]


def take_in(envelope: Envelope, *, origin: str | None, now: datetime) -> Taken:
    """Store the good events of a request, each once, and say what is wrong with the others.

    Raises:
        RequestRefusedError: For the request as a whole; then nothing is stored.
    """
    key = known_key(envelope.key)
    if key is None:
        raise RequestRefusedError("unknown_key")
    rows, errors = _checked(envelope, key, origin, now)
    _refuse_too_much(key, rows, len(envelope.events))
    accepted = len(stored(rows)) if rows else 0
    if accepted:
        fold_soon()
    return Taken(accepted, len(rows) - accepted, errors)


def _checked(
    envelope: Envelope, key: KnownKey, origin: str | None, now: datetime
) -> tuple[list[Row], list[dict[str, Any]]]:
    senders: dict[str, Sender | str] = {}
    rows: list[Row] = []
    errors: list[dict[str, Any]] = []
    foreign = 0
    for raw in envelope.events:
        token = (type(raw) is dict and raw.get("token")) or envelope.token
        token = token if type(token) is str else "?"
        sender = senders.get(token)
        if sender is None:
            sender = senders[token] = _sender(envelope, key, origin, token, now)
        try:
            if type(sender) is str:
                foreign += sender == "origin_not_allowed"
                raise EventRefusedError(sender, origin=origin_name(origin))
            rows.append(row_of(raw, sender))  # type: ignore[arg-type]
        except EventRefusedError as refusal:
            errors.append(refusal.as_data(raw.get("id") if type(raw) is dict else None))
    if foreign and foreign == len(envelope.events):
        raise RequestRefusedError("origin_not_allowed", origin=origin_name(origin))
    return rows, errors


def _sender(
    envelope: Envelope, key: KnownKey, origin: str | None, token: str, now: datetime
) -> Sender | str:
    """Who sends events with this token, or the code of why they are not taken."""
    claims: Claims | None = None
    respondent = envelope.respondent
    if token:
        try:
            claims = read(token, key, now.timestamp())
        except TokenError as error:
            return error.code
        trust, respondent = SIGNED, respondent_key_of(claims)
    elif not key.origins:
        trust = OPEN
    elif origin in key.origins:
        trust = ORIGIN
    else:
        return "origin_not_allowed"
    return Sender(
        project=key.project,
        key=key.pk,
        source=WEB,
        trust=trust,
        respondent=respondent,
        claims=claims,
        received=now,
        behind=envelope.behind,
        scrub=key.scrub,
    )


def _refuse_too_much(key: KnownKey, rows: Sequence[Row], n_events: int) -> None:
    wanted: list[tuple[Any, int, int]] = [(key.pk, max(1, n_events), key.per_minute)]
    of_each: dict[str, int] = {}
    for row in rows:
        of_each[row.respondent_key] = of_each.get(row.respondent_key, 0) + 1
    wanted += [((key.pk, name), count, key.per_minute_each) for name, count in of_each.items()]
    if seconds := buckets.take(wanted):
        raise RequestRefusedError("too_many_requests", retry_after=seconds)


def stored(rows: Sequence[Row]) -> list[UUID]:
    """Store rows by one statement that is durable when this returns; the uids that are new.

    Known ones stay as they are, whatever comes under their uid. Rows go in by their uid, so that
    two requests with the same events never wait for each other. A caller's transaction is joined;
    without one, PostgreSQL makes its own of the statement, while on SQLite a turn is waited for.
    """
    database = connections["default"]
    is_sqlite = database.vendor == "sqlite"
    in_order = sorted(rows, key=BY_UID) if len(rows) > 1 else rows
    adapted = database.ops.adapt_datetimefield_value if is_sqlite else None
    prepared = [_prepared(row, adapted) for row in in_order]
    if len(prepared) < AS_ARRAYS or is_sqlite:
        statement = INSERT + "VALUES " + ", ".join([PLACES] * len(prepared)) + UNLESS_KNOWN
        values: list[Any] = [value for row in prepared for value in row]
    else:
        statement = f"{INSERT}SELECT * FROM unnest({_arrays()}){UNLESS_KNOWN}"  # noqa: S608  # names of ours
        values = [list(column) for column in zip(*prepared, strict=True)]
    with transaction.atomic() if is_sqlite else nullcontext():
        cursor = cursor_of(database)
        cursor.execute(statement, values)
        return [uid if type(uid) is UUID else UUID(uid) for (uid,) in cursor.fetchall()]


@cache
def _arrays() -> str:
    return arrays_of(FIELDS)


def _prepared(row: Row, adapted: Callable[[datetime], str | None] | None) -> list[Any]:
    """The values as the driver takes them; SQLite knows neither times nor uids."""
    values: list[Any] = list(row)
    values[REASONS] = orjson.dumps(row.reasons).decode() if row.reasons else "[]"
    values[DATA] = orjson.dumps(row.data).decode()
    if adapted:
        values[UID], values[AT], values[RECEIVED] = (
            row.uid.hex, adapted(row.at), adapted(row.received_at),
        )  # fmt: skip
    return values
