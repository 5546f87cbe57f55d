"""How long feedback is kept: what a project's rules no longer allow goes, with its sums.

Feedback of one respondent on one answer goes as a whole, counted from its last change, so that what
is left always follows from the events that are left.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from conversations.leaves import changed_leaves, leaves_of
from surveys.folding import ABOUT_AN_ANSWER, Tally
from surveys.models import Answer, CurrentFeedback, FeedbackEvent, FeedbackRules, Response
from surveys.services.folding import events_in, take_from_survey_days
from surveys.services.forgetting import forget_response
from surveys.services.joining import tell_routes
from surveys.services.projection import hold, remove, write

AT_ONCE = 500
OF_SURVEYS, WITH_COMMENTS = "kind = ''", "NOT (comment = '')"
"""Conditions of the indexes `event_of_survey` and `event_with_comment`."""


def clean(now: datetime) -> None:
    """Once an hour: each project by its own rules, a batch a transaction."""
    rules = FeedbackRules.objects.exclude(keep_days=None, keep_comment_days=None)
    for one in rules.order_by("project"):
        if one.keep_days is not None:
            before = now - timedelta(days=one.keep_days)
            while remove_batch(one.project_id, before) or remove_other(one.project_id, before):
                pass
            while remove_responses(one.project_id, before, now):
                pass
        if one.keep_comment_days is not None:
            before = now - timedelta(days=one.keep_comment_days)
            while remove_comments(one.project_id, before):
                pass
            while remove_words(one.project_id, before):
                pass


@transaction.atomic
def remove_batch(project: int, before: datetime) -> int:
    """Feedback that last changed before then, with all its events; how many rows."""
    hold(project)
    rows = list(
        CurrentFeedback.objects.filter(project=project, at__lt=before).order_by("at")[:AT_ONCE]
    )
    for some in _of_few_respondents(rows):
        _delete_events(some)
    remove(rows)
    tell_routes(project, rows)
    return len(rows)


def _of_few_respondents(rows: Collection[CurrentFeedback]) -> Iterator[list[CurrentFeedback]]:
    by_respondent: dict[int, list[CurrentFeedback]] = {}
    for row in rows:
        by_respondent.setdefault(row.respondent_id, []).append(row)
    yield from by_respondent.values()


def _delete_events(rows: Collection[CurrentFeedback]) -> None:
    """All events of one respondent about these answers."""
    about = {(row.conversation_key, row.message, row.kind) for row in rows}
    events = FeedbackEvent.objects.filter(
        respondent=next(iter(rows)).respondent_id,
        conversation_key__in={key for key, _message, _kind in about},
        type__in=ABOUT_AN_ANSWER,
    ).values_list("pk", "conversation_key", "message", "kind")
    found = [pk for pk, *named in events if tuple(named) in about]
    FeedbackEvent.objects.filter(pk__in=found).delete()


@transaction.atomic
def remove_other(project: int, before: datetime) -> int:
    """Events of surveys from before then; how many."""
    hold(project)
    events = events_in(old_events(project, before, OF_SURVEYS)[:AT_ONCE])
    take_from_survey_days(project, events)
    FeedbackEvent.objects.filter(pk__in=[event.pk for event in events]).delete()
    return len(events)


@transaction.atomic
def remove_comments(project: int, before: datetime) -> int:
    """The words of feedback from before then; what was chosen stays. How many events."""
    hold(project)
    old = old_events(project, before, WITH_COMMENTS)
    events = list(old.values_list("pk", flat=True)[:AT_ONCE])
    rows = list(CurrentFeedback.objects.filter(project=project, event_id__in=events))
    tally = Tally(rows)
    for row in rows:
        row.comment = ""
    write(rows, tally, Tally(rows), ["comment"])
    FeedbackEvent.objects.filter(pk__in=events).update(comment="")
    return len(events)


@transaction.atomic
def remove_responses(project: int, before: datetime, now: datetime) -> int:
    """Filled forms that last changed before then; how many."""
    old = Response.objects.filter(project=project, updated_at__lt=before, erased_at=None)
    rows = list(old.select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])
    for one in rows:
        forget_response(response=one, now=now)
    return len(rows)


@transaction.atomic
def remove_words(project: int, before: datetime) -> int:
    """The words in forms from before then, also as they were sent; how many."""
    old = Answer.objects.filter(response__project=project, response__updated_at__lt=before)
    rows = list(old.exclude(text="").order_by("response", "pk")[:AT_ONCE])
    said: dict[int, set[str]] = defaultdict(set)
    for one in rows:
        said[one.response_id].add(one.text)
    responses = Response.objects.select_for_update(of=("self",)).filter(pk__in=said)
    for response in responses.order_by("pk"):
        gone = {path: "" for path, text in leaves_of(response.answers) if text in said[response.pk]}
        response.answers = changed_leaves(response.answers, gone)
        response.save(update_fields=["answers"])
    Answer.objects.filter(pk__in=[one.pk for one in rows]).update(text="")
    return len(rows)


def old_events(project: int, before: datetime, which: str) -> "QuerySet[FeedbackEvent]":
    """Folded events from before then, the oldest first.

    What they are is spelled out as in their index: SQLite takes an index over some rows only where
    it can read that in the statement.
    """
    rows = FeedbackEvent.objects.filter(
        RawSQL(which, [], BooleanField()),  # noqa: S611  # words of ours
        project=project,
        at__lt=before,
    )
    return rows.exclude(respondent=None).order_by("at", "pk")
