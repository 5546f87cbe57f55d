"""Doors of comparing variants on feedback; see `tests.doors.rules`."""

from accounts.access import May
from tests.doors.doors import Ask, Rule, api, project
from tests.doors.world import Side

PLAN = {
    "a": "v12",
    "b": "v13",
    "metric": "thumb",
    "baseline": 80,
    "difference": 5,
    "coverage": 2,
    "per_person": 1,
    "alike": 0.3,
}
TWO = Ask({"a": "v12", "b": "v13"})


def two_of(side: Side) -> dict[str, str]:
    return {"a": "v12", "b": "v13", "project": str(side.project.uid)}


def dealt(side: Side) -> dict[str, object]:
    return {
        "experiment": "prompts",
        "shares": {"v12": 1, "v13": 1},
        "subjects": [side.name],
        "project": str(side.project.uid),
    }


COMPARE: dict[str, Rule] = {
    "analytics:compare": project(May.READ, uid="project", GET=TWO),
    "analytics:compare_plan": project(May.READ, uid="project", GET=Ask(PLAN)),
    "analytics:compare_lock": project(May.MANAGE, uid="project", POST=Ask(PLAN)),
    "analytics:compare_days": project(May.READ, uid="project", GET=TWO),
    "analytics:compare_days_json": project(May.READ, uid="project", GET=TWO),
    "analytics:compare_table": project(
        May.READ, uid="project", words={"name": "variants"}, GET=TWO
    ),
    "api:compare": api(May.READ, GET=Ask(two_of, foreign={"project": "project.uid"})),
    "api:assignments": api(May.MANAGE, POST=Ask(dealt, foreign={"project": "project.uid"})),
}
