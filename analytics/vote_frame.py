"""Votes of a study between two answers, as arrays: from pairs, and from rankings pair by pair.

Beside `frames`, the only other place where rows of the database become arrays for statistics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.frames import ItemFrame, array_of, scores, within
from annotation.models import Criterion, Item, ItemAnswer, Rating, Study

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

NOBODY = -1
"""In place of the variant of an answer that names none."""


@dataclass(frozen=True, slots=True, eq=False)
class VoteFrame:
    """One row a vote, in the order in which ratings were stored. Shapes (n_votes,).

    Attributes:
        item: Position in the `ItemFrame`.
        rater: Primary key.
        first: Primary key of the variant whose answer stood left (in a ranking: before the other),
            `NOBODY` where the conversation names none.
        second: The same of the other.
        outcome: As in `analytics.stats.preferences.battles`; both bad counts as a tie.
        n_both_bad: Votes for neither, because both are bad; they are ties in `outcome`.
        n_missing: Votes of raters who could not judge, left out.
    """

    item: "IntArray"
    rater: "IntArray"
    first: "IntArray"
    second: "IntArray"
    outcome: "IntArray"
    n_both_bad: int
    n_missing: int

    def by(self, rater: int) -> "VoteFrame":
        """The votes of one rater."""
        own = self.rater == rater
        columns = (self.item, self.rater, self.first, self.second, self.outcome)
        item, who, first, second, outcome = (column[own] for column in columns)
        return VoteFrame(item, who, first, second, outcome, n_both_bad=0, n_missing=0)


def vote_frame(
    study: Study, criterion: Criterion, items: ItemFrame, kinds: Sequence[str]
) -> VoteFrame:
    """Blind votes that stand, by raters of these kinds, on a criterion about sides."""
    import numpy as np

    columns = ("item_id", "turn", "passage", "rater_id", "value", "rating_id", "rating__swapped")
    given = scores(criterion, items, kinds).values_list(*columns)
    rows = array_of(given, "i8,i8,i8,i8,f8,i8,?")
    rows = rows[np.argsort(rows["f5"], kind="stable")]
    place, kept = within(items, rows["f0"])
    judged = kept & ~np.isnan(rows["f4"])
    missing = int(kept.sum() - judged.sum())
    rows, place = rows[judged], place[judged]
    outcome = _outcomes(criterion)[rows["f4"].astype(np.int64)]
    if not len(rows):
        nothing = np.zeros(0, np.int64)
        return VoteFrame(
            nothing, nothing, nothing, nothing, nothing, n_both_bad=0, n_missing=missing
        )
    answers, of_item = _answers(study, items)
    low, high = np.maximum(rows["f1"], 0), np.where(rows["f2"] < 0, 1, rows["f2"])
    turned = rows["f6"] | _is_turned(study, rows)
    first = answers[of_item[place] + np.where(turned, high, low)]
    second = answers[of_item[place] + np.where(turned, low, high)]
    other_way = np.array([1, 0, 2])
    keys = [point["key"] for point in criterion.points]
    both_bad = keys.index("both_bad") if "both_bad" in keys else len(keys)
    return VoteFrame(
        item=place,
        rater=rows["f3"],
        first=first,
        second=second,
        outcome=np.where(turned, other_way[outcome], outcome),
        n_both_bad=int((rows["f4"] == both_bad).sum()),
        n_missing=missing,
    )


def _outcomes(criterion: Criterion) -> "IntArray":
    """The outcome that each point of the scale stands for, by its position."""
    import numpy as np

    from analytics.stats.preferences.battles import FIRST, SECOND, TIE

    known = {"a": FIRST, "b": SECOND}
    return np.array([known.get(point["key"], TIE) for point in criterion.points], np.int64)


def _answers(study: Study, items: ItemFrame) -> tuple["IntArray", "IntArray"]:
    """Variants of all answers, item after item, and where each item's begin."""
    import numpy as np

    pairs: dict[int, list[int | None]] = {
        pk: list(both)
        for pk, *both in study.items.values_list(
            "pk", "conversation__variant_id", "conversation_b__variant_id"
        )
    }
    ranked = ItemAnswer.objects.filter(item__study=study).order_by("item", "position")
    more: dict[int, list[int | None]] = {}
    for pk, variant in ranked.values_list("item_id", "conversation__variant_id"):
        more.setdefault(pk, []).append(variant)
    of_items = [(pairs | more)[int(pk)] for pk in items.pk]
    flat = [NOBODY if variant is None else variant for one in of_items for variant in one]
    starts = np.cumsum([0, *(len(one) for one in of_items)])[:-1]
    return np.array(flat, np.int64), np.asarray(starts, np.int64)


def _is_turned(study: Study, rows: Any) -> Any:
    """Which votes of rankings are of two answers whose later position was shown before."""
    import numpy as np

    turned = np.zeros(len(rows), bool)
    orders = _orders(study)
    if not orders:
        return turned
    for place in np.flatnonzero(np.isin(rows["f5"], list(orders))):
        order = orders[int(rows["f5"][place])]
        turned[place] = order.index(rows["f2"][place]) < order.index(rows["f1"][place])
    return turned


def _orders(study: Study) -> Mapping[int, list[int]]:
    """In which order each rating of a ranking saw its answers."""
    ranked = Item.objects.filter(study=study, n_answers__gt=2)
    shown = Rating.objects.filter(item__in=ranked, current=True).exclude(assignment=None)
    return {
        pk: display["order"]
        for pk, display in shown.values_list("pk", "assignment__display")
        if display.get("order")
    }
