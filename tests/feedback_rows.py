"""Feedback for tests of reports: what stands now and its roll-up, without the events behind it."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from django.db.models import F

from accounts.models import Project
from surveys.models import CurrentFeedback, FeedbackCell, Mode, Respondent, Trust

DAY = date(2026, 11, 2)


def give(
    project: Project,
    variant: str,
    values: Iterable[int | None],
    *,
    respondent: str = "",
    kind: str = "thumb",
    day: date = DAY,
    trust: str = Trust.SIGNED,
    shown: bool = True,
    language: str = "en",
    instrument: int = 1,
    context: dict[str, Any] | None = None,
) -> None:
    """One row a value; None was shown and said nothing. Without a respondent each is another's."""
    values = list(values)
    people = respondents(project, [f"s:{respondent or uuid4().hex}" for _value in values])
    CurrentFeedback.objects.bulk_create(
        CurrentFeedback(
            project=project,
            respondent=person,
            target=uuid4(),
            kind=kind,
            conversation_key=uuid4().hex,
            message="m1",
            variant_name=variant,
            language=language,
            shown=shown,
            value=value,
            day=day,
            at=datetime.combine(day, time(12), UTC),
            event_id=1,
            trust=trust,
            locale=language,
            instrument=instrument,
            mode=Mode.UNSOLICITED,
            context=context or {},
        )
        for person, value in zip(people, values, strict=True)
    )
    if not values:
        return
    cell, _made = FeedbackCell.objects.get_or_create(
        project=project,
        day=day,
        kind=kind,
        variant_name=variant,
        language=language,
        locale=language,
        trust=trust,
        mode=Mode.UNSOLICITED,
        widget=0,
        instrument=instrument,
    )
    given = Counter(f"v{value}" for value in values if value is not None)
    seen = {"n_shown": len(values), "n_answered": given.total()} if shown else {}
    FeedbackCell.objects.filter(pk=cell.pk).update(
        **{name: F(name) + n for name, n in {**given, **seen}.items()}
    )


def respondents(project: Project, keys: list[str]) -> list[Respondent]:
    """In the order of the keys, which may repeat."""
    Respondent.objects.bulk_create(
        [Respondent(project=project, key=key) for key in dict.fromkeys(keys)], ignore_conflicts=True
    )
    known = {one.key: one for one in project.respondents.filter(key__in=set(keys))}
    return [known[key] for key in keys]
