"""Undoing the last submit: open until the next one, and for that one alone."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from annotation.models import Assignment, Rating, StudyRater
from annotation.rating_desk import filled_from_rating
from annotation.services.revising import take_back
from core.errors import DomainError


def undo_last(*, actor: User | None, desk: StudyRater, now: datetime) -> Assignment:
    """The rater's last submit in this study, taken back, with its answers as a draft.

    Whoever presses the key twice undoes one: what has been taken back already comes back as it is,
    and the one before it stays. Earlier ratings are changed under “my ratings”, where one sees
    which one it is.
    """
    last = (
        Assignment.objects.filter(study=desk.study, rater=desk.rater, submitted_at__isnull=False)
        .order_by("-submitted_at")
        .first()
    )
    if last is None:
        raise DomainError(_("You have not submitted anything in this study that could be undone."))
    if last.state == Assignment.State.LEASED:
        return last
    if last.state != Assignment.State.SUBMITTED:
        raise DomainError(
            _("Only the last submit can be undone, and you have taken that one back already. "
              "Earlier ratings can be changed under “my ratings”.")
        )  # fmt: skip
    filled = filled_from_rating(Rating.objects.get(assignment=last, current=True), last)
    draft = {name: said.to_json() for name, said in filled.answers.items()}
    take_back(actor=actor, assignment=last, draft=draft, now=now)
    return last
