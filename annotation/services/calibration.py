"""A calibration: everybody rates everything blind, then all see each other and rate once more."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Assignment, Item, Layer, Rating, Study, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.assignment import release
from annotation.services.locking import lock_in_order
from annotation.services.reveals import How, reveal
from annotation.services.settling import unsettle_item
from core.errors import DomainError
from core.text import digest

State = Assignment.State


@dataclass(frozen=True)
class Through:
    """How far one rater is with the blind round."""

    study_rater: StudyRater
    done: int
    total: int

    @property
    def is_through(self) -> bool:
        return self.done >= self.total


def progress(study: Study) -> list[Through]:
    """Every rater with how many items they have rated blind, of those that come to them.

    What they have skipped does not, nor what they have met elsewhere with its answers.
    """
    total = study.items.count()
    blind = Rating.objects.filter(item__study=study, layer=Layer.BLIND, current=True)
    done = dict(blind.values_list("rater_id").annotate(n=Count("pk")))
    away = Assignment.objects.filter(
        item__study=study, layer=Layer.BLIND, state__in=[State.SEEN, State.SKIPPED]
    )
    kept_away = dict(away.values_list("rater_id").annotate(n=Count("pk")))
    chairs = study.study_raters.select_related("rater").order_by("rater__display_name")
    return [
        Through(chair, done.get(chair.rater_id, 0), total - kept_away.get(chair.rater_id, 0))
        for chair in chairs
    ]


def fit_slots(study: Study) -> None:
    """Give every item a place for every rater: in a calibration all rate all.

    An item that was full reopens when somebody joins.
    """
    if study.purpose != Study.Purpose.CALIBRATION or study.revealed_at:
        return
    wanted = study.study_raters.count()
    if wanted <= study.overlap and not study.items.filter(slots_total__lt=study.overlap).exists():
        return
    wanted = max(wanted, study.overlap)
    lock_in_order(study.items.all())
    for item in study.items.exclude(state=Item.State.OPEN):
        unsettle_item(item=item)
        item.save(update_fields=["state", "settled_at"])
    study.items.filter(slots_total__lt=wanted).update(
        slots_open=F("slots_open") + wanted - F("slots_total"), slots_total=wanted
    )
    Study.objects.filter(pk=study.pk).update(overlap=wanted)
    study.overlap = wanted


@transaction.atomic
def reveal_study(*, actor: User, study: Study, now: datetime) -> Study:
    """Let the raters see each other; from then on nothing they say here is blind.

    The study's key is left free: a claim that holds an item would wait for it, and we for the item.
    """
    study = Study.objects.select_for_update(of=("self",), no_key=True).get(pk=study.pk)
    refuse_reveal(study)
    study.revealed_at = now
    study.save(update_fields=["revealed_at"])
    _give_back_blind(study)
    items = list(study.items.select_related("study__rubric_version"))
    for chair in study.study_raters.select_related("rater"):
        reveal(chair.rater, items, How.CALIBRATION, now)
    record(actor, "study.revealed", target=study, project=study.project)
    return study


def refuse_reveal(study: Study) -> None:
    """Say why the raters cannot be shown each other, if they cannot."""
    if study.purpose != Study.Purpose.CALIBRATION:
        raise DomainError(_("Only in a calibration do raters see each other."))
    if study.revealed_at is not None:
        raise DomainError(_("The raters see each other already."))
    if study.state not in {Study.State.OPEN, Study.State.PAUSED}:
        raise DomainError(
            _("“%(study)s” is not open, so nobody could rate once more. Open it first.")
            % {"study": study}
        )
    if not Rating.objects.filter(item__study=study, layer=Layer.BLIND, current=True).exists():
        raise DomainError(_("Nobody has rated anything yet, so there is nothing to show."))


def _give_back_blind(study: Study) -> None:
    """Nobody is left in the middle of a blind rating: what is sent later is informed."""
    held = Assignment.objects.filter(item__study=study, state=State.LEASED, layer__in=COUNTED)
    # All of them before any item: a submit locks its own in this order, and several hold one item.
    for assignment in list(held.select_for_update(of=("self",)).order_by("pk")):
        release(assignment, State.RELEASED)
        assignment.save(update_fields=["state"])


def letters(study: Study) -> dict[int, str]:
    """A letter for each rater that stays the same through the session and tells nothing of them."""
    chairs = study.study_raters.values_list("rater_id", "rater__uid")
    ordered = sorted(chairs, key=lambda one: digest([study.uid.hex, one[1].hex]))
    return {rater: letter(place) for place, (rater, _uid) in enumerate(ordered)}


def letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else str(place + 1)
