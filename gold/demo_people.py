"""Who takes part in the demonstration, and the hidden qualities that its simulation reads."""

import json
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Membership, Project, Role, Team, User
from annotation.models import Rater
from annotation.services.raters import rater_for
from core.errors import DomainError

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Demo:
    """Who and what was loaded, as the command prints it."""

    def __init__(self, team: Team, password: str) -> None:
        self.team = team
        self.password = password
        self.project = team.projects.get(slug=people()["project"]["slug"])

    def person(self, role: Role) -> User:
        membership = self.team.memberships.of_people().filter(role=role).order_by("pk").first()
        if membership is None:
            raise DomainError(f"The demonstration has nobody with the role {role}.")
        return membership.user

    def raters(self) -> dict[str, Rater]:
        """Its raters by the names that the simulation knows them by."""
        members = self.team.memberships.filter(role=Role.RATER).select_related("user")
        return {str(member.user): rater_for(member.user, self.project) for member in members}


@cache
def people() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FIXTURES / "demo_people.json").read_text("utf-8"))
    return data


@cache
def latent() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FIXTURES / "latent.json").read_text("utf-8"))
    return data


def find_team() -> Team | None:
    return Team.objects.filter(slug=people()["team"]["slug"]).first()


def demo_password() -> str:
    """One password for all people of the demonstration, made at the first load and kept."""
    path = Path(settings.TOUCHSTONE_HOME) / "demo-password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9), encoding="utf-8")
    return path.read_text(encoding="utf-8")


@transaction.atomic
def make_people() -> Demo:
    """Hashed once for all of them, because hashing is slow on purpose."""
    data, password = people(), demo_password()
    hashed = make_password(password)
    team = Team.objects.create(name=data["team"]["name"], slug=data["team"]["slug"])
    for person in data["people"]:
        user, _is_new = User.objects.get_or_create(
            email=person["email"],
            defaults={
                "name": person["name"],
                "language": person["interface_language"],
                "password": hashed,
            },
        )
        Membership.objects.create(team=team, user=user, role=person["role"])
    Project.objects.create(
        team=team, name=data["project"]["name"], slug=data["project"]["slug"], synthetic=True
    )
    return Demo(team, password)
