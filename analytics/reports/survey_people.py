"""Who answered a survey, and their answers on scales as columns, one place a person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import QuerySet
from django.utils import timezone

from surveys.models import Answer, Response, Survey
from surveys.questions import Question, Type

READ = 20_000
"""Responses that are looked at one by one, the newest; counts of answers are of all."""
FEWEST_PEOPLE = 5
"""People from which on a group is shown: fewer could be known by their answers."""

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Column: TypeAlias = "npt.NDArray[np.float64]"
Part: TypeAlias = tuple[str, str]
"""Question, and its part (empty for questions of one value)."""


@dataclass(frozen=True, slots=True)
class SurveyWanted:
    """Which responses a report is of."""

    version: int | None = None
    locale: str = ""
    complete_only: bool = False

    @property
    def is_narrow(self) -> bool:
        return bool(self.version or self.locale or self.complete_only)

    def responses(self, survey: Survey) -> QuerySet[Response]:
        rows = Response.objects.filter(survey=survey, erased_at=None)
        if self.version:
            rows = rows.filter(version__number=self.version)
        if self.locale:
            rows = rows.filter(locale=self.locale)
        return rows.filter(state=Response.State.COMPLETE) if self.complete_only else rows

    def answers(self, survey: Survey) -> QuerySet[Answer]:
        """Of what was erased no answers are left, so no response need be looked at."""
        rows = Answer.objects.filter(survey=survey).order_by()
        if self.version:
            rows = rows.filter(response__version__number=self.version)
        if self.locale:
            rows = rows.filter(response__locale=self.locale)
        if self.complete_only:
            rows = rows.filter(response__state=Response.State.COMPLETE)
        return rows


@dataclass(frozen=True, slots=True)
class Person:
    """One response without its answers."""

    version: int
    locale: str
    variant: str
    context: Mapping[str, Any]
    is_complete: bool
    seconds: int | None
    day: date
    order: Mapping[str, Sequence[str]]

    def property(self, name: str) -> str:
        """What a person has of a property: locale, variant, or a key of the context."""
        if name in ("locale", "variant"):
            return self.locale if name == "locale" else self.variant
        value = self.context.get(name.removeprefix("context."), "")
        return "" if value is None or isinstance(value, dict | list) else str(value)[:60]


@dataclass(frozen=True, slots=True)
class People:
    """Everybody looked at one by one.

    Attributes:
        persons: The newest first.
        columns: Answers by question and part, NaN where none was given; one place a person.
        is_cut: There are more than were looked at.
    """

    persons: Sequence[Person]
    columns: Mapping[Part, "Column"] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def n(self) -> int:
        return len(self.persons)

    def column(self, question: str, part: str = "") -> "Column":
        import numpy as np

        found = self.columns.get((question, part))
        return np.full(self.n, np.nan) if found is None else found

    def block(self, question: str, parts: Sequence[str]) -> "Column":
        """Shape (people, parts)."""
        import numpy as np

        return np.column_stack([self.column(question, part) for part in parts])

    def answered(self) -> "Column":
        """How many values each person gave on scales."""
        import numpy as np

        total = np.zeros(self.n)
        for column in self.columns.values():
            total += np.isfinite(column)
        return total


def people_of(
    survey: Survey, wanted: SurveyWanted, questions: Sequence[Question], limit: int = READ
) -> People:
    """The newest people, with what they answered to questions of one value or of a block."""
    fields = (
        "pk", "version__number", "locale", "variant_name", "context", "state", "seconds",
        "started_at", "order",
    )  # fmt: skip
    rows = list(wanted.responses(survey).order_by("-id").values_list(*fields)[: limit + 1])
    is_cut = len(rows) > limit
    rows = rows[:limit]
    place = {row[0]: at for at, row in enumerate(rows)}
    persons = [
        Person(
            version=row[1],
            locale=row[2],
            variant=row[3],
            context=row[4] if isinstance(row[4], dict) else {},
            is_complete=row[5] == Response.State.COMPLETE,
            seconds=row[6],
            day=timezone.localdate(row[7]),
            order=row[8] if isinstance(row[8], dict) else {},
        )
        for row in rows
    ]
    return People(
        persons, _columns(survey, wanted, questions, place, rows[-1][0] if rows else 0), is_cut
    )


def _columns(
    survey: Survey,
    wanted: SurveyWanted,
    questions: Sequence[Question],
    place: Mapping[int, int],
    oldest: int,
) -> "dict[Part, Column]":
    import numpy as np

    found: dict[Part, Column] = {}
    if not place:
        return found
    names = [q.name for q in questions if q.type not in (Type.MULTI, Type.RANKING)]
    rows = wanted.answers(survey).filter(
        question__in=names, value__isnull=False, response__gte=oldest
    )
    values: Iterator[tuple[int, str, str, int | None]] = rows.values_list(
        "response_id", "question", "part", "value"
    ).iterator(chunk_size=5_000)
    for response, question, part, value in values:
        at = place.get(response)
        if at is None:
            continue
        column = found.get((question, part))
        if column is None:
            column = found[question, part] = np.full(len(place), np.nan)
        column[at] = value
    return found
