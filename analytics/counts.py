"""A criterion's ratings as profiles, counted by the database itself.

The counts of a unit are packed into one integer, `SUM(1 << bits * value)` over its scores; those
without a value have a place of their own. Units with the same integer are one profile, and reading
the covering index once is all that it costs. PostgreSQL hashes the integers and sends some fifty
rows of a million ratings. SQLite would sort them, which takes twice as long as everything else, so
it sends them in one text and numpy counts them.

Where units share a group (the turns of a dialogue, the answers to one conversation) the rows are
profiles within groups. Where a scale is too long, or a count is too large for its bits, nothing is
packed: `analytics.frames` counts unit by unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import connection

from analytics.models import groups_in
from annotation.models import Criterion, Item, Rater, Study
from core.scales import Kind, Target

if TYPE_CHECKING:
    from analytics.stats.profiles import GroupProfiles, Profiles
    from analytics.stats.types import IntArray

BITS = 62
"""Of one integer that both databases can add up."""

LONGEST = 15
"""Points of the longest scale that is packed: beyond it seven ratings of a unit do not fit."""

SCORES = """
    FROM annotation_score s
    WHERE s.criterion_id = %(criterion)s AND s.current AND s.layer = 'blind' AND s.kind IN ({kinds})
    {within}"""
OF_UNIT = "GROUP BY s.item_id, s.turn, s.passage"
OF_ITEM = "GROUP BY s.item_id"
"""Enough for what is asked once of an item, and a fifth faster."""
OF_UNITS = """
    SELECT packed, COUNT(*)
    FROM (SELECT {packed} AS packed {scores} {of_unit}) AS unit
    GROUP BY packed"""
OF_UNITS_AS_TEXT = """
    SELECT GROUP_CONCAT(packed)
    FROM (SELECT {packed} AS packed {scores} {of_unit}) AS unit"""
OF_ITEMS = "SELECT s.item_id, {packed}, 1 {scores} {of_unit}"
OF_GROUPS = """
    SELECT i.group_key, packed, COUNT(*)
    FROM (SELECT s.item_id AS item_id, {packed} AS packed {scores} {of_unit}) AS unit
    JOIN annotation_item i ON i.id = unit.item_id
    GROUP BY i.group_key, packed"""
MOST = """
    SELECT COALESCE(MAX(n), 0)
    FROM (SELECT COUNT(*) AS n {scores} {of_unit}) AS unit"""


@dataclass(frozen=True, slots=True)
class Shard:
    """A stretch of a study's items, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What raters said about one criterion.

    Attributes:
        profiles: Of the units, or of the units within groups where units share one.
        n_cannot_judge: Ratings without a value.
        groups: Of each number that `profiles` gives a group, the item or key that it stands for;
            None where units are their own groups.
    """

    profiles: "Profiles | GroupProfiles"
    n_cannot_judge: int = 0
    groups: tuple[Any, ...] | None = None


def counted(
    criterion: Criterion, study: Study, kinds: Sequence[str], shard: Shard | None = None
) -> Counted | None:
    """The profiles of a study's ratings on a criterion; None where they cannot be packed.

    Shards add up: `merged` gives the same bits for any split.
    """
    if not is_packable(criterion):
        return None
    query = Query(criterion, study, kinds, shard)
    if query.may_run_over:
        return None
    groups = groups_in(study)
    if groups.are_items and query.is_asked_once:
        return _of_units(query)
    return _of_groups(query.rows(OF_ITEMS if groups.are_items else OF_GROUPS), query)


def merged(parts: Sequence[Counted]) -> Counted:
    """The ratings of all shards together; a group may have units in several of them."""
    import numpy as np

    from analytics.stats.profiles import GroupProfiles, Profiles

    missing = sum(part.n_cannot_judge for part in parts)
    of_units = [part.profiles for part in parts if isinstance(part.profiles, Profiles)]
    if of_units:
        return Counted(Profiles.merge(of_units), missing)
    numbers: dict[Any, int] = {}
    of_groups = []
    for part in parts:
        if isinstance(part.profiles, GroupProfiles):
            new = [numbers.setdefault(key, len(numbers)) for key in part.groups or ()]
            group = np.array(new, dtype=np.int64)[part.profiles.group]
            of_groups.append(replace(part.profiles, group=group))
    return Counted(GroupProfiles.merge(of_groups), missing, tuple(numbers))


def is_packable(criterion: Criterion) -> bool:
    """Whether each rating chooses one of a few declared points."""
    chooses_one = criterion.kind in (Kind.BINARY, Kind.NOMINAL, Kind.ORDINAL)
    return chooses_one and not criterion.points_from and 0 < len(criterion.points) <= LONGEST


def shards_of(study: Study, n: int) -> list[Shard]:
    """The study's items cut into `n` stretches, for as many workers."""
    pks = list(study.items.order_by("pk").values_list("pk", flat=True))
    size = -(-len(pks) // n) or 1
    parts = [pks[start : start + size] for start in range(0, len(pks), size)]
    return [Shard(part[0], part[-1]) for part in parts]


@dataclass(frozen=True, slots=True)
class Query:
    """Which scores are counted, and how they are packed."""

    criterion: Criterion
    study: Study
    kinds: Sequence[str]
    shard: Shard | None

    @property
    def n_values(self) -> int:
        return len(self.criterion.points)

    @property
    def bits(self) -> int:
        """Of one count: of a value's, or of the ratings without one."""
        return BITS // (self.n_values + 1)

    @property
    def may_run_over(self) -> bool:
        """Whether a unit has so many ratings that one count could run over into the next.

        Units are looked at only where a project has so many raters.
        """
        room = 1 << self.bits
        raters = Rater.objects.filter(project=self.study.project_id, kind__in=self.kinds)
        if raters.count() < room:
            return False
        [(most,)] = self.rows(MOST)
        return bool(most >= room)

    @property
    def is_asked_once(self) -> bool:
        """Whether an item is one unit."""
        return self.criterion.target in (Target.CONVERSATION, Target.PAIR)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        is_postgres = connection.vendor == "postgresql"
        one, whole = ("1::bigint", "::bigint") if is_postgres else ("1", "")
        words = statement.format(
            packed=f"SUM({one} << {self.bits} * COALESCE(s.value, {self.n_values})){whole}",
            of_unit=OF_ITEM if self.is_asked_once else OF_UNIT,
            scores=SCORES.format(
                # Spelled out: SQLite takes an index over some kinds only where it sees them.
                kinds=", ".join(
                    f"'{kind}'" for kind in map(str, self.kinds) if kind.isidentifier()
                ),
                within=_within(self.criterion, self.study, self.shard),
            ),
        )
        values = {"criterion": self.criterion.pk, "study": self.study.pk}
        if self.shard:
            values |= {"first": self.shard.first, "last": self.shard.last}
        with connection.cursor() as cursor:
            cursor.execute(words, values)
            return list(cursor.fetchall())


def _within(criterion: Criterion, study: Study, shard: Shard | None) -> str:
    """Those of a shard, and of this study alone where others rate by the same rubric version."""
    parts = ["AND s.item_id BETWEEN %(first)s AND %(last)s"] if shard else []
    others = Study.objects.filter(
        rubric_version=criterion.version_id, project=study.project_id
    ).exclude(pk=study.pk)
    # Item by item of all studies together, SQLite reads every item of this one.
    if any(Item.objects.filter(study=other).exists() for other in others):
        parts.append("AND s.item_id IN (SELECT id FROM annotation_item WHERE study_id = %(study)s)")
    return " ".join(parts)


def _unpacked(packed: "IntArray", query: Query) -> tuple["IntArray", "IntArray"]:
    """Counts of each value, and how many ratings have none."""
    import numpy as np

    shifts = np.arange(query.n_values + 1, dtype=np.int64) * query.bits
    counts = np.asarray(packed[:, None] >> shifts & (1 << query.bits) - 1)
    return counts[:, :-1], counts[:, -1]


def _of_units(query: Query) -> Counted:
    import numpy as np

    from analytics.stats.profiles import Profiles

    if connection.vendor == "sqlite":
        [(text,)] = query.rows(OF_UNITS_AS_TEXT)
        each = np.fromstring(text or "", dtype=np.int64, sep=",")
        packed, times = np.unique(each, return_counts=True)
    else:
        rows = query.rows(OF_UNITS)
        packed, times = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    counts, missing = _unpacked(packed, query)
    return Counted(Profiles.from_counts(counts, times), int(missing @ times))


def _of_groups(rows: list[tuple[Any, ...]], query: Query) -> Counted:
    import numpy as np

    from analytics.stats.profiles import GroupProfiles

    numbers: dict[Any, int] = {}
    group = [numbers.setdefault(key, len(numbers)) for key, _packed, _times in rows]
    times = np.array([times for _key, _packed, times in rows], dtype=np.int64)
    packed = np.array([packed for _key, packed, _times in rows], dtype=np.int64)
    counts, missing = _unpacked(packed, query)
    return Counted(
        GroupProfiles.from_counts(group, counts, times), int(missing @ times), tuple(numbers)
    )
