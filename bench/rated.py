"""Ratings of our own making: three raters an item from fifty, five points, some missing.

Of few ratings there are fewer raters, so that any two of them have still met.
"""

from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from annotation.models import Study, StudyRater
from bench.filling import ascending_uid, filling

POOL, AN_ITEM, POINTS, MISSING = 50, 3, 5, 0.06
RATINGS_EACH = 250
AT_ONCE = 50_000


def pool_of(n_ratings: int) -> int:
    """How many raters share so many ratings; no fewer than an item can be dealt among."""
    return min(POOL, max(2 * AN_ITEM, n_ratings // RATINGS_EACH))


def made_up(n_ratings: int, *, points: int = POINTS, seed: int = 20261125) -> dict[str, Any]:
    """Rows of (unit, rater, value), in no order: raters differ in severity and care."""
    rng = np.random.default_rng(seed)
    n_units, pool = round(n_ratings / AN_ITEM / (1 - MISSING)), pool_of(n_ratings)
    quality = rng.normal(0.6, 0.22, n_units)
    severity, noise = rng.normal(0, 0.09, pool), rng.uniform(0.11, 0.24, pool)
    first = rng.integers(0, pool, n_units)
    steps = rng.integers(1, pool // 2, (2, n_units))
    rater = np.stack([first, first + steps[0], first + steps.sum(axis=0)], axis=1) % pool
    raw = quality[:, None] + severity[rater] + noise[rater] * rng.standard_normal(rater.shape)
    value = np.clip(np.rint(raw * (points - 1)), 0, points - 1).astype(np.int64)
    kept = np.flatnonzero(rng.random(rater.size) >= MISSING)
    order = rng.permutation(kept)
    return {
        "unit": order // AN_ITEM,
        "rater": rater.ravel()[order],
        "value": value.ravel()[order],
        "n_units": n_units,
        "n_raters": pool,
    }


def store(study: Study, chairs: list[StudyRater], rows: dict[str, Any]) -> None:
    """The rows as ratings and scores of a study that has an item a unit."""
    [criterion] = study.rubric_version.criteria.all()
    items = np.array(study.items.order_by("seq").values_list("pk", flat=True))
    raters = np.array([chair.rater_id for chair in chairs])
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    item, rater = items[rows["unit"]].tolist(), raters[rows["rater"]].tolist()
    keys = range(1, len(item) + 1)
    uid = ascending_uid("%s")
    with filling(), transaction.atomic():
        _copy(
            "annotation_rating",
            ["id", "uid", "item_id", "rater_id", "rubric_version_id", "layer", "occasion",
             "current", "comment", "flagged", "language", "seconds", "content_hash",
             "submitted_at"],
            [f"%s, {uid}, %s, %s, {study.rubric_version_id}, 'blind', 0",
             f"TRUE, '', FALSE, 'en', 30, '', {_quoted(now)}"],
            zip(keys, keys, item, rater, strict=True),
        )  # fmt: skip
        _copy(
            "annotation_score",
            ["rating_id", "criterion_id", "item_id", "turn", "passage", "value", "rater_id",
             "kind", "layer", "current"],
            [f"%s, {criterion.pk}, %s, -1, -1, %s, %s, 'person', 'blind', TRUE"],
            zip(keys, item, rows["value"].tolist(), rater, strict=True),
        )  # fmt: skip
        times = np.bincount(rows["rater"], minlength=len(chairs))
        for chair, n in zip(chairs, times.tolist(), strict=True):
            chair.n_submitted = n
        StudyRater.objects.bulk_update(chairs, ["n_submitted"])


def _quoted(moment: Any) -> str:
    return f"'{moment}'"


def _copy(table: str, columns: list[str], template: list[str], rows: Any) -> None:
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(template)})"  # noqa: S608
    with connection.cursor() as cursor:
        batch: list[tuple[Any, ...]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == AT_ONCE:
                cursor.executemany(statement, batch)
                batch = []
        if batch:
            cursor.executemany(statement, batch)
