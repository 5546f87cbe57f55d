"""The only place where rows of the database become arrays for statistics.

Counting happens in the database, along the covering index of the scores; what comes out are
integers in one canonical order: items by their number in the study, units by item, turn and
passage, raters by their row. So the same ratings give the same arrays whatever the order in which
they were stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Count, F, FloatField, Func, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL
from django.utils import timezone

from annotation.models import Criterion, Layer, Rating, Score, Study
from core.scales import Kind

if TYPE_CHECKING:
    from analytics.stats.types import FloatArray, IntArray

READ_AT_ONCE = 10_000
QUARTER = 15 * 60


class Epoch(Func):
    """Seconds since 1970, told by the database: making a million moments takes longer than reading.

    SQLite keeps moments as text, to the microsecond.
    """

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        words = (
            "CAST(STRFTIME('%%%%s', SUBSTR(%(expressions)s, 1, 19)) AS REAL)"
            " + CAST('0' || SUBSTR(%(expressions)s, 20) AS REAL)"
        )
        return self.as_sql(compiler, connection, template=words, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        words = "EXTRACT(EPOCH FROM %(expressions)s)::double precision"
        return self.as_sql(compiler, connection, template=words, **context)


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
        language: Of the wording that the rater saw, empty where unknown; text.
        length: Characters of what was rated; NaN where all raters draw from the same items.
    """

    pk: "IntArray"
    rater: "IntArray"
    seconds: "FloatArray"
    at: "FloatArray"
    language: Any
    length: "FloatArray"

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

    A criterion may be in several studies: the stretch of keys is narrowed by `within` afterwards.
    What the covering indexes ask for is spelled out: SQLite takes them only where it sees it.
    """
    named = ", ".join(f"'{kind}'" for kind in map(str, kinds) if kind.isidentifier())
    blind = f"annotation_score.kind IN ({named}) AND annotation_score.layer = 'blind'"
    return _stretch(criterion, items, blind)


def _stretch(criterion: Criterion, items: ItemFrame, spelled: str) -> QuerySet[Score]:
    return Score.objects.filter(
        RawSQL(f"annotation_score.current AND {spelled}", [], BooleanField()),  # noqa: S611
        criterion=criterion,
        item__gte=items.ends[0],
        item__lte=items.ends[1],
    )


def unit_frame(criterion: Criterion, items: ItemFrame, kinds: Sequence[str]) -> UnitFrame:
    """`GROUP BY unit, value`: at most as many rows as there are ratings, usually far fewer.

    Points and labels come from the index alone; free numbers do not stand in it.
    """
    import numpy as np

    is_free = criterion.kind == Kind.NUMERIC
    columns = ("item_id", "turn", "passage", "number" if is_free else "value")
    counted = scores(criterion, items, kinds).values_list(*columns).annotate(n=Count("*"))
    rows = array_of(counted.order_by(*columns), "i8,i2,i2,f8,i8")
    place, kept = within(items, rows["f0"])
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


def units_and_rows(
    criterion: Criterion, items: ItemFrame, kinds: Sequence[str]
) -> tuple[UnitFrame, RaterRows]:
    """The units, as `unit_frame` counts them, and every score with a value: read once."""
    import numpy as np

    is_free = criterion.kind == Kind.NUMERIC
    said = "number" if is_free else "value"
    columns = ("item_id", "turn", "passage", "rater_id", said, "rating_id")
    each = scores(criterion, items, kinds).values_list(*columns)
    rows = array_of(each, "i8,i2,i2,i8,f8,i8")
    place, kept = within(items, rows["f0"])
    judged = kept & ~np.isnan(rows["f4"])
    missing = int(kept.sum() - judged.sum())
    rows, place = rows[judged], place[judged]
    first, unit = _units(place, rows["f1"], rows["f2"])
    order = np.lexsort((rows["f3"], unit))
    free, value = np.unique(rows["f4"], return_inverse=True)
    if not is_free:
        value = rows["f4"]
    value = value.astype(np.int64)
    cells = np.lexsort((value, unit))
    of_unit, of_value = unit[cells], value[cells]
    is_new = np.ones(len(cells), bool)
    is_new[1:] = (np.diff(of_unit) != 0) | (np.diff(of_value) != 0)
    starts = np.flatnonzero(is_new)
    units = UnitFrame(
        item=place[first],
        turn=rows["f1"][first].astype(np.int64),
        passage=rows["f2"][first].astype(np.int64),
        group=items.group[place[first]],
        unit=of_unit[starts],
        value=of_value[starts] if not is_free else of_value[:0],
        number=free[of_value[starts]] if is_free else free[:0],
        count=np.diff(starts, append=len(cells)),
        n_cannot_judge=missing,
    )
    return units, RaterRows(unit[order], rows["f3"][order], value[order], rows["f5"][order])


def rating_frame(study: Study, kinds: Sequence[str]) -> RatingFrame:
    """Every blind rating of the study that stands."""
    import numpy as np

    given = Rating.objects.filter(
        item__study=study, current=True, layer=Layer.BLIND, rater__kind__in=kinds
    ).values_list("pk", "rater_id", "seconds", Epoch("submitted_at"), "language", _length(study))
    rows = array_of(given, "i8,i8,f8,f8,U5,f8")
    order = np.argsort(rows["f0"])
    return RatingFrame(*(rows[name][order] for name in rows.dtype.names))


def _length(study: Study) -> Combinable:
    """What tells how long an item is, asked for only where lanes give raters items of their own."""
    has_own = study.lanes and study.policy != Study.Policy.BLOCKS
    return F("item__conversation__n_chars") if has_own else Value(None, FloatField())


def retests(criterion: Criterion, items: ItemFrame) -> list[tuple[int, bool]]:
    """(rater, same value as before) of each score given again after some time.

    Few are, or none: an index over them alone answers, where it would take longer to look at all
    scores of the study than to compute anything else.
    """
    import numpy as np

    again = (
        _stretch(criterion, items, "annotation_score.layer = 'retest'")
        .exclude(value=None, number=None)
        .values_list("rater_id", "item_id", "turn", "passage", "value", "number")
    )
    given = {row[:4]: row[4:] for row in again}
    if not given:
        return []
    before = Score.objects.filter(
        criterion=criterion,
        item__in=np.intersect1d(items.pk, [key[1] for key in given]).tolist(),
        current=True,
        layer=Layer.BLIND,
    ).values_list("rater_id", "item_id", "turn", "passage", "value", "number")
    return [
        (row[0], given[row[:4]] == row[4:])
        for row in before.iterator(READ_AT_ONCE)
        if row[:4] in given and row[4:] != (None, None)
    ]


def activity(given: RatingFrame) -> list[tuple[int, "date", int]]:
    """(rater, day, ratings): who rated when, by the days of the current time zone."""
    import numpy as np

    quarters = np.floor_divide(given.at, QUARTER).astype(np.int64)  # offsets are of whole ones
    known, quarter = np.unique(quarters, return_inverse=True)
    zone = timezone.get_current_timezone()
    days = [datetime.fromtimestamp(int(one) * QUARTER, zone).toordinal() for one in known]
    of_rating = np.array(days, dtype=np.int64)[quarter]
    cells, n = np.unique(np.stack([given.rater, of_rating]), axis=1, return_counts=True)
    return [
        (rater, date.fromordinal(day), times)
        for rater, day, times in zip(*cells.tolist(), n.tolist(), strict=True)
    ]


def array_of(rows: Iterable[tuple[Any, ...]], fields: str) -> Any:
    """Rows of a query as a record array, read in pages; NULL becomes NaN where the column is one.

    Columns are named f0, f1 and so on, as numpy does.
    """
    import numpy as np

    source = rows.iterator(READ_AT_ONCE) if isinstance(rows, QuerySet) else iter(rows)
    nan = float("nan")
    filled = (tuple(nan if cell is None else cell for cell in row) for row in source)
    return np.fromiter(filled, dtype=np.dtype(fields))


def within(items: ItemFrame, pks: "IntArray") -> tuple["IntArray", Any]:
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
