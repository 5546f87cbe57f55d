"""Ratings as arrays: read once, in the order and with the moments that the database has."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Project
from analytics import frames
from annotation.models import Layer, Rating
from annotation.models.ratings import HUMAN
from tests import factories
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


def test_answers_given_again_are_told_with_whether_they_are_the_same(
    rated: Rated, project: Project
) -> None:
    study, other = rated([[1, 2], [3, 4]]), factories.make_study(project)
    criterion = study.rubric_version.criteria.get()
    items = frames.item_frame(study)
    assert frames.retests(criterion, items) == []
    for item, values in zip(study.items.order_by("seq"), ((1, 3), (3, 4)), strict=True):
        for first, value in zip(item.ratings.order_by("pk"), values, strict=True):
            factories.make_rating(
                item, first.rater, {"helpful": value}, layer=Layer.RETEST, occasion=1
            )
    elsewhere = factories.make_item(other)
    factories.make_rating(elsewhere, None, {"helpful": 1}, layer=Layer.RETEST, occasion=1)
    found = frames.retests(criterion, items)
    one, two = (rating.rater_id for rating in Rating.objects.order_by("pk")[:2])
    assert sorted(found) == sorted([(one, True), (two, False), (one, True), (two, True)])


@pytest.mark.embedded
def test_no_score_is_looked_at_to_find_that_none_was_given_again(rated: Rated) -> None:
    study = rated([[1, 2], [3, 4]])
    criterion, items = study.rubric_version.criteria.get(), frames.item_frame(study)
    with CaptureQueriesContext(connection) as asked:
        assert frames.retests(criterion, items) == []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = str(cursor.fetchall())
    assert "score_retest" in plan, plan


def test_lengths_are_read_where_lanes_give_raters_items_of_their_own(rated: Rated) -> None:
    study = rated([[1, 2], [3, 4]])
    assert np.isnan(frames.rating_frame(study, HUMAN).length).all()
    study.lanes = [{"name": "Japanese", "where": "language == ja"}, {"name": "rest"}]
    lengths = Rating.objects.order_by("pk").values_list("item__conversation__n_chars", flat=True)
    assert frames.rating_frame(study, HUMAN).length.tolist() == list(lengths)
