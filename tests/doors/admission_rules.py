"""Doors of admission to gold: candidates, rules, and inputs used elsewhere."""

from accounts.access import May
from tests.doors.doors import DO, LOOK, Ask, Rule, api, project
from tests.doors.world import Side


def rules(side: Side) -> dict[str, object]:
    return {"settled": "on", "min_raters": "2", "splits": "test 1", "act": "save"}


ADMISSION: dict[str, Rule] = {
    "gold:candidates": project(May.READ, uid="dataset", GET=LOOK),
    "gold:propose": project(May.MANAGE, uid="dataset", POST=Ask(foreign={"study": "study"})),
    "gold:check": project(May.MANAGE, uid="dataset", POST=DO),
    "gold:decide": project(
        May.MANAGE,
        uid="dataset",
        POST=Ask(
            lambda side: {"candidate": side.candidate.uid, "act": "approve"},
            foreign={"candidate": "candidate"},
        ),
    ),
    "gold:reconsider": project(May.MANAGE, uid="declined", POST=DO),
    "gold:rules": project(May.READ, uid="dataset", GET=LOOK),
    "gold:rules_change": project(May.MANAGE, uid="dataset", POST=Ask(rules)),
    "gold:exposures": project(May.READ, uid="project", GET=LOOK),
    "gold:exposures_tell": project(
        May.MANAGE, uid="project", POST=Ask({"use": "training", "keys": "input-7"})
    ),
    "gold:exposures_withdraw": project(
        May.MANAGE,
        uid="project",
        POST=Ask(lambda side: {"exposure": side.exposure.pk}, foreign={"exposure": "exposure.pk"}),
    ),
    "api:gold_candidates": api(May.READ, uid="dataset", GET=LOOK),
}
