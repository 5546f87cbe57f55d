"""Keys of programs: made and shown once, recognised in a request, revoked."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import ApiKey, Membership, Project, Role, User
from core.errors import DomainError, InvalidError
from core.models import new_uid

KEY_ROLES = (Role.VIEWER, Role.MANAGER, Role.OWNER)
SIGN = "ts_"
"""What every secret begins with, so that one that leaked into a repository can be searched for."""
SECRET_BYTES = 32
PREFIX_LENGTH = len(SIGN) + 8
USED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_api_key(
    *,
    actor: User | None,
    project: Project,
    name: str,
    role: Role,
    now: datetime,
    days: int | None = None,
) -> tuple[ApiKey, str]:
    """A key to one project and its secret, which nobody can read again."""
    if role not in KEY_ROLES:
        raise InvalidError(
            _("A key cannot be %(role)s. Choose viewer, manager or owner.") % {"role": role.label}
        )
    secret = SIGN + secrets.token_urlsafe(SECRET_BYTES)
    prefix = secret[:PREFIX_LENGTH]
    user = User.objects.create_user(
        f"{new_uid()}@keys.invalid", name=f"{name} ({prefix}…)", is_active=False
    )
    member = Membership.objects.create(team=project.team, user=user, role=role, limited=True)
    member.projects.add(project)
    key = ApiKey.objects.create(
        project=project,
        member=member,
        name=name,
        prefix=prefix,
        digest=digest_of(secret),
        created_by=actor,
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    record(actor, "api_key.made", target=key, project=project, role=role, prefix=prefix)
    return key, secret


@transaction.atomic
def revoke_api_key(*, actor: User, key: ApiKey, now: datetime) -> None:
    """From now on the key opens nothing; what it did stays under its name. Twice is once."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        record(actor, "api_key.revoked", target=key, project=key.project, prefix=key.prefix)


def key_with(secret: str, now: datetime) -> ApiKey:
    """The key of a secret that a program sent, with the user it acts as.

    The row is found by the part that is no secret, and the rest is compared in constant time.
    """
    key = (
        ApiKey.objects.select_related("member__user").filter(prefix=secret[:PREFIX_LENGTH]).first()
        if secret.startswith(SIGN) and secret.isascii() and secret.isprintable()
        else None
    )
    if key is None or not compare_digest(key.digest, digest_of(secret)):
        raise DomainError(_("There is no such API key. Check that it was copied whole."))
    if key.revoked_at:
        raise DomainError(_("This API key was revoked. Ask the owner of the team for a new one."))
    if key.has_expired(now):
        raise DomainError(_("This API key has expired. Ask the owner of the team for a new one."))
    if key.last_used_at is None or now - key.last_used_at >= USED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
