"""Ratings as arrays: read once, in the order and with the moments that the database has."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone

from accounts.models import Project
from analytics import frames
from annotation.models import Rating
from annotation.models.ratings import HUMAN
from tests.analytics.conftest import Rated
from tests.analytics.test_counts import N_ITEMS, study_of_turns

START = datetime(2026, 3, 28, 22, 30, 0, 123456, tzinfo=UTC)


def test_units_come_from_the_rows_as_the_database_counts_them(project: Project) -> None:
    study, criterion = study_of_turns(project, groups=N_ITEMS)
    items = frames.item_frame(study)
    counted = frames.unit_frame(criterion, items, HUMAN)
    units, rows = frames.units_and_rows(criterion, items, HUMAN)
    for part in ("item", "turn", "passage", "group", "unit", "value", "number", "count"):
        assert getattr(units, part).tolist() == getattr(counted, part).tolist()
    assert units.n_cannot_judge == counted.n_cannot_judge > 0
    assert len(rows.unit) == units.count.sum()
    assert (np.diff(rows.unit) >= 0).all()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "Asia/Kathmandu", "Europe/Berlin"])
def test_moments_and_days_are_those_of_the_ratings(rated: Rated, zone: str) -> None:
    study = rated([[1, 2], [3, 4], [0, 1], [2, 2]])
    given = list(Rating.objects.order_by("pk"))
    for n, rating in enumerate(given):
        rating.submitted_at = START.replace(microsecond=0 if n % 2 else 123456) + n * timedelta(
            hours=5
        )
    Rating.objects.bulk_update(given, ["submitted_at"])
    found = frames.rating_frame(study, HUMAN)
    assert found.pk.tolist() == [one.pk for one in given]
    assert found.at == pytest.approx([one.submitted_at.timestamp() for one in given], abs=1e-6)
    days: dict[tuple[int, str], int] = {}
    with timezone.override(zone):
        for one in given:
            key = (one.rater_id, timezone.localtime(one.submitted_at).date().isoformat())
            days[key] = days.get(key, 0) + 1
        told = {(rater, day.isoformat()): n for rater, day, n in frames.activity(found)}
    assert told == days
