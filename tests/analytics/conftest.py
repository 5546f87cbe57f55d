"""Studies with ratings for reports."""

from collections.abc import Callable

import pytest

from accounts.models import Project
from annotation.models import Study
from tests import factories

Rated = Callable[..., Study]


@pytest.fixture
def rated(project: Project) -> Rated:
    """A study whose items hold the given stored values, one a rater: ``rated([[3, 3], [0, 4]])``.

    None is a rating that could not be judged. Each item is a group of its own, unless groups are
    given.
    """

    def make(values: list[list[int | None]], groups: list[str] | None = None) -> Study:
        study = factories.make_study(project, overlap=max(map(len, values), default=1))
        raters = [
            project.raters.filter(key=f"rater-{n}").first()
            or factories.make_rater(project, key=f"rater-{n}")
            for n in range(study.overlap)
        ]
        for n, given in enumerate(values):
            item = factories.make_item(study, **({"group_key": groups[n]} if groups else {}))
            for rater, value in zip(raters, given, strict=False):
                factories.make_rating(item, rater, {"helpful": value})
        return study

    return make
