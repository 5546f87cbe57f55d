"""Who knocks at every door."""

from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client

from accounts.access import May
from accounts.models import Role, User
from tests.doors.world import Side

NOBODY = "nobody"
LIMITED = "limited"
"""A manager in the same team, limited to another project."""
STRANGER = "stranger"
"""The owner of another team."""

TEAM = frozenset(str(role.value) for role in Role)
SIGNED_IN = TEAM | {LIMITED, STRANGER}
ACTORS = (NOBODY, *sorted(TEAM), LIMITED, STRANGER)


def roles(may: May) -> frozenset[str]:
    return frozenset(str(role.value) for role in may.value)


@dataclass
class World:
    """Two teams that must not know of each other; everybody knocks at the doors of `north`."""

    north: Side
    south: Side
    sessions: dict[str, str] = field(default_factory=dict)

    def user(self, actor: str) -> User | None:
        if actor == NOBODY:
            return None
        return self.south.people[Role.OWNER] if actor == STRANGER else self.north.people[actor]

    def sign_in(self) -> None:
        """Once for all: signing in writes, and the session is the cookie alone."""
        for actor in ACTORS:
            if user := self.user(actor):
                client = Client()
                client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
                self.sessions[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def client(self, actor: str, **options: bool) -> Client:
        client = Client(**options)
        if session := self.sessions.get(actor):
            client.cookies[settings.SESSION_COOKIE_NAME] = session
        return client
