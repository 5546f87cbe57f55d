"""What comes in right now: the last minutes, from the newest rows alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Project
from analytics.reports.feedback_words import Said, newest, said
from surveys.models import CurrentFeedback

MINUTES = 15
READ = 10_000
"""Rows looked at; where more came in than that, the earliest minutes are left out."""
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Minute:
    start: datetime
    shown: int
    given: int
    is_whole: bool  # all its rows were looked at
    height: float  # of 100, the most of all minutes


@dataclass(frozen=True, slots=True)
class Live:
    minutes: Sequence[Minute]
    most: int  # feedback in one minute: what the highest bar stands for
    n_given: int
    n_shown: int
    is_cut: bool
    newest: Sequence[Said]
    version: str
    """The same as long as nothing came in and no minute began."""


def live(project: Project, now: datetime) -> Live:
    this = now.replace(second=0, microsecond=0)
    since = this - timedelta(minutes=MINUTES - 1)
    rows = CurrentFeedback.objects.filter(project=project, at__gte=since, at__lte=now)
    found = list(rows.order_by("-at").values_list("at", "value", "shown")[:READ])
    is_cut = len(found) == READ
    edge = found[-1][0] if is_cut else since
    given = Counter(_minute(at) for at, value, _shown in found if value is not None)
    shown = Counter(_minute(at) for at, _value, shown in found if shown)
    most = max(given.values(), default=0)
    starts = [since + timedelta(minutes=n) for n in range(MINUTES)]
    latest = newest(
        CurrentFeedback.objects.filter(
            Q(value__isnull=False) | ~Q(comment=""), project=project, at__lte=now
        )
    )[:SHOWN]
    told = [said(row) for row in latest]
    last = found[0][0] if found else since
    return Live(
        minutes=[
            Minute(
                start, shown[start], given[start], start >= edge, 100 * given[start] / max(1, most)
            )
            for start in starts
        ],
        most=most,
        n_given=sum(given.values()),
        n_shown=sum(shown.values()),
        is_cut=is_cut,
        newest=told,
        version=f"{this:%H%M}-{last:%H%M%S%f}-{len(found)}",
    )


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
