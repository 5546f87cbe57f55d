"""Who was not content: only they are told that an answer was mended.

Of a choice, of words and of a scale of the application's own nobody but its readers can say whether
it complains, so it may.
"""

from collections.abc import Mapping

from django.db.models import Q

from surveys.models import CurrentFeedback, Kind

CONTENT: Mapping[str, range] = {
    Kind.THUMB: range(1, 2),
    Kind.STAR5: range(4, 6),
    Kind.CSAT: range(4, 6),
    Kind.CES: range(5, 8),
    Kind.NPS: range(7, 11),
    Kind.PAIRWISE: range(3),  # one of the two was good enough, or both were
}
"""The positions of those who are content, by kind."""


def complains(row: CurrentFeedback) -> bool:
    """Whether somebody says something, and was not content."""
    return row.value is not None and row.value not in CONTENT.get(row.kind, ())


def complaining() -> Q:
    """The same of rows in the database."""
    found = Q(value__isnull=False)
    for kind, places in CONTENT.items():
        found &= ~Q(kind=kind, value__in=list(places))
    return found
