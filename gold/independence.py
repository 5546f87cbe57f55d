"""Who said before what items of gold are worth: their second word is no independent one."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from annotation.models import Assignment, Item, Rating, Study, Verdict
from annotation.models.ratings import COUNTED
from gold.models import LabelAudit

BATCH = 500
Shown = tuple[frozenset[int | None], int]
"""The first two conversations of an item and how many it has: their order says nothing."""


def raters_before(study: Study, raters: Collection[int]) -> dict[int, set[int]]:
    """By item of the study, which of the raters rated or settled the same in another one."""
    found: dict[int, set[int]] = defaultdict(set)
    items = list(study.items.values_list("pk", "conversation", "conversation_b", "n_answers"))
    for start in range(0, len(items), BATCH):
        some = items[start : start + BATCH]
        known: dict[Shown, set[int]] = defaultdict(set)
        sides = {pk for _item, one, other, _n in some for pk in (one, other)}
        for rater, one, other, n in _said(study, sides, raters):
            known[frozenset((one, other)), n].add(rater)
        for item, one, other, n in some:
            if theirs := known.get((frozenset((one, other)), n)):
                found[item] |= theirs
    return dict(found)


def _said(
    study: Study, conversations: Collection[int], raters: Collection[int]
) -> Iterator[tuple[int, int, int | None, int]]:
    """Rater and answers of what was rated or settled before the study was made."""
    items = Item.objects.filter(conversation__in=conversations).exclude(study=study).values("pk")
    shown = ("item__conversation", "item__conversation_b", "item__n_answers")
    rated = Rating.objects.filter(
        item__in=items, rater__in=raters, current=True, submitted_at__lt=study.created_at
    )
    yield from rated.values_list("rater", *shown)
    settled = Verdict.objects.filter(
        item__in=items, adjudicator__raters__in=raters, at__lt=study.created_at
    )
    yield from settled.values_list("adjudicator__raters", *shown)


def fewest_again(
    before: dict[int, set[int]], named: Sequence[int], overlap: int
) -> tuple[list[tuple[int, int]], int]:
    """Whom to keep from which item, as (item, rater), and how many items nobody new can rate.

    An item that has too few raters who do not know it comes to all of them.

    >>> fewest_again({1: {7}, 2: {7, 8}}, [7, 8, 9], 2)
    ([(1, 7)], 1)
    """
    kept: list[tuple[int, int]] = []
    n_again = 0
    for item, known in before.items():
        if len(set(named) - known) >= overlap:
            kept += [(item, rater) for rater in sorted(known & set(named))]
        else:
            n_again += 1
    return kept, n_again


def keep_away(study: Study, pairs: Sequence[tuple[int, int]]) -> None:
    """These items do not come to these raters; in the transaction that made the study."""
    at = study.opened_at or study.created_at
    Assignment.objects.bulk_create(
        (
            Assignment(
                study=study,
                item_id=item,
                rater_id=rater,
                slot=0,
                state=Assignment.State.SEEN,
                claimed_at=at,
                lease_until=at,
            )
            for item, rater in pairs
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def may_come_again(audit: LabelAudit) -> int:
    """Items of the audit for which too few raters are named who do not know them."""
    study = audit.study
    named = list(study.study_raters.values_list("rater", flat=True))
    return fewest_again(raters_before(study, named), named, study.overlap)[1]


def rated_again(audit: LabelAudit) -> int:
    """Items of the audit that somebody rated who had said before what they are worth."""
    rows = Rating.objects.filter(item__study=audit.study_id, layer__in=COUNTED, current=True)
    by_item: dict[int, set[int]] = defaultdict(set)
    for item, rater in rows.values_list("item", "rater").iterator(chunk_size=2_000):
        by_item[item].add(rater)
    raters = set().union(*by_item.values())
    before = raters_before(audit.study, raters)
    return sum(bool(theirs & before.get(item, set())) for item, theirs in by_item.items())
