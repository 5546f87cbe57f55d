"""Proving what holds now, and the sums over it, from the events alone; and mending what differs.

Folding keeps differences, so a mistake of one day would stand for ever. This looks at every event
again, with the same rules and none of the shortcuts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from surveys.folding import (
    ABOUT_AN_ANSWER,
    COUNTS,
    CellKey,
    Tally,
    merge,
    new_feedback,
    target_of,
)
from surveys.joining import places_of, put
from surveys.models import (
    CurrentFeedback,
    FeedbackCell,
    FeedbackEvent,
    ReasonCell,
    Respondent,
    Response,
    SurveyDay,
)
from surveys.services.folding import (
    DAY_COLUMNS,
    SOURCES,
    SURVEY_COLUMNS,
    SurveyDays,
    add_to_survey_days,
    events_in,
    survey_days,
)
from surveys.services.projection import WRITTEN, Key, add_to_sums, hold, remove, write

AT_ONCE = 500
TOLD = 20
"""Differences told one by one; the others are counted."""

ATTRIBUTES = [
    field.attname for field in CurrentFeedback._meta.concrete_fields if field.name in WRITTEN
]
CELL_FIELDS = [name for name in CellKey._fields if name not in ("project_id", "widget")]


@dataclass
class Recount:
    """What was looked at, and what was not as it should be."""

    events: int = 0
    feedback: int = 0
    wrong_feedback: int = 0
    wrong_cells: int = 0
    wrong_days: int = 0
    told: list[str] = field(default_factory=list)

    def tell(self, sentence: str) -> None:
        if len(self.told) < TOLD:
            self.told.append(sentence)

    @property
    def is_right(self) -> bool:
        return not (self.wrong_feedback or self.wrong_cells or self.wrong_days)


def recount(project: int, *, mend: bool) -> Recount:
    """Compare the projection and the sums of a project with its folded events.

    Respondents are taken some at a time, so that folding goes on between them.
    """
    found = Recount()
    keys = Respondent.objects.filter(project=project).order_by("pk").values_list("pk", flat=True)
    last = 0
    while some := list(keys.filter(pk__gt=last)[:AT_ONCE]):
        _recount_feedback(project, some, found, mend=mend)
        last = some[-1]
    _recount_sums(project, found, mend=mend)
    _recount_days(project, found, mend=mend)
    return found


@transaction.atomic
def _recount_feedback(
    project: int, respondents: Sequence[int], found: Recount, *, mend: bool
) -> None:
    hold(project)
    stored = {
        (row.respondent_id, row.target): row
        for row in CurrentFeedback.objects.filter(respondent__in=respondents)
    }
    expected = _from_events(project, respondents, found)
    found.feedback += len(expected)
    surplus = [row for key, row in stored.items() if key not in expected]
    wrong = [key for key, row in expected.items() if _differences(stored.get(key), row)]
    for key in wrong:
        found.tell(_told(expected[key], _differences(stored.get(key), expected[key])))
    for row in surplus:
        found.tell(_told(row, ["no event tells of it"]))
    found.wrong_feedback += len(wrong) + len(surplus)
    if mend:
        before = Tally(stored[key] for key in wrong if key in stored)
        rows = [expected[key] for key in wrong]
        write(rows, before, Tally(rows))
        remove(surplus)


def _from_events(
    project: int, respondents: Sequence[int], found: Recount
) -> dict[Key, CurrentFeedback]:
    rows: dict[Key, CurrentFeedback] = {}
    events = FeedbackEvent.objects.filter(respondent__in=respondents).order_by("respondent", "pk")
    whose = events.values_list("respondent_id", flat=True)
    for respondent, event in zip(whose, events_in(events), strict=True):
        found.events += 1
        if event.type not in ABOUT_AN_ANSWER:
            continue
        key = (respondent, target_of(event.conversation_key, event.message, event.kind))
        if key not in rows:
            rows[key] = new_feedback(project, *key, event)
        merge(rows[key], event)
    places = places_of(project, {(row.conversation_key, row.message) for row in rows.values()})
    for row in rows.values():
        if place := places.get((row.conversation_key, row.message)):
            put(row, *place)
    return rows


def _differences(stored: CurrentFeedback | None, expected: CurrentFeedback) -> list[str]:
    if stored is None:
        return ["it is missing"]
    return [
        f"{name} is {getattr(stored, name)!r} instead of {getattr(expected, name)!r}"
        for name in ATTRIBUTES
        if getattr(stored, name) != getattr(expected, name)
    ]


def _told(row: CurrentFeedback, differences: Sequence[str]) -> str:
    about = f"{row.kind} of respondent {row.respondent_id} on {row.conversation_key}"
    return f"{about} {row.message}".rstrip() + f": {', '.join(differences)}."


@transaction.atomic
def _recount_sums(project: int, found: Recount, *, mend: bool) -> None:
    hold(project)
    differences = summed(project)
    differences.subtract(stored_sums(project))
    for key in differences.keys:
        found.wrong_cells += 1
        found.tell(f"The sums of {' '.join(str(part) for part in key)} differ.")
    if mend:
        add_to_sums(differences)


def summed(project: int) -> Tally:
    """The sums that the current feedback makes, by the database."""
    tally = Tally()
    given = CurrentFeedback.objects.filter(project=project)
    is_given = Q(value__isnull=False)
    counts: dict[str, Any] = {
        "n_shown": Count("pk", filter=Q(shown=True)),
        "n_answered": Count("pk", filter=Q(shown=True) & is_given),
        "n_comments": Count("pk", filter=is_given & ~Q(comment="")),
        "n_retracted": Count("pk", filter=Q(retracted=True)),
    } | {f"v{place}": Count("pk", filter=Q(value=place)) for place in range(11)}
    rows = given.annotate(widget=Coalesce("key_id", 0)).values(*CELL_FIELDS, "widget")
    for row in rows.annotate(**counts).order_by():
        key = _key_in(project, row)
        tally.counts.update({(key, name): row[name] for name in COUNTS})
    with_reasons = given.filter(is_given).exclude(reasons=[]).annotate(widget=Coalesce("key_id", 0))
    for row in with_reasons.values(*CELL_FIELDS, "widget", "value", "reasons").iterator():
        key = _key_in(project, row)
        tally.reasons.update((key, row["value"], reason) for reason in row["reasons"])
    return tally


def stored_sums(project: int) -> Tally:
    tally = Tally()
    for row in FeedbackCell.objects.filter(project=project).values(*CellKey._fields, *COUNTS):
        key = _key_in(project, row)
        tally.counts.update({(key, name): row[name] for name in COUNTS})
    reasons = ReasonCell.objects.filter(cell__project=project).values_list(
        *(f"cell__{name}" for name in CellKey._fields), "value", "reason", "n"
    )
    for *key_values, value, reason, n in reasons:
        tally.reasons[CellKey(*key_values), value, reason] += n
    return tally


def _key_in(project: int, row: dict[str, Any]) -> CellKey:
    return CellKey(
        **{name: row[name] for name in CELL_FIELDS}, project_id=project, widget=row["widget"]
    )


@transaction.atomic
def _recount_days(project: int, found: Recount, *, mend: bool) -> None:
    """How often widgets showed a survey, readers put it aside, and somebody began it."""
    hold(project)
    told = FeedbackEvent.objects.filter(project=project, type__in=SURVEY_COLUMNS)
    differences: SurveyDays = Counter()
    for events in _in_chunks(told.exclude(respondent=None).order_by("pk")):
        differences.update(survey_days(project, events))
    for row in SurveyDay.objects.filter(survey__project=project, source__in=SOURCES.values()):
        for column in DAY_COLUMNS:
            key = (row.survey_id, row.number, row.day, row.source, column)
            differences[key] -= getattr(row, column)
    for *where, more in _begun(project):
        survey, number, day, source = where
        differences[survey, number, day, source, "n_started"] += more
    wrong = {key: n for key, n in differences.items() if n}
    for key, n in wrong.items():
        found.wrong_days += 1
        found.tell(f"Survey {key[0]} on {key[2]}: {key[4]} differs by {n}.")
    if mend:
        add_to_survey_days(Counter(wrong))


def _begun(project: int) -> "QuerySet[Response, Any]":
    """Responses by survey, version, day and source, and what their days say, taken away.

    In one statement, because whoever begins a survey does not hold the projection: so a response
    is in both counts or in neither.
    """
    day = TruncDate("received_at", tzinfo=timezone.get_default_timezone())
    responses = Response.objects.filter(survey__project=project)
    begun = responses.exclude(source=Response.Source.IMPORT).order_by().annotate(day=day)
    days = SurveyDay.objects.filter(survey__project=project)
    return begun.values_list("survey", "version__number", "day", "source", Count("pk")).union(
        days.values_list("survey", "number", "day", "source", -F("n_started")), all=True
    )


def _in_chunks(rows: Any) -> Iterator[Any]:
    events = iter(events_in(rows))
    while some := list(islice(events, 10_000)):
        yield some
