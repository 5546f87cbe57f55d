"""What the tests of rater quality share: keyed items, and studies that use them."""

from typing import Any

from annotation.models import ExpectedAnswer, Item, Rater, Study, StudyRater
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit

FOUR = 3
"""The stored value of point 4."""


def expect(item: Item, value: int | None = FOUR, key: str = "helpful", **fields: Any) -> None:
    criterion = item.study.rubric_version.criteria.get(key=key)
    ExpectedAnswer.objects.create(
        item=item, criterion=criterion, **{"value": value, "at": NOW} | fields
    )


def keyed_study(study: Study, purpose: str, items: int = 3, **fields: Any) -> Study:
    """A study of this purpose by the same rubric version whose items all expect a 4."""
    keyed = factories.make_study(
        study.project, study.rubric_version, purpose=purpose, overlap=1, **fields
    )
    for _number in range(items):
        expect(factories.make_item(keyed, slots_open=0, slots_total=0))
    return keyed


def checked_study(
    project: Any, *, items: int = 30, bar: float | None = 0.8, **fields: Any
) -> Study:
    """A study in which every second item or so is a control item that expects a 4."""
    study = study_of(project, items=items, **fields)
    study.controls = keyed_study(study, Study.Purpose.CONTROL, items=20)
    study.control_rate, study.accuracy_bar = 0.5, bar
    study.save()
    return study


def train(chair: StudyRater, *points: str) -> None:
    """Rate as many items as there are points."""
    for point in points:
        submit(claim(chair), {"helpful": point})


def trainee(training: Study, rater: Rater | None = None) -> StudyRater:
    return factories.make_study_rater(training, rater) if rater else rater_in(training)
