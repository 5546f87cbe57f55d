"""Folding: from the events that came in to what holds now, exactly once in effect.

A batch is one transaction that marks its events as folded. A worker that is killed leaves all of it
to the next one, and two workers at once take turns.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import ExpressionWrapper, F, QuerySet, TextField
from django.utils import timezone

from core.collecting import rarely_collected
from surveys.folding import (
    ABOUT_AN_ANSWER,
    Event,
    Tally,
    Type,
    day_of,
    merge,
    new_feedback,
    target_of,
)
from surveys.models import (
    CurrentFeedback,
    FeedbackEvent,
    Mode,
    Respondent,
    Response,
    Survey,
    SurveyDay,
)
from surveys.sampling import stands_for
from surveys.services.joining import join, tell_routes
from surveys.services.projection import Key, hold, rows_of, write
from surveys.services.webhook_messages import Fact, listeners, queue
from surveys.webhook_events import (
    CHANGED,
    CREATED,
    RETRACTED,
    Said,
    event_between,
    feedback_data,
    payload,
    said_in,
)

AT_ONCE = {"sqlite": 500, "postgresql": 2_000}
"""Events of a batch: more take less time each, but on SQLite whoever writes waits for all of it."""
COLUMNS = [
    ExpressionWrapper(F(name), TextField()) if name in ("at", "reasons", "data") else name
    for name in Event._fields
]
"""JSON comes as text, and times as the driver gives them: the ORM takes several times longer."""
AT = Event._fields.index("at")
TABLE = FeedbackEvent._meta.db_table
MARK_ONE = f"UPDATE {TABLE} SET respondent_id = %s WHERE id = %s"  # noqa: S608  # ours
MARK_THESE = f"""
    UPDATE {TABLE} SET respondent_id = whose.respondent
    FROM unnest(%s::bigint[], %s::bigint[]) AS whose(event, respondent)
    WHERE id = whose.event"""  # noqa: S608  # ours
SURVEY_COLUMNS: Mapping[str, str] = {
    Type.SURVEY_SHOWN: "n_shown",
    Type.SURVEY_DISMISSED: "n_dismissed",
}
DAY_COLUMNS = (*SURVEY_COLUMNS.values(), "n_eligible")
"""What of a day follows from events."""
SOURCES: Mapping[str, Response.Source] = {
    FeedbackEvent.Source.WEB: Response.Source.WIDGET,
    FeedbackEvent.Source.SERVER: Response.Source.SERVER,
    FeedbackEvent.Source.LINK: Response.Source.LINK,
    FeedbackEvent.Source.IMPORT: Response.Source.IMPORT,
}


@transaction.atomic
def fold_batch(at_once: int | None = None) -> int:
    """Fold some of what waits, of one project; how many events, 0 when nothing waits."""
    waiting = FeedbackEvent.objects.filter(respondent=None).order_by("pk")
    project = waiting.values_list("project", flat=True).first()
    if project is None:
        return 0
    hold(project)
    with rarely_collected():
        return _fold_some(project, waiting, at_once or AT_ONCE[connection.vendor])


def _fold_some(project: int, waiting: "QuerySet[FeedbackEvent]", at_once: int) -> int:
    mine = waiting.filter(project=project).select_for_update(skip_locked=True)
    events = events_in(mine[:at_once])
    respondents = _respondents(project, sorted({event.respondent_key for event in events}))
    _fold(project, events, respondents)
    add_to_survey_days(survey_days(project, events))
    _mark(events, respondents)
    return len(events)


def events_in(rows: "QuerySet[FeedbackEvent]") -> list[Event]:
    return [
        Event._make((*row[:AT], _moment(row[AT]), *row[AT + 1 : -2], *map(orjson.loads, row[-2:])))
        for row in rows.values_list(*COLUMNS)
    ]


def _moment(stored: datetime) -> datetime:
    """SQLite's driver gives times of UTC that do not say so."""
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)


def _respondents(project: int, keys: Sequence[str]) -> dict[str, int]:
    """The respondents of these keys, made where they are new."""
    rows = Respondent.objects.filter(project=project, key__in=keys).values_list("key", "pk")
    known = dict(rows)
    if new := [key for key in keys if key not in known]:
        Respondent.objects.bulk_create(
            [Respondent(project_id=project, key=key) for key in new], ignore_conflicts=True
        )
        known = dict(rows.all())
    return known


def _fold(project: int, events: Iterable[Event], respondents: dict[str, int]) -> None:
    """Merge events into the rows that they are about, and change the sums by the differences."""
    about: dict[Key, list[Event]] = {}
    targets: dict[tuple[str, str, str], UUID] = {}
    for event in events:
        if event.type in ABOUT_AN_ANSWER:
            words = event.conversation_key, event.message, event.kind
            target = targets.get(words) or targets.setdefault(words, target_of(*words))
            about.setdefault((respondents[event.respondent_key], target), []).append(event)
    if not about:
        return
    rows = rows_of(project, about)
    hooks = listeners(project, CREATED, CHANGED, RETRACTED)
    said = {key: said_in(rows.get(key)) for key in about} if hooks else {}
    before = Tally(rows[key] for key in about if key in rows)
    for key, its_events in about.items():
        row = rows.get(key)
        if row is None:
            row = rows[key] = new_feedback(project, *key, its_events[0])
        for event in its_events:
            merge(row, event)
    changed = [rows[key] for key in about]
    join(project, changed)
    write(changed, before, Tally(changed))
    tell_routes(project, changed)
    if hooks:
        names = {pk: name for name, pk in respondents.items()}
        told = (_fact(rows[key], said[key], names[key[0]]) for key in about)
        queue(hooks, [fact for fact in told if fact], timezone.now())


def _fact(row: CurrentFeedback, before: Said | None, respondent: str) -> Fact | None:
    """What webhooks are told of a row, if it says something else than before."""
    event = event_between(before, said_in(row))
    if not event:
        return None
    data = feedback_data(row, respondent)
    return Fact(event, payload(event, row.at, data), row.respondent_id)


def _mark(events: Sequence[Event], respondents: Mapping[str, int]) -> None:
    """Say whose the events are: from now on they are folded."""
    whose = [respondents[event.respondent_key] for event in events]
    keys = [event.pk for event in events]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(MARK_THESE, [keys, whose])
        else:
            cursor.executemany(MARK_ONE, list(zip(whose, keys, strict=True)))


SurveyDays = Counter[tuple[int, int, date, str, str]]
"""(survey, version, day, source, column of `SurveyDay`) -> how often."""


def survey_days(project: int, events: Iterable[Event]) -> SurveyDays:
    """How often surveys were shown and put aside, and for how many the shown stand.

    What names no survey of the project is none.
    """
    told = [event for event in events if event.type in SURVEY_COLUMNS]
    counts: SurveyDays = Counter()
    if not told:
        return counts
    slugs = {event.data["survey"]["slug"] for event in told}
    surveys = Survey.objects.filter(project=project, slug__in=slugs)
    keys = dict(surveys.values_list("slug", "pk"))
    for event in told:
        named = event.data["survey"]
        if (survey := keys.get(named["slug"])) is not None:
            source, column = SOURCES[event.source].value, SURVEY_COLUMNS[event.type]
            where = survey, named["number"], day_of(event.at), source
            counts[*where, column] += 1
            if event.type == Type.SURVEY_SHOWN:
                p = event.p if event.mode == Mode.SOLICITED else None
                counts[*where, "n_eligible"] += stands_for(p, event.pk)
    return counts


def take_from_survey_days(project: int, events: Iterable[Event]) -> None:
    """The counts as if these folded events, which are about to go, had never come."""
    counts = survey_days(project, events)
    add_to_survey_days(Counter({key: -n for key, n in counts.items()}))


def add_to_survey_days(counts: SurveyDays) -> None:
    """Counts that may be below zero; the sums of a day never are."""
    for (survey, number, day, source), some in groupby(sorted(counts), key=lambda key: key[:4]):
        row, _made = SurveyDay.objects.get_or_create(
            survey_id=survey, number=number, day=day, source=source
        )
        more = {key[-1]: F(key[-1]) + counts[key] for key in some}
        SurveyDay.objects.filter(pk=row.pk).update(**more)
