"""Whether two items show the same: of which the order of their answers tells nothing.

A conversation, or the same answers side by side, may stand in several studies. Whoever has met it
as a control item is not to meet it as an ordinary item of the study, nor the other way round.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import OuterRef, Q
from django.utils import timezone

from annotation.models import Assignment, Item, Layer, Study

Shown = tuple[frozenset[int | None], int]
"""The first two answers of an item in any order, and how many it has."""


def shown_by(item: Item) -> Shown:
    return shown_as(item.conversation_id, item.conversation_b_id, item.n_answers)


def shown_as(conversation: int, other: int | None, n_answers: int) -> Shown:
    return frozenset({conversation, other} - {None}), n_answers


def in_items(prefix: str = "") -> Q:
    """For items in a subquery: whether one shows what the outer item shows."""
    first, second = f"{prefix}conversation", f"{prefix}conversation_b"
    one, other = OuterRef("conversation"), OuterRef("conversation_b")
    single = Q(**{first: one, f"{second}__isnull": True}) & Q(**{f"{prefix}n_answers": 1})
    several = Q(**{first: one, second: other}) | Q(**{first: other, second: one})
    return Q(**{f"{prefix}n_answers": OuterRef("n_answers")}) & (single | several)


def in_assignments() -> Q:
    """The same for assignments in a subquery."""
    return in_items("item__")


def keep_from_who_met(study: Study, items: Sequence[Item]) -> None:
    """New items do not come to raters who met them here as control items before they were drawn."""
    if study.state == Study.State.DRAFT or not study.has_slots:
        return
    now = timezone.now()
    alike = defaultdict(list)
    for item in items:
        alike[shown_by(item)].append(item)
    controls = Item.objects.filter(study__purpose=Study.Purpose.CONTROL).filter(
        conversation__in={pk for answers, _n in alike for pk in answers}
    )
    given = Assignment.objects.filter(study=study, layer=Layer.CONTROL, item__in=controls)
    Assignment.objects.bulk_create(
        (
            Assignment(
                study=study,
                item=item,
                rater_id=assignment.rater_id,
                slot=0,
                state=Assignment.State.SEEN,
                claimed_at=now,
                lease_until=now,
            )
            for assignment in given.select_related("item")
            for item in alike.get(shown_by(assignment.item), ())
        ),
        ignore_conflicts=True,
    )
