"""Erasing what an end user gave: the rows go, they are not only hidden.

Ratings with their scores, words and comments, drafts and reasons for skipping are deleted. Their
places are open to others again, and a consensus that rested on them is withdrawn. What a person
has decided stands, and so do figures and releases that were published: they hold counts, and
nobody's words.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from annotation.models import (
    Assignment,
    AssignmentDraft,
    Item,
    Participation,
    Qualified,
    Rating,
    Reply,
    Reveal,
    Score,
    StudyRater,
    Verdict,
)
from annotation.models.ratings import COUNTED
from annotation.services.assignment import release
from annotation.services.judging import is_check
from annotation.services.locking import with_items
from annotation.services.setting_aside import decided
from core.errors import NotFoundError
from core.models import new_uid

State = Assignment.State


@transaction.atomic
def erase_rating(*, participation: Participation, rating: Rating, now: datetime) -> None:
    """Erase what was said of one item; it does not come to this person again."""
    found = with_items(_of(participation).filter(ratings=rating.pk))
    if not found:
        raise NotFoundError(_("This was erased already."))
    [assignment] = found
    _empty(assignment, now)
    record(
        None, "receipt.rating_erased", target=assignment.item,
        project=participation.link.study.project, respondent=str(participation.rater),
    )  # fmt: skip


@transaction.atomic
def erase_all(*, participation: Participation, now: datetime) -> int:
    """Erase everything; a tombstone stays where the rater was. How many ratings went."""
    participation = Participation.objects.select_for_update(of=("self",)).select_related(
        "rater", "link__study__project"
    ).get(pk=participation.pk)  # fmt: skip
    if participation.erased_at:
        return 0
    rater = participation.rater
    n_ratings = Rating.objects.filter(rater=rater, current=True).count()
    for assignment in with_items(_of(participation)):
        _empty(assignment, now)
    StudyRater.objects.filter(rater=rater).delete()  # from here on nothing more is claimed
    for assignment in with_items(_of(participation).filter(state=State.LEASED)):
        _empty(assignment, now)
    _delete(Rating.objects.filter(rater=rater))
    for about in (Reply, Reveal, Qualified, Assignment):
        about.objects.filter(rater=rater).delete()
    rater.tombstoned_at = participation.erased_at = now
    rater.save(update_fields=["tombstoned_at"])
    participation.save(update_fields=["erased_at"])
    record(
        None, "receipt.all_erased", target=participation,
        project=participation.link.study.project, respondent=str(rater), ratings=n_ratings,
    )  # fmt: skip
    return n_ratings


def _of(participation: Participation) -> QuerySet[Assignment]:
    return Assignment.objects.filter(rater=participation.rater_id).order_by("pk")


def _empty(assignment: Assignment, now: datetime) -> None:
    """Leave of an assignment only that the item has been with this rater.

    It gets another name: what a device has kept and sends once more then finds nothing to fill.
    """
    if assignment.state == State.SUBMITTED:
        _count_back(assignment)
    release(assignment, State.SKIPPED)
    _delete(Rating.objects.filter(assignment=assignment))
    AssignmentDraft.objects.filter(assignment=assignment).delete()
    assignment.skip_reason, assignment.seconds, assignment.submitted_at = "", None, None
    assignment.lease_until, assignment.uid = now, new_uid()
    assignment.save(
        update_fields=["uid", "state", "skip_reason", "seconds", "submitted_at", "lease_until"]
    )


def _count_back(assignment: Assignment) -> None:
    count = "n_checks" if is_check(assignment) else "n_submitted"
    chairs = StudyRater.objects.filter(study=assignment.study_id, rater=assignment.rater_id)
    chairs.update(**{count: F(count) - 1})
    day = timezone.localdate(assignment.submitted_at)
    chairs.filter(day=day, n_day__gt=0).update(n_day=F("n_day") - 1)
    if assignment.layer not in COUNTED:
        return
    rows = Item.objects.filter(pk=assignment.item_id)
    rows.update(slots_open=F("slots_open") + 1, n_submitted=F("n_submitted") - 1)
    if rows.exclude(decided()).update(state=Item.State.OPEN, settled_at=None):
        Verdict.objects.filter(
            item=assignment.item_id, current=True, source=Verdict.Source.CONSENSUS
        ).update(current=False)


def _delete(ratings: QuerySet[Rating]) -> None:
    Score.objects.filter(rating__in=ratings.values("pk")).delete()  # their words go with them
    Reply.objects.filter(rating__in=ratings.values("pk")).update(rating=None)
    ratings.update(revision_of=None)
    ratings.delete()
