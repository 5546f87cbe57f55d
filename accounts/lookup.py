"""How commands name things: a uid, or TEAM/SLUG."""

from typing import Any, TypeVar
from uuid import UUID

from django.core.management.base import CommandError
from django.db import models

from accounts.models import User

Thing = TypeVar("Thing", bound=models.Model)


def find(model: type[Thing], name: str, *, team: str = "team__slug") -> Thing:
    """The row that a uid or TEAM/SLUG names; `team` is the path from it to its team's slug."""
    manager: Any = model._default_manager
    word = model._meta.verbose_name
    try:
        found = manager.filter(uid=UUID(name))
    except ValueError:
        team_slug, slash, slug = name.partition("/")
        if not slash:
            raise CommandError(f"'{name}' names no {word}. Write its uid, or TEAM/SLUG.") from None
        found = manager.filter(**{team: team_slug, "slug": slug})
    rows = list(found[:2])
    if len(rows) == 1:
        row: Thing = rows[0]
        return row
    if not rows:
        raise CommandError(f"There is no {word} '{name}'.")
    raise CommandError(f"There are several '{name}' in that team. Use the uid.")


def actor_named(email: str | None) -> User | None:
    """The person behind `--as`; nobody: the system itself acts."""
    if not email:
        return None
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise CommandError(f"There is no account '{email}'.")
    return user
