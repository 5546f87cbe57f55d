"""Setting a rater's ratings aside: they stay, count no more, and others rate the items instead.

The ratings move into the extra layer with their scores, the places are open again, and a consensus
that rested on them is withdrawn. What a person has decided stands. Everything can be taken back
as long as nobody else has filled the place.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Assignment, Item, Layer, Rating, Score, Study, StudyRater, Verdict
from annotation.models.ratings import COUNTED
from annotation.services.deciding import checked_reason
from annotation.services.handing_over import lease_to
from annotation.services.locking import with_items
from annotation.services.places import ON_ITEM, free_slot, layer_of_next
from annotation.services.settling import settle_item
from annotation.services.studies import pause_rater
from core.errors import DomainError
from jobs.ledger import enqueue_on_commit
from jobs.models import Job

State = Assignment.State
AT_ONCE = 200
"""Ratings moved while the manager waits; a rater with more is worked off by a job."""
MAX_REASON = 200


def counted_of(study_rater: StudyRater) -> QuerySet[Assignment]:
    """A rater's submitted work that counts for verdicts."""
    return Assignment.objects.filter(
        study=study_rater.study_id,
        rater=study_rater.rater_id,
        state=State.SUBMITTED,
        layer__in=COUNTED,
    ).order_by("pk")


def aside_of(study_rater: StudyRater) -> QuerySet[Assignment]:
    """What a manager has set aside: unlike late ratings it bears the reason."""
    return (
        Assignment.objects.filter(
            study=study_rater.study_id,
            rater=study_rater.rater_id,
            state=State.SUBMITTED,
            layer=Layer.EXTRA,
        )
        .exclude(skip_reason="")
        .order_by("pk")
    )


def decided() -> Q:
    """Items on which a person has spoken: their state stays as it is."""
    spoken = Verdict.objects.filter(current=True, source=Verdict.Source.ADJUDICATION)
    return Q(state=Item.State.UNSETTLEABLE) | Q(pk__in=spoken.values("item"))


@transaction.atomic
def set_aside(
    *,
    actor: User | None,
    study_rater: StudyRater,
    receiver: StudyRater | None,
    reason: str,
    pauses: bool = False,
    now: datetime,
) -> Job | None:
    """Set aside all that a rater has submitted; the items go to the pool or to `receiver`.

    Whom it `pauses` is given nothing more from then on. The job that goes on where there is much
    of it.
    """
    refuse_closed(study_rater.study)
    reason = checked_reason(
        reason, _("Say why. The reason stays with the ratings that do not count any more.")
    )[:MAX_REASON]
    if receiver is not None and receiver.pk == study_rater.pk:
        raise DomainError(_("Choose somebody else: the work is this rater’s already."))
    total = counted_of(study_rater).filter(submitted_at__lte=now).count()
    if not total:
        raise DomainError(
            _("%(rater)s has no rating here that counts.") % {"rater": study_rater.rater}
        )
    record(
        actor, "study.ratings_set_aside", target=study_rater.study,
        project=study_rater.study.project, rater=str(study_rater.rater), ratings=total,
        reason=reason, receiver=str(receiver.rater) if receiver else "",
    )  # fmt: skip
    move_aside(study_rater, receiver, reason, until=now, now=now)
    if pauses:  # a rater's place is locked after the items
        pause_rater(actor=actor, study_rater=study_rater, paused=True, now=now)
    left = counted_of(study_rater).filter(submitted_at__lte=now).count()
    if not left:
        return None
    return enqueue_on_commit(
        "annotation.tasks.run_set_aside",
        args={
            "study_rater": study_rater.pk,
            "receiver": receiver.pk if receiver else None,
            "reason": reason,
            "until": now.isoformat(),
        },
        project_uid=study_rater.study.project.uid,
        total=left,  # a submit of the same moment may have come in since it was counted
        requested_by=actor.pk if actor else None,
    )


def move_aside(
    study_rater: StudyRater,
    receiver: StudyRater | None,
    reason: str,
    *,
    until: datetime,
    now: datetime,
) -> int:
    """The next of a rater's ratings that were submitted `until` then; how many, 0 at the end."""
    found = with_items(counted_of(study_rater).filter(submitted_at__lte=until)[:AT_ONCE])
    keys, items = [one.pk for one in found], [one.item_id for one in found]
    ratings = Rating.objects.filter(assignment__in=keys, layer__in=COUNTED)
    Score.objects.filter(rating__in=ratings.values("pk")).update(layer=Layer.EXTRA)
    ratings.update(layer=Layer.EXTRA)
    Assignment.objects.filter(pk__in=keys).update(layer=Layer.EXTRA, skip_reason=reason)
    rows = Item.objects.filter(pk__in=items)
    rows.update(slots_open=F("slots_open") + 1, n_submitted=F("n_submitted") - 1)
    undecided = list(rows.exclude(decided()).values_list("pk", flat=True))
    Verdict.objects.filter(
        item__in=undecided, current=True, source=Verdict.Source.CONSENSUS
    ).update(current=False)
    Item.objects.filter(pk__in=undecided).update(state=Item.State.OPEN, settled_at=None)
    if receiver is not None:
        lease_to(receiver, undecided, now)
    return len(found)


@transaction.atomic
def take_in(
    *, actor: User | None, study_rater: StudyRater, now: datetime
) -> tuple[int, Job | None]:
    """Let what was set aside count again where its place is still free.

    How many do by now, and the job that goes on where there are many.
    """
    refuse_closed(study_rater.study)
    total = aside_of(study_rater).count()
    if not total:
        raise DomainError(
            _("No rating of %(rater)s has been set aside.") % {"rater": study_rater.rater}
        )
    after, taken = move_back(study_rater, after=0, now=now)
    record(
        actor, "study.ratings_taken_in", target=study_rater.study,
        project=study_rater.study.project, rater=str(study_rater.rater), ratings=total,
    )  # fmt: skip
    if after is None:
        return taken, None
    return taken, enqueue_on_commit(
        "annotation.tasks.run_take_in",
        args={"study_rater": study_rater.pk, "after": after},
        project_uid=study_rater.study.project.uid,
        requested_by=actor.pk if actor else None,
    )


def move_back(study_rater: StudyRater, *, after: int, now: datetime) -> tuple[int | None, int]:
    """The next that were set aside: the last one's key, None at the end, and how many count."""
    found = with_items(
        aside_of(study_rater).filter(pk__gt=after)[: AT_ONCE + 1],
        "study__rubric_version", "conversation",
    )  # fmt: skip
    chunk = found[:AT_ONCE]
    taken = sum(_move_back(one, now) for one in chunk)
    return (chunk[-1].pk if len(found) > AT_ONCE else None), taken


def _move_back(assignment: Assignment, now: datetime) -> bool:
    item = assignment.item
    if not item.slots_open:
        return False
    places = ON_ITEM.all(item=item.pk)
    assignment.layer = layer_of_next(places, item.study.overlap)
    assignment.slot, assignment.skip_reason = free_slot(places, item.slots_total), ""
    assignment.save(update_fields=["layer", "slot", "skip_reason"])
    ratings = Rating.objects.filter(assignment=assignment, layer=Layer.EXTRA)
    Score.objects.filter(rating__in=ratings.values("pk")).update(layer=assignment.layer)
    ratings.update(layer=assignment.layer)
    item.slots_open -= 1
    item.n_submitted += 1
    item.save(update_fields=["slots_open", "n_submitted"])
    if item.state == Item.State.OPEN and item.n_submitted >= item.slots_total:
        settle_item(item=item, now=now)
        item.save(update_fields=["state", "settled_at"])
    return True


def refuse_closed(study: Study) -> None:
    if study.state == Study.State.CLOSED:
        raise DomainError(
            _("Study “%(study)s” is closed, so its ratings stay as they are.") % {"study": study}
        )
