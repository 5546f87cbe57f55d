"""Who knocks at every door."""

from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

from accounts.access import May
from accounts.models import Role, User
from annotation.seats import RECEIPT
from tests.doors.world import Side

NOBODY = "nobody"
LIMITED = "limited"
"""A manager in the same team, limited to another project."""
STRANGER = "stranger"
"""The owner of another team."""

RESPONDENT = "a respondent"
"""An end user who came by a link."""
STRANGE_RESPONDENT = "a respondent of another team"
RESPONDENTS = frozenset({RESPONDENT, STRANGE_RESPONDENT})

OWNER_KEY = "a key of an owner"
MANAGER_KEY = "a key of a manager"
VIEWER_KEY = "a key of a viewer"
ELSEWHERE_KEY = "a key to another project"
STRANGER_KEY = "a key of another team"
REVOKED_KEY = "a key that was revoked"
EXPIRED_KEY = "a key that has expired"
MISTYPED_KEY = "a key with a wrong letter"
LIVE_KEYS = frozenset({OWNER_KEY, MANAGER_KEY, VIEWER_KEY, ELSEWHERE_KEY, STRANGER_KEY})
DEAD_KEYS = frozenset({REVOKED_KEY, EXPIRED_KEY, MISTYPED_KEY})
SECRETS = {
    OWNER_KEY: "owner",
    MANAGER_KEY: "manager",
    VIEWER_KEY: "viewer",
    ELSEWHERE_KEY: "elsewhere",
    STRANGER_KEY: "manager",
    REVOKED_KEY: "revoked",
    EXPIRED_KEY: "expired",
    MISTYPED_KEY: "manager",
}
"""The names of secrets in a `Side`."""
KEYS = (*sorted(LIVE_KEYS), *sorted(DEAD_KEYS))
STRANGERS = frozenset({STRANGER, STRANGER_KEY, STRANGE_RESPONDENT})

TEAM = frozenset(str(role.value) for role in Role)
SIGNED_IN = TEAM | {LIMITED, STRANGER}
ACTORS = (NOBODY, *sorted(TEAM), LIMITED, STRANGER, *sorted(RESPONDENTS))


def kind(actor: str) -> str:
    """By what they say who they are: a session, a receipt, a key, or nothing."""
    if actor in RESPONDENTS:
        return "respondent"
    return "key" if actor in KEYS else "nobody" if actor == NOBODY else "person"


def roles(may: May) -> frozenset[str]:
    return frozenset(str(role.value) for role in may.value)


def keys(may: May) -> frozenset[str]:
    """Keys to the project whose role suffices."""
    of = {OWNER_KEY: Role.OWNER, MANAGER_KEY: Role.MANAGER, VIEWER_KEY: Role.VIEWER}
    return frozenset(key for key, role in of.items() if role in may.value)


@dataclass
class World:
    """Two teams that must not know of each other; everybody knocks at the doors of `north`."""

    north: Side
    south: Side
    sessions: dict[str, str] = field(default_factory=dict)
    handler: ClientHandler = field(
        default_factory=partial(ClientHandler, enforce_csrf_checks=False)
    )
    """Of all clients without options: each of its own would put the middleware together anew."""

    def user(self, actor: str) -> User | None:
        if actor == NOBODY or actor in RESPONDENTS:
            return None
        return self.south.people[Role.OWNER] if actor == STRANGER else self.north.people[actor]

    def sign_in(self) -> None:
        """Once for all: signing in writes, and the session is the cookie alone."""
        for actor in ACTORS:
            if user := self.user(actor):
                client = Client()
                client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
                self.sessions[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value
        for actor, side in ((RESPONDENT, self.north), (STRANGE_RESPONDENT, self.south)):
            session = Client().session
            session[RECEIPT] = side.receipt_code
            session.save()
            self.sessions[actor] = session.session_key

    def secret(self, actor: str) -> str:
        side = self.south if actor == STRANGER_KEY else self.north
        found: str = side.secrets[SECRETS[actor]]
        if actor == MISTYPED_KEY:
            return found[:20] + found[20:].swapcase()
        return found

    def client(self, actor: str, **options: bool) -> Client:
        if actor in KEYS:
            return Client(headers={"authorization": f"Bearer {self.secret(actor)}"}, **options)
        client = Client(**options)
        if not options:
            client.handler = self.handler
        if session := self.sessions.get(actor):
            client.cookies[settings.SESSION_COOKIE_NAME] = session
        return client
