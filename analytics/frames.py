"""The only place where rows of the database become arrays for statistics.

Counting happens in the database, along the covering index of the scores; what comes out are
integers in one canonical order: items by their number in the study, units by item, turn and
passage, raters by their row. So the same ratings give the same arrays whatever the order in which
they were stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from annotation.models import Criterion, Layer, Rating, Score, Study
from core.scales import Kind

if TYPE_CHECKING:
    from datetime import date

    from analytics.stats.types import FloatArray, IntArray

READ_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class ItemFrame:
    """The items of a study.

    Attributes:
        pk: Shape (n_items,), ascending.
        group: Shape (n_items,); dense numbers of the groups, in the order of their keys.
    """

    pk: "IntArray"
    group: "IntArray"

    @property
    def ends(self) -> tuple[int, int]:
        """First and last primary key: the stretch of the index that the study's scores lie on."""
        return (int(self.pk[0]), int(self.pk[-1])) if len(self.pk) else (0, -1)


@dataclass(frozen=True, slots=True, eq=False)
class UnitFrame:
    """Scores of one criterion, counted by unit and value.

    Attributes:
        item: Shape (n_units,); position of the unit's item in the `ItemFrame`.
        turn: Shape (n_units,); -1 for none.
        passage: Shape (n_units,); -1 for none.
        group: Shape (n_units,).
        unit: Shape (n_rows,); unit of the row.
        value: Shape (n_rows,); position of the point or mask of labels; empty for free numbers.
        number: Shape (n_rows,); free numbers; empty for points and labels.
        count: Shape (n_rows,); ratings in the row.
        n_cannot_judge: Ratings without a value: missing for statistics, but told.
    """

    item: "IntArray"
    turn: "IntArray"
    passage: "IntArray"
    group: "IntArray"
    unit: "IntArray"
    value: "IntArray"
    number: "FloatArray"
    count: "IntArray"
    n_cannot_judge: int


@dataclass(frozen=True, slots=True, eq=False)
class RaterRows:
    """One row a score with a value; shapes (n_rows,).

    Attributes:
        unit: As the `UnitFrame` numbers it.
        rater: Primary key.
        value: Position of the point, mask of labels, or position among the distinct free numbers.
        rating: Primary key of the rating that the score belongs to.
    """

    unit: "IntArray"
    rater: "IntArray"
    value: "IntArray"
    rating: "IntArray"


@dataclass(frozen=True, slots=True, eq=False)
class RatingFrame:
    """One row a rating: how it was given. Shapes (n_ratings,).

    Attributes:
        pk: Ascending.
        rater: Primary key.
        seconds: NaN where no time is known.
        at: Seconds since 1970, in the order of submission.
        language: Of the wording that the rater saw, empty where unknown.
    """

    pk: "IntArray"
    rater: "IntArray"
    seconds: "FloatArray"
    at: "FloatArray"
    language: Any

    @property
    def week(self) -> "IntArray":
        """Weeks since Monday, 29 December 1969."""
        import numpy as np

        days = np.floor_divide(self.at, 86_400).astype(np.int64)
        return np.asarray((days + 3) // 7)


def item_frame(study: Study) -> ItemFrame:
    import numpy as np

    rows = list(study.items.order_by("pk").values_list("pk", "group_key"))
    keys = np.array([group_key for _pk, group_key in rows], dtype=object)
    _names, group = np.unique(keys, return_inverse=True) if rows else (keys, keys)
    return ItemFrame(
        np.array([pk for pk, _group_key in rows], dtype=np.int64), group.astype(np.int64)
    )


def scores(criterion: Criterion, items: ItemFrame, kinds: Sequence[str]) -> QuerySet[Score]:
    """Blind scores that stand, by raters of these kinds.

    A criterion may be in several studies: the stretch of keys is narrowed by `_within` afterwards.
    """
    return Score.objects.filter(
        criterion=criterion,
        item__gte=items.ends[0],
        item__lte=items.ends[1],
        current=True,
        layer=Layer.BLIND,
        kind__in=kinds,
    )


def unit_frame(criterion: Criterion, items: ItemFrame, kinds: Sequence[str]) -> UnitFrame:
    """`GROUP BY unit, value`: at most as many rows as there are ratings, usually far fewer.

    Points and labels come from the index alone; free numbers do not stand in it.
    """
    import numpy as np

    is_free = criterion.kind == Kind.NUMERIC
    columns = ("item_id", "turn", "passage", "number" if is_free else "value")
    counted = scores(criterion, items, kinds).values_list(*columns).annotate(n=Count("*"))
    rows = _array(counted.order_by(*columns), "i8,i2,i2,f8,i8")
    place, kept = _within(items, rows["f0"])
    rows, place = rows[kept], place[kept]
    judged = ~np.isnan(rows["f3"])
    missing = int(rows["f4"][~judged].sum())
    rows, place = rows[judged], place[judged]
    first, unit = _units(place, rows["f1"], rows["f2"])
    return UnitFrame(
        item=place[first],
        turn=rows["f1"][first].astype(np.int64),
        passage=rows["f2"][first].astype(np.int64),
        group=items.group[place[first]],
        unit=unit,
        value=rows["f3"][:0].astype(np.int64) if is_free else rows["f3"].astype(np.int64),
        number=rows["f3"] if is_free else rows["f3"][:0],
        count=rows["f4"],
        n_cannot_judge=missing,
    )


def rater_rows(
    criterion: Criterion, items: ItemFrame, units: UnitFrame, kinds: Sequence[str]
) -> RaterRows:
    """Every score with a value, with its unit as `units` numbers it."""
    import numpy as np

    is_free = criterion.kind == Kind.NUMERIC
    said = "number" if is_free else "value"
    each = (
        scores(criterion, items, kinds)
        .filter(**{f"{said}__isnull": False})
        .values_list("item_id", "turn", "passage", "rater_id", said, "rating_id")
    )
    rows = _array(each, f"i8,i2,i2,i8,{'f8' if is_free else 'i8'},i8")
    place, kept = _within(items, rows["f0"])
    rows, place = rows[kept], place[kept]
    known = packed(units.item, units.turn, units.passage)
    unit = np.searchsorted(known, packed(place, rows["f1"], rows["f2"])).astype(np.int64)
    order = np.lexsort((rows["f3"], unit))
    value = np.unique(rows["f4"], return_inverse=True)[1] if is_free else rows["f4"]
    value = value.astype(np.int64)
    return RaterRows(unit[order], rows["f3"][order], value[order], rows["f5"][order])


def rating_frame(study: Study, kinds: Sequence[str]) -> RatingFrame:
    """Every blind rating of the study that stands."""
    import numpy as np

    rows = list(
        Rating.objects.filter(
            item__study=study, current=True, layer=Layer.BLIND, rater__kind__in=kinds
        )
        .order_by("pk")
        .values_list("pk", "rater_id", "seconds", "submitted_at", "language")
        .iterator(READ_AT_ONCE)
    )
    pk, rater, seconds, at, language = zip(*rows, strict=True) if rows else ((),) * 5
    return RatingFrame(
        np.array(pk, dtype=np.int64),
        np.array(rater, dtype=np.int64),
        np.array([float("nan") if one is None else one for one in seconds], dtype=np.float64),
        np.array([one.timestamp() for one in at], dtype=np.float64),
        np.array(language, dtype=object),
    )


def retests(criterion: Criterion, study: Study) -> list[tuple[int, bool]]:
    """(rater, same value as before) of each score given again after some time."""
    again = (
        Score.objects.filter(
            criterion=criterion, item__study=study, current=True, layer=Layer.RETEST
        )
        .exclude(value=None, number=None)
        .values_list("rater_id", "item_id", "turn", "passage", "value", "number")
    )
    given = {row[:4]: row[4:] for row in again}
    before = Score.objects.filter(
        criterion=criterion,
        item__in={key[1] for key in given},
        current=True,
        layer=Layer.BLIND,
    ).values_list("rater_id", "item_id", "turn", "passage", "value", "number")
    return [
        (row[0], given[row[:4]] == row[4:])
        for row in before.iterator(READ_AT_ONCE)
        if row[:4] in given and row[4:] != (None, None)
    ]


def activity(study: Study, kinds: Sequence[str]) -> Iterator[tuple[int, "date", int]]:
    """(rater, day, ratings): who rated when."""
    counted = (
        Rating.objects.filter(
            item__study=study, current=True, layer=Layer.BLIND, rater__kind__in=kinds
        )
        .annotate(day=TruncDate("submitted_at"))
        .values_list("rater_id", "day")
        .annotate(n=Count("*"))
        .order_by("rater_id", "day")
    )
    return counted.iterator(READ_AT_ONCE)


def _array(rows: Iterable[tuple[Any, ...]], fields: str) -> Any:
    """Rows of a query as a record array, read in pages; NULL becomes NaN where the column is one.

    Columns are named f0, f1 and so on, as numpy does.
    """
    import numpy as np

    source = rows.iterator(READ_AT_ONCE) if isinstance(rows, QuerySet) else iter(rows)
    nan = float("nan")
    filled = (tuple(nan if cell is None else cell for cell in row) for row in source)
    return np.fromiter(filled, dtype=np.dtype(fields))


def _within(items: ItemFrame, pks: "IntArray") -> tuple["IntArray", Any]:
    """Position of each item, and which rows belong to the study at all."""
    import numpy as np

    if not len(items.pk):
        return np.zeros(len(pks), np.int64), np.zeros(len(pks), bool)
    place = np.searchsorted(items.pk, pks).clip(max=len(items.pk) - 1)
    return place.astype(np.int64), items.pk[place] == pks


def packed(item: "IntArray", turn: Any, passage: Any) -> "IntArray":
    """A unit as one integer that sorts as (item, turn, passage)."""
    import numpy as np

    shifted = (turn.astype(np.int64) + 1) << 16 | (passage.astype(np.int64) + 1)
    return np.asarray(item << 32 | shifted)


def _units(item: "IntArray", turn: Any, passage: Any) -> tuple["IntArray", "IntArray"]:
    """First row of each unit in their order, and the unit of each row."""
    import numpy as np

    _keys, first, unit = np.unique(
        packed(item, turn, passage), return_index=True, return_inverse=True
    )
    return first.astype(np.int64), unit.astype(np.int64)
