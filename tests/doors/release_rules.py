"""Doors around releases: differences, coverage, audits of labels; see `tests.doors.rules`."""

from accounts.access import May
from accounts.models import Role
from tests.doors.doors import DO, LOOK, Ask, Rule, api, project
from tests.doors.world import Side


def an_audit(side: Side) -> dict[str, object]:
    rater = side.team.memberships.get(user=side.people[Role.RATER])
    version = side.gold_item.candidate.item.study.rubric_version
    return {"version": version.pk, "size": 2, "overlap": 1, "seed": 3, "raters": rater.pk}


def into_a_study(side: Side) -> dict[str, object]:
    return {"study": side.study.pk}


RELEASES: dict[str, Rule] = {
    "gold:diff": project(May.READ, uid="second_release", GET=LOOK),
    "gold:diff_json": project(May.READ, uid="second_release", GET=LOOK),
    "gold:coverage": project(May.READ, uid="dataset", GET=LOOK),
    "gold:coverage_json": project(May.READ, uid="dataset", GET=LOOK),
    "gold:next": project(May.READ, uid="dataset", GET=LOOK),
    "gold:next_csv": project(May.READ, uid="dataset", GET=LOOK),
    "gold:next_add": project(
        May.MANAGE, uid="dataset", POST=Ask(into_a_study, foreign={"study": "study.pk"})
    ),
    "gold:audits": project(May.READ, uid="dataset", GET=LOOK),
    "gold:audit_create": project(
        May.MANAGE, uid="dataset", POST=Ask(an_audit, foreign={"version": "version.pk"})
    ),
    "gold:audit": project(May.READ, uid="finished_audit", GET=LOOK),
    "gold:audit_json": project(May.READ, uid="audit", GET=LOOK),
    "gold:audit_finish": project(May.MANAGE, uid="audit", POST=DO),
    "api:release_diff": api(May.READ, uid="second_release", GET=LOOK),
}
