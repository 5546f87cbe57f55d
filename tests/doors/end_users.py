"""Doors of widgets, feedback, surveys and what respondents gave; see `tests.doors.rules`."""

from accounts.access import May
from tests.doors.doors import Ask, Rule, project

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

END_USERS = ROUTES
