"""Doors of webhooks; see `tests.doors.rules`."""

from accounts.access import May
from tests.doors.doors import Ask, Rule, api, project

LOOK = Ask()
DO = Ask()
HOOK = {"url": "https://app.example.com/hook", "events": ["feedback.created"]}

WEBHOOKS: dict[str, Rule] = {
    "surveys:webhooks": project(May.MANAGE, uid="project", GET=LOOK),
    "surveys:webhook_make": project(May.MANAGE, uid="project", POST=Ask(HOOK)),
    "surveys:webhook": project(May.MANAGE, uid="webhook", GET=LOOK),
    "surveys:webhook_log_part": project(May.MANAGE, uid="webhook", GET=LOOK),
    "surveys:webhook_secret": project(May.MANAGE, uid="webhook", POST=DO),
    "surveys:webhook_change": project(May.MANAGE, uid="webhook", POST=Ask(HOOK)),
    "surveys:webhook_attempt": project(May.MANAGE, uid="webhook", POST=DO),
    "surveys:webhook_switch": project(May.MANAGE, uid="webhook", POST=DO),
    "surveys:webhook_rotate": project(May.MANAGE, uid="webhook", POST=DO),
    "surveys:webhook_delete": project(May.MANAGE, uid="webhook", POST=DO),
    "api:webhook_create": api(
        May.MANAGE,
        POST=Ask(
            lambda side: {**HOOK, "project": str(side.project.uid)},
            foreign={"project": "project.uid"},
        ),
    ),
    "api:webhooks": api(May.MANAGE, uid="project", GET=LOOK),
    "api:webhook_delete": api(May.MANAGE, uid="webhook", DELETE=DO),
}
