"""Leaving a rater out: a decision that is written down, and that can be taken back.

Nothing is deleted. Reports show their figures with and without the excluded; verdicts rest on what
was said when they were made, and stay.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Item, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.deciding import checked_reason
from annotation.services.handing_over import all_in_hand, take_all
from core.errors import DomainError, InvalidError

EXCLUDED = "excluded"
MAX_REASON = 500
FIELDS = ("excluded_at", "excluded_by", "excluded_because", "paused", "paused_because")


@transaction.atomic
def exclude_rater(*, actor: User, study_rater: StudyRater, reason: str, now: datetime) -> None:
    """Leave a rater out of a study's second set of figures, and give them nothing more.

    What they hold goes back to the pool; what they send in all the same counts no more.
    """
    words = checked_reason(
        reason, _("Say why. The reason stands beside the figures without this rater.")
    )
    if len(words) > MAX_REASON:
        raise InvalidError(
            _("The reason has %(n)d characters, and %(limit)d are allowed. Shorten it.")
            % {"n": len(words), "limit": MAX_REASON}
        )
    chair = _empty_handed(study_rater)
    if chair.excluded_at is not None:
        raise DomainError(_("This rater is left out already."))
    chair.excluded_at, chair.excluded_by, chair.excluded_because = now, actor, words
    if not chair.paused:
        chair.paused, chair.paused_because = True, EXCLUDED
    chair.save(update_fields=FIELDS)
    for name in FIELDS:
        setattr(study_rater, name, getattr(chair, name))
    record(
        actor, "study.rater_excluded", target=study_rater.study, project=study_rater.study.project,
        rater=str(study_rater.rater), reason=words,
    )  # fmt: skip


def _empty_handed(study_rater: StudyRater) -> StudyRater:
    """The rater's place, locked once they hold nothing.

    Theirs comes before their place, as in a submit. What was claimed in between is seen once the
    place is locked; a submit of it would wait for the place, so that is let go and all begun again.
    """
    while True:
        take_all(study_rater)
        before = transaction.savepoint()
        chair = StudyRater.objects.select_for_update(of=("self",)).get(pk=study_rater.pk)
        if not all_in_hand(study_rater).exists():
            transaction.savepoint_commit(before)
            return chair
        transaction.savepoint_rollback(before)


@transaction.atomic
def take_in_again(*, actor: User, study_rater: StudyRater) -> None:
    """Undo an exclusion; who was paused by it alone may go on."""
    if study_rater.excluded_at is None:
        raise DomainError(_("This rater is not left out, so there is nothing to take back."))
    study_rater.excluded_at, study_rater.excluded_by = None, None
    study_rater.excluded_because = ""
    fields = ["excluded_at", "excluded_by", "excluded_because"]
    if study_rater.paused_because == EXCLUDED:
        study_rater.paused, study_rater.paused_because = False, ""
        fields += ["paused", "paused_because"]
    study_rater.save(update_fields=fields)
    record(
        actor, "study.rater_taken_in", target=study_rater.study, project=study_rater.study.project,
        rater=str(study_rater.rater),
    )  # fmt: skip


def settled_with(study_rater: StudyRater) -> QuerySet[Item]:
    """Settled items among whose counted ratings is one of this rater's."""
    return study_rater.study.items.filter(
        state=Item.State.SETTLED,
        ratings__rater=study_rater.rater_id,
        ratings__current=True,
        ratings__layer__in=COUNTED,
    ).distinct()
