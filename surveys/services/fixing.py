"""Telling respondents that an answer which they complained of was mended."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from core.errors import NotFoundError
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
    """Whoever gave feedback on this answer reads on their page that it was mended; how many.

    Raises:
        NotFoundError: Nobody gave any, or it was said before.
    """
    hold(project.pk)
    rows = CurrentFeedback.objects.filter(
        project=project, conversation_key=conversation_key, message=message
    ).exclude(value=None)
    count = rows.filter(fixed_at__isnull=fixed).update(fixed_at=now if fixed else None)
    if not count:
        raise NotFoundError(_("There is no feedback on this answer, or it was said already."))
    if fixed:
        record(actor, "feedback.fixed", target=project, project=project, answers=count)
    return count
