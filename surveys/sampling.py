"""Who is asked: a share of all respondents, no more a day than wished, and nobody too often.

Whether somebody belongs to the share follows from who they are, so asking twice gives one answer,
and `p` is known for each who was asked: averages can be weighted back to all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

DAY = timedelta(days=1)
GOLDEN = (5**0.5 - 1) / 2
MOST_FOR_ONE = 1_000
"""Whatever chance an event says it had: nobody fills a column of sums by a few of them."""


@dataclass(frozen=True)
class Asking:
    """A survey's rules of asking; see the fields of `Survey` and `FeedbackRules`."""

    salt: str
    p: float
    cap_per_day: int | None
    cooldown_days: int
    project_cooldown_days: int


@dataclass(frozen=True)
class Past:
    """When somebody last answered or saw this survey, and any of the project's."""

    this_survey: datetime | None = None
    any_survey: datetime | None = None


def is_sampled(respondent_key: str, salt: str, p: float) -> bool:
    """Sticky: one respondent and one survey give the same answer for as long as p is the same.

    Raising p keeps everybody who was in.
    """
    digest = sha256(f"{salt}\0{respondent_key}".encode()).digest()
    return int.from_bytes(digest[:8]) < p * 2**64


def stands_for(p: float | None, mark: int) -> int:
    """How many respondents one who was drawn with this chance stands for: 1/p, as a whole number.

    What is over is rounded by the mark, so that sums over marks that follow each other are right.

    >>> [stands_for(p, 7) for p in (None, 1.0, 0.5, 0.1)]
    [1, 1, 2, 10]
    >>> abs(sum(stands_for(0.3, mark) for mark in range(3_000)) - 10_000) < 2
    True
    """
    if p is None:
        return 1
    wanted = min(1 / p, MOST_FOR_ONE)
    return int(wanted) + (mark * GOLDEN % 1 < wanted % 1)


def places_by(cap: int, now: datetime) -> int:
    """How many of a day's places are open at this time of day: they open evenly, the first at once.

    >>> from datetime import UTC
    >>> [places_by(24, datetime(2026, 11, 2, hour, tzinfo=UTC)) for hour in (0, 1, 12, 23)]
    [1, 2, 13, 24]
    """
    begun = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return min(cap, int(cap * ((now - begun) / DAY)) + 1) if cap else 0


def why_not_asked(
    asking: Asking, *, respondent_key: str, past: Past, asked_today: int, now: datetime
) -> str:
    """`sample`, `cap`, `cooldown` or `project_cooldown`; empty for who is to be asked now."""
    if not is_sampled(respondent_key, asking.salt, asking.p):
        return "sample"
    if _is_recent(past.this_survey, asking.cooldown_days, now):
        return "cooldown"
    if _is_recent(past.any_survey, asking.project_cooldown_days, now):
        return "project_cooldown"
    if asking.cap_per_day is not None and asked_today >= places_by(asking.cap_per_day, now):
        return "cap"
    return ""


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _is_recent(moment: datetime | None, days: int, now: datetime) -> bool:
    return moment is not None and now - moment < timedelta(days=days)
