"""Doors of widgets, feedback, surveys and what respondents gave; see `tests.doors.rules`."""

from accounts.access import May
from tests.doors.doors import Ask, Rule, api, project

LOOK = Ask()
DO = Ask()

ROUTES: dict[str, Rule] = {
    "surveys:routes": project(May.READ, uid="project", GET=LOOK),
    "surveys:route_make": project(
        May.MANAGE,
        uid="project",
        POST=Ask(
            lambda side: {
                "study": side.routed_study.pk,
                "values": "0",
                "rate": 100,
                "rate_rest": 1,
                "per_day": 10,
            },
            foreign={"study": "routed_study.pk"},
        ),
    ),
    "surveys:route_switch": project(May.MANAGE, uid="route", POST=DO),
}

FEEDBACK_API: dict[str, Rule] = {
    "api:feedback_create": api(
        May.MANAGE,
        POST=Ask(
            lambda side: {"conversation": "c-1", "value": "down", "project": str(side.project.uid)},
            foreign={"project": "project.uid"},
        ),
    ),
    "api:feedback_delete": api(May.MANAGE, uid="event", DELETE=DO),
    "api:feedback": api(May.READ, uid="project", GET=LOOK),
}

END_USERS = ROUTES | FEEDBACK_API
