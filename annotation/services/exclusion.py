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
from annotation.services.handing_over import take_all
from core.errors import DomainError, InvalidError

EXCLUDED = "excluded"
MAX_REASON = 500


@transaction.atomic
def exclude_rater(*, actor: User, study_rater: StudyRater, reason: str, now: datetime) -> None:
    """Leave a rater out of a study's second set of figures, and give them nothing more.

    What they hold goes back to the pool; what they send in all the same counts no more.
    """
    if study_rater.excluded_at is not None:
        raise DomainError(_("This rater is left out already."))
    words = checked_reason(
        reason, _("Say why. The reason stands beside the figures without this rater.")
    )
    if len(words) > MAX_REASON:
        raise InvalidError(
            _("The reason has %(n)d characters, and %(limit)d are allowed. Shorten it.")
            % {"n": len(words), "limit": MAX_REASON}
        )
    study_rater.excluded_at, study_rater.excluded_by = now, actor
    study_rater.excluded_because = words
    fields = ["excluded_at", "excluded_by", "excluded_because"]
    if not study_rater.paused:
        study_rater.paused, study_rater.paused_because = True, EXCLUDED
        fields += ["paused", "paused_because"]
    take_all(study_rater)  # before the chair is locked: a submit locks them in this order
    study_rater.save(update_fields=fields)
    take_all(study_rater)  # what was claimed meanwhile
    record(
        actor, "study.rater_excluded", target=study_rater.study, project=study_rater.study.project,
        rater=str(study_rater.rater), reason=study_rater.excluded_because,
    )  # fmt: skip


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
