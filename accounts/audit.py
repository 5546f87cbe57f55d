"""The audit trail: one entry, in the transaction of the change it tells of."""

from typing import Any

from django.db import models

from accounts.models import AuditEntry, Project, Team, User
from core.prepared_writes import PreparedInsert
from core.writing import Write, carry_out

ENTRY = PreparedInsert(AuditEntry)


def record(
    actor: User | None,
    verb: str,
    *,
    target: models.Model,
    project: Project | None = None,
    team: Team | None = None,
    **data: Any,
) -> None:
    """Note that `actor` (None: the system) did `verb` to `target`; bulk work notes one run."""
    carry_out(entry(actor, verb, target=target, project=project, team=team, **data))


def entry(
    actor: User | None,
    verb: str,
    *,
    target: models.Model,
    project: Project | None = None,
    team: Team | None = None,
    **data: Any,
) -> Write:
    """The same, to be carried out together with the change."""
    return ENTRY.of(
        ENTRY.row(
            project=project,
            team_id=project.team_id if project else team.pk if team else None,
            actor=actor,
            verb=verb,
            target_type=target._meta.label_lower,
            target_uid=getattr(target, "uid", None),
            target_name=str(target)[:200],
            data=data,
        ),
        keyed=False,
    )
