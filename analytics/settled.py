"""Verdicts that raters are held against: those of gold, whoever settled them.

Gold stands on a higher floor and names its verdicts when it is asked (`core.registry`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, QuerySet

from annotation.models import Rater, Rating, Study, Verdict
from core import registry

if TYPE_CHECKING:
    from analytics.frames import ItemFrame, RaterRows, UnitFrame
    from analytics.stats.types import FloatArray

ASKED_AT_ONCE = 1_000

Found = TypeVar("Found", bound=Model)


@dataclass(frozen=True, slots=True)
class SettledUnit:
    """What was settled about a unit that is rated in the study.

    Attributes:
        item: Primary key of the study's item.
        value: Position of the point or mask of labels; for free numbers, or a mean, the number.
        is_own: Whether ratings of this very item settled it by themselves.
        settled_by: Primary keys of the raters who had a part in it.
    """

    item: int
    turn: int
    passage: int
    value: float
    is_own: bool
    settled_by: frozenset[int]


Settled = Mapping[str, Sequence[SettledUnit]]
"""By `Criterion.meaning_hash`: the same question on the same scale, in whatever study."""


def has_newer_gold(study: Study, since: datetime) -> bool:
    """Whether gold has changed for conversations of the study since its report was computed."""
    uids: set[str] = set()
    registry.announce("gold_changes", study=study, since=since, uids=uids)
    return bool(uids)


def settled_in_gold(study: Study) -> Settled:
    """What gold knows of the units of a study; of two verdicts on one unit, the later.

    A ranking is known by its own verdicts alone: others may share its first two answers.
    """
    verdicts = sorted(_verdicts(study), key=lambda one: (one.at, one.pk))
    if not verdicts:
        return {}
    rows = study.items.values_list("conversation_id", "conversation_b_id", "n_answers", "pk")
    items = {
        _shown(first, second, n_answers, pk): pk for first, second, n_answers, pk in rows.iterator()
    }
    settled_by = _raters_of(study, verdicts)
    found = {}
    for one in verdicts:
        of = one.item
        item = items.get(
            _shown(of.conversation_id, of.conversation_b_id, of.n_answers, one.item_id)
        )
        number = one.value if one.number is None else one.number
        if item is None or number is None:
            continue
        is_own = one.item_id == item and one.source == Verdict.Source.CONSENSUS
        unit = (one.turn, one.passage)
        found[one.criterion.meaning_hash, item, unit] = SettledUnit(
            item, *unit, float(number), is_own, settled_by[one.pk]
        )
    by_meaning = defaultdict(list)
    for (meaning, _item, _unit), settled in found.items():
        by_meaning[meaning].append(settled)
    return by_meaning


def _shown(first: int, second: int | None, n_answers: int, item: int) -> tuple[int | None, ...]:
    """What makes two items the same question; of a ranking the item itself."""
    return (first, second) if n_answers <= 2 else (first, second, item)


def _verdicts(study: Study) -> Iterator[Verdict]:
    uids: set[str] = set()
    registry.announce("verdicts_in_use", study=study, uids=uids)
    known = (
        Verdict.objects.exclude(value=None, number=None)
        .select_related("item", "criterion")
        .only(
            "at", "turn", "passage", "value", "number", "source", "adjudicator_id", "rating_uids",
            "item__conversation_id", "item__conversation_b_id", "item__n_answers",
            "criterion__meaning_hash",
        )
    )  # fmt: skip
    return _asked(known, uids)


def _raters_of(study: Study, verdicts: Sequence[Verdict]) -> dict[int, frozenset[int]]:
    """Who had a part in each verdict: those who rated, or the raters that the adjudicator is."""
    consensus = {one.pk: one.rating_uids for one in verdicts if one.adjudicator_id is None}
    uids = {uid for named in consensus.values() for uid in named}
    given = {
        str(rating.uid): rating.rater_id
        for rating in _asked(Rating.objects.only("uid", "rater_id"), uids)
    }
    people: dict[int | None, set[int]] = defaultdict(set)
    for user, rater in Rater.objects.filter(
        project=study.project_id, user__in={one.adjudicator_id for one in verdicts} - {None}
    ).values_list("user_id", "pk"):
        people[user].add(rater)
    return {
        one.pk: frozenset(people[one.adjudicator_id])
        if one.pk not in consensus
        else frozenset(given[uid] for uid in consensus[one.pk] if uid in given)
        for one in verdicts
    }


def _asked(rows: "QuerySet[Found]", uids: Collection[str]) -> "Iterator[Found]":
    """Rows of these uids, asked for in parts that a database takes."""
    ordered = sorted(uids)
    for start in range(0, len(ordered), ASKED_AT_ONCE):
        yield from rows.filter(uid__in=ordered[start : start + ASKED_AT_ONCE])


def truth_of(
    settled: Sequence[SettledUnit], rows: "RaterRows", units: "UnitFrame", items: "ItemFrame"
) -> "FloatArray":
    """What others settled, for each score; NaN where that is nothing.

    A verdict that the rater had a part in does not count; where the study's own ratings settled
    the unit, what the others said takes its place.

    Args:
        settled: Of one criterion, from `settled_in_gold`.
        rows: Scores of that criterion.
        units: What they are scores of.
        items: Of the study.

    Returns:
        Shape (n_rows,); as verdicts store it.
    """
    import numpy as np

    from analytics.frames import packed
    from analytics.stats.raters.accuracy import said_by_others

    truth = np.full(len(rows.unit), np.nan)
    if not settled or not len(rows.unit):
        return truth
    place = np.searchsorted(items.pk, [one.item for one in settled]).astype(np.int64)
    turn, passage = (
        np.array([getattr(one, part) for one in settled]) for part in ("turn", "passage")
    )
    known, asked = packed(units.item, units.turn, units.passage), packed(place, turn, passage)
    unit = np.searchsorted(known, asked).clip(max=len(known) - 1)
    of_unit = np.full(len(known), -1, np.int64)
    is_rated = known[unit] == asked
    of_unit[unit[is_rated]] = np.flatnonzero(is_rated)
    verdict = of_unit[rows.unit]
    chosen = np.flatnonzero(verdict >= 0)
    others = said_by_others(rows.unit[chosen], rows.value[chosen])
    free = np.unique(units.number)
    for row, said, number in zip(chosen, others, verdict[chosen], strict=True):
        one = settled[number]
        if int(rows.rater[row]) not in one.settled_by:
            truth[row] = one.value
        elif one.is_own and said >= 0:
            truth[row] = free[said] if len(free) else said
    return truth
