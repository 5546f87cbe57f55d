"""Telling respondents that an answer which they complained of was mended."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from core.errors import NotFoundError
from surveys.complaints import complaining
from surveys.models import CurrentFeedback
from surveys.services.projection import hold


@transaction.atomic
def say_fixed(
    *,
    actor: User | None,
    project: Project,
    conversation_key: str,
    message: str,
    fixed: bool,
    now: datetime,
) -> int:
    """Whoever complained of this answer reads on their page that it was mended; how many.

    Taking it back reaches those as well who changed their mind since.

    Raises:
        NotFoundError: Nobody complained, or it was said before.
    """
    hold(project.pk)
    rows = CurrentFeedback.objects.filter(
        project=project, conversation_key=conversation_key, message=message
    )
    if fixed:
        count = rows.filter(complaining(), fixed_at=None).update(fixed_at=now)
    else:
        count = rows.exclude(fixed_at=None).update(fixed_at=None)
    if not count:
        raise NotFoundError(_("Nobody complained of this answer, or it was said already."))
    if fixed:
        record(actor, "feedback.fixed", target=project, project=project, answers=count)
    return count
