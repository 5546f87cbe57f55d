"""One item: how its ratings are split on each criterion, without saying who gave which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.reports.excerpts import Excerpt, excerpt_of
from analytics.reports.page import point_words
from annotation.criteria import spoken
from annotation.models import Criterion, Item, Layer, Score
from annotation.models.ratings import HUMAN
from annotation.rubric_cache import criteria_of
from conversations.redacting import said
from core.scales import POINT_KINDS

LONGEST_UNDER_A_CELL = 2
PATTERNS: Mapping[str, str] = {
    "single": gettext_noop("One rating: nothing to compare yet."),
    "agreed": gettext_noop("All ratings are equal."),
    "deviant": gettext_noop("One rating stands alone: a slip, or something the others missed."),
    "camps": gettext_noop(
        "Two camps: the rubric leaves room here, or two groups of raters see it in two ways."
    ),
    "spread": gettext_noop("Ratings are spread: the item or the criterion is unclear."),
}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of the item on one criterion."""

    turn: int | None
    passage: int | None
    counts: Sequence[int]
    pattern: str

    @property
    def words(self) -> str:
        return _(PATTERNS[self.pattern])

    @property
    def unequal(self) -> float | None:
        """Share of the pairs of ratings that differ."""
        n = sum(self.counts)
        pairs = n * (n - 1)
        equal = sum(one * (one - 1) for one in self.counts)
        return (pairs - equal) / pairs if pairs else None


@dataclass(frozen=True, slots=True)
class ItemCriterion:
    key: str
    name: str
    points: Sequence[str]
    units: Sequence[UnitLine]

    @property
    def are_words(self) -> bool:
        """Whether some point is too long to stand under its narrow cell."""
        return any(len(point) > LONGEST_UNDER_A_CELL for point in self.points)


@dataclass(frozen=True, slots=True)
class ItemPage:
    item: Item
    excerpt: Excerpt
    criteria: Sequence[ItemCriterion]

    @property
    def is_whole(self) -> bool:
        """Each criterion is about the item as one, so that all of them fit one table."""
        units = [unit for one in self.criteria for unit in one.units]
        return bool(units) and all(unit.turn is None for unit in units)

    def as_data(self) -> dict[str, Any]:
        """The JSON of one item."""
        return {
            "item": str(self.item.uid),
            "seq": self.item.seq,
            "study": str(self.item.study.uid),
            "criteria": [
                {
                    "criterion": one.key,
                    "units": [
                        {
                            "turn": -1 if unit.turn is None else unit.turn,
                            "passage": -1 if unit.passage is None else unit.passage,
                            "counts": list(unit.counts),
                            "unequal": unit.unequal,
                            "pattern": unit.pattern,
                        }
                        for unit in one.units
                    ],
                }
                for one in self.criteria
            ],
        }


def item_page(item: Item) -> ItemPage:
    """Blind ratings of one item by people, as they stand now."""
    chosen = [
        one
        for one in criteria_of(item.study.rubric_version)
        if one.kind in POINT_KINDS and not one.points_from
    ]
    rows = (
        Score.objects.filter(
            item=item, criterion__in=chosen, current=True, layer=Layer.BLIND, kind__in=HUMAN
        )
        .exclude(value=None)
        .values_list("criterion_id", "turn", "passage", "value")
        .annotate(n=Count("*"))
        .order_by("criterion_id", "turn", "passage", "value")
    )
    found: dict[int, dict[tuple[int, int], dict[int, int]]] = {}
    for criterion, turn, passage, value, n in rows:
        found.setdefault(criterion, {}).setdefault((turn, passage), {})[value] = n
    turns = said(item.conversation)
    return ItemPage(
        item, excerpt_of(turns, -1), [_part(one, found.get(one.pk, {})) for one in chosen]
    )


def _part(
    criterion: Criterion, units: Mapping[tuple[int, int], Mapping[int, int]]
) -> ItemCriterion:
    from analytics.stats.criteria.hard_units import pattern_of

    points = [
        point_words(str(point["key"]), spoken(point.get("label") or {}, str(point["key"])))[0]
        for point in criterion.points
    ]
    lines = []
    for (turn, passage), chosen in units.items():
        counts = [chosen.get(value, 0) for value in range(len(points))]
        lines.append(
            UnitLine(
                turn if turn >= 0 else None,
                passage if passage >= 0 else None,
                counts,
                pattern_of(counts),
            )
        )
    return ItemCriterion(criterion.key, spoken(criterion.name, criterion.key), points, lines)
