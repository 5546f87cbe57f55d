"""Telling respondents that an answer which they complained of was mended."""

from datetime import datetime

from django.db import transaction

from accounts.audit import record
from accounts.models import Project, User
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
    """Whoever gave feedback on this answer reads on their receipt that it was mended."""
    hold(project.pk)
    rows = CurrentFeedback.objects.filter(
        project=project, conversation_key=conversation_key, message=message
    ).exclude(value=None)
    count = rows.filter(fixed_at__isnull=fixed).update(fixed_at=now if fixed else None)
    if count and fixed:
        record(actor, "feedback.fixed", target=project, project=project, answers=count)
    return count
