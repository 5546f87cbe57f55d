"""How many people stand behind feedback: counted up to a bound, so that size costs nothing.

The roll-up counts feedback, not people. An index over what was answered holds all that a page is
filtered by (`feedback_answered`); of it as many rows are read as the bound says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Project
from analytics.reports.feedback_measures import FEWEST_PEOPLE
from analytics.reports.feedback_wanted import Wanted
from surveys.models import CurrentFeedback

READ = 20_000
"""Feedback looked at for the number of people of a report."""
READ_FOR_GROUP = 2_000
"""Feedback looked at to learn that a group has people enough."""


@dataclass(frozen=True, slots=True)
class People:
    n: int
    is_more: bool = False
    """There is more feedback than was looked at: there may be more people."""


def people_of(project: Project, wanted: Wanted, today: date) -> People:
    answered = _answered(project, wanted, today)
    found = list(answered.values_list("respondent", flat=True)[:READ])
    return People(len(set(found)), len(found) == READ)


def variants_with_people(
    project: Project, wanted: Wanted, today: date, names: Iterable[str]
) -> set[str]:
    """Those of the variants that enough people gave feedback on."""
    answered = _answered(project, wanted, today)
    return {
        name
        for name in names
        if len(
            set(
                answered.filter(variant_name=name).values_list("respondent", flat=True)[
                    :READ_FOR_GROUP
                ]
            )
        )
        >= FEWEST_PEOPLE
    }


def _answered(project: Project, wanted: Wanted, today: date) -> QuerySet[CurrentFeedback]:
    given = Q(project=project, kind=wanted.kind, value__isnull=False)
    rows = CurrentFeedback.objects.filter(given, wanted.rows(today, widget="key"))
    return rows.filter(wanted.trusted()).order_by()
