"""Rows of a file as responses: some at a time, each once, whatever is killed in between."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from conversations.importers import LineError, Source
from conversations.importers.csv_rows import Row
from core.errors import DomainError
from surveys.answering import values_of
from surveys.importing.plan import plan_from
from surveys.importing.reading import Answered, Reader
from surveys.importing.table import Table
from surveys.models import Answer, Respondent, Response, ResponseImport, Survey, SurveyVersion
from surveys.services.answer_scrubbing import Scrub, scrub_of, scrubbed_answers
from surveys.services.responses import answer_rows

ROWS_AT_ONCE = 200
KEPT_REFUSED = 1_000
RAW = 2_000
Step: TypeAlias = Callable[[int], None]


@dataclass(slots=True)
class Lot:
    """Some consecutive rows, read: what may be stored and what may not."""

    last_line: int = 0
    answered: list[tuple[int, Answered]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


def lots(table: Table, reader: Reader, after: int = 0) -> Iterator[Lot]:
    """The rows behind a line of the file, in lots."""
    lines = (line for line in table.lines() if line.line > after)
    while some := list(islice(lines, ROWS_AT_ONCE)):
        lot = Lot(some[-1].line)
        for line in some:
            if isinstance(line, LineError):
                raw = (line.raw or b"").decode("utf-8", "replace")
                lot.refused.append(_refusal(line.line, "", line.code, line.reason, raw))
                continue
            found = reader.read(line.cells)
            if found.refused:
                lot.refused += _refusals(table, line, found)
            else:
                lot.answered.append((line.line, found))
        yield lot


def _refusals(table: Table, row: Row, found: Answered) -> list[dict[str, Any]]:
    """Every cell that is no answer; the row is left out as a whole."""
    raw = row.raw.decode("utf-8", "replace").rstrip("\r\n")
    refused = []
    for cell in found.refused:
        column = table.columns[cell.column]
        name = " – ".join(filter(None, (column.question, column.option)))
        refused.append(_refusal(row.line, name, cell.code, cell.reason, raw))
    return refused


def _refusal(line: int, column: str, code: str, reason: str, raw: str) -> dict[str, Any]:
    return {
        "line": line,
        "column": column[:200],
        "code": code,
        "reason": reason,
        "raw": raw.replace("\x00", "")[:RAW],
    }


def import_rows(
    *,
    run: ResponseImport,
    version: SurveyVersion,
    source: Source,
    after: int = 0,
    now: datetime,
    step: Step = lambda _line: None,
) -> None:
    """All rows behind a line; `step` is called within the transaction of each lot."""
    plan = plan_from(run.plan)
    reader = Reader(plan)
    for lot in lots(Table(source, plan.header_rows), reader, after):
        store_lot(run=run, version=version, reader=reader, lot=lot, now=now, step=step)


@transaction.atomic
def store_lot(
    *,
    run: ResponseImport,
    version: SurveyVersion,
    reader: Reader,
    lot: Lot,
    now: datetime,
    step: Step,
) -> None:
    """Store the rows that are not there yet, and count all of them."""
    require_reading(run)
    survey = version.survey
    _scrub(lot, reader, scrub_of(survey.project_id))
    rows: dict[UUID, tuple[int, Answered]] = {}
    again: list[tuple[int, Answered]] = []
    for line, found in lot.answered:
        uid = uid_of(survey, run.digest, line, found)
        if rows.setdefault(uid, (line, found))[1] is not found:
            again.append((line, found))
    known = dict(Response.objects.filter(uid__in=rows, survey=survey).values_list("uid", "answers"))
    erased = set(
        Response.objects.filter(uid__in=known, erased_at__isnull=False).values_list(
            "uid", flat=True
        )
    )
    answers = {uid: found.answers for uid, (_line, found) in rows.items()} | known
    changed = [
        (line, found)
        for line, found in [*rows.values(), *again]
        if (uid := uid_of(survey, run.digest, line, found)) not in erased
        and answers[uid] != found.answers
    ]
    new = {uid: row for uid, row in rows.items() if uid not in known}
    lot.refused += [_changed(line, found) for line, found in changed]
    _store(run, version, reader, new, now)
    n_refused = len({one["line"] for one in lot.refused})
    run.n_new += len(new)
    run.n_unchanged += len(known) + len(again) - len(changed)
    run.n_refused += n_refused
    run.refused = (run.refused + lot.refused)[:KEPT_REFUSED]
    run.save(update_fields=["n_new", "n_unchanged", "n_refused", "refused"])
    Survey.objects.filter(pk=survey.pk).update(n_complete=F("n_complete") + len(new))
    step(lot.last_line)


def _scrub(lot: Lot, reader: Reader, scrub: Scrub) -> None:
    """Also what is kept of refused rows, to be corrected in the file itself."""
    for _line, found in lot.answered:
        found.answers = scrubbed_answers(scrub, reader.document, found.answers)
    for one in lot.refused:
        one["raw"], one["reason"] = scrub(one["raw"]), scrub(one["reason"])


def uid_of(survey: Survey, digest: str, line: int, found: Answered) -> UUID:
    """The same id in a survey is the same response; without ids the same row of the same file."""
    return uuid5(survey.uid, f"id:{found.id}" if found.id else f"{digest}:{line}")


def _changed(line: int, found: Answered) -> dict[str, Any]:
    reason = _(
        "Respondent “%(id)s” is in this survey already, with other answers. Erase those first, or "
        "leave the row out."
    )
    return _refusal(line, "", "changed", reason % {"id": found.id}, "")


def require_reading(run: ResponseImport) -> None:
    """Under its lock: somebody may have discarded it since the rows before these."""
    now = ResponseImport.objects.select_for_update(of=("self",)).only("state").get(pk=run.pk)
    if now.state != ResponseImport.State.IMPORTING:
        raise DomainError(
            _("“%(file)s” is %(state)s, so no more of its rows come in.")
            % {"file": run, "state": now.get_state_display()}
        )


def _store(
    run: ResponseImport,
    version: SurveyVersion,
    reader: Reader,
    rows: Mapping[UUID, tuple[int, Answered]],
    now: datetime,
) -> None:
    people = _respondents(
        version.survey, {uid: _key(uid, found) for uid, (_l, found) in rows.items()}
    )
    responses = [
        _response(version, reader, uid, people[_key(uid, found)], line, found, now)
        for uid, (line, found) in rows.items()
    ]
    for response in responses:
        response.run = run
    Response.objects.bulk_create(responses)
    document = reader.document
    values: list[Answer] = []
    for response in responses:
        values += answer_rows(response, values_of(document, response.answers))
    Answer.objects.bulk_create(values, batch_size=2_000)


def _key(uid: UUID, found: Answered) -> str:
    return f"s:{found.id}" if found.id else f"m:{uid.hex}"


def _respondents(survey: Survey, keys: Mapping[UUID, str]) -> dict[str, Respondent]:
    wanted = sorted(set(keys.values()))
    Respondent.objects.bulk_create(
        [Respondent(project_id=survey.project_id, key=key) for key in wanted],
        ignore_conflicts=True,
    )
    found = Respondent.objects.filter(project_id=survey.project_id, key__in=wanted)
    return {respondent.key: respondent for respondent in found}


def _response(
    version: SurveyVersion,
    reader: Reader,
    uid: UUID,
    respondent: Respondent,
    line: int,
    found: Answered,
    now: datetime,
) -> Response:
    started = found.started or found.finished or now
    finished = found.finished or started
    is_timed = found.started is not None and found.finished is not None
    answered = [q.name for q in reader.document.questions if q.name in found.answers]
    return Response(
        uid=uid,
        project_id=version.survey.project_id,
        survey=version.survey,
        version=version,
        respondent=respondent,
        source=Response.Source.IMPORT,
        state=Response.State.COMPLETE,
        answers=found.answers,
        last_question=answered[-1] if answered else "",
        locale=reader.plan.language,
        started_at=started,
        updated_at=now,
        finished_at=finished,
        seconds=max(0, int((finished - started).total_seconds())) if is_timed else None,
        row=line,
    )
