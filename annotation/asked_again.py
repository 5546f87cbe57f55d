"""Items that came to their rater a second time, told to the rater as any other item.

A rating is asked for once more in silence, so nothing a rater sees may count an item twice. What
they said last stands for both answers, and a change of mind changes the answer that counts: what
was said the second time stays as it was measured.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from annotation.models import Assignment, Rating, Study, StudyRater

Own = QuerySet[Rating]


def one_an_item(ratings: Own, study: Study) -> Own:
    """Of a rater's ratings in a study the last one of each item that was given to them."""
    if study.purpose != Study.Purpose.RATING:
        return ratings
    later = Rating.objects.filter(
        item=OuterRef("item"),
        rater=OuterRef("rater"),
        current=True,
        assignment__study=study,
        submitted_at__gt=OuterRef("submitted_at"),
    )
    return ratings.exclude(Exists(later), assignment__isnull=False)


def to_be_changed(ratings: Iterable[Rating], desk: StudyRater) -> dict[int, UUID]:
    """By item the assignment whose answer counts, where the one shown is a second one."""
    if desk.study.purpose != Study.Purpose.RATING:
        return {}
    first = Assignment.objects.filter(
        study=desk.study_id,
        rater=desk.rater_id,
        item__in=[one.item_id for one in ratings if one.assignment and one.occasion],
        occasion=0,
        state=Assignment.State.SUBMITTED,
    )
    return dict(first.values_list("item", "uid"))


def said_last(assignment: Assignment) -> Rating:
    """What the rater said last of the item of a submitted assignment, in this study."""
    if assignment.study.purpose != Study.Purpose.RATING:
        return Rating.objects.get(assignment=assignment, current=True)
    return Rating.objects.filter(
        assignment__study=assignment.study_id,
        item=assignment.item_id,
        rater=assignment.rater_id,
        current=True,
    ).latest("submitted_at", "pk")
