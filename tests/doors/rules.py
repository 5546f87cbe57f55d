"""Who may pass each door: one line a URL name. A door without a rule fails the gate.

To add a door: its name, who may (`project(May.READ, ...)`), the uids in its path by their place in
`world.Side`, and for each method what makes it succeed. Ids in the body or the query go into
`foreign`, with what of the other team must not take effect there.
"""

from uuid import uuid4

from accounts.access import May
from accounts.models import Role
from tests.doors.doors import Ask, Rule, desk, everybody, own, project, signed_in, team
from tests.doors.world import Side

LOOK = Ask()
DO = Ask()
RATER = str(Role.RATER.value)
JOINING = {"name": "Dora", "email": "dora@example.com", "password": "correct horse battery"}


def answers(side: Side) -> dict[str, object]:
    return {"client_key": uuid4(), "q.helpful": "3"}


def newer_draft(side: Side) -> dict[str, object]:
    return answers(side) | {"version": 1}


SITE: dict[str, Rule] = {
    "health": everybody(GET=LOOK),
    "set_language": everybody(POST=Ask({"language": "ja", "next": "/"}, writes=True)),
    "account_login": everybody(GET=LOOK, POST=DO),
    "account_logout": everybody(GET=LOOK, POST=DO),
    "account_signup": everybody(GET=LOOK, POST=Ask(JOINING)),
    "account_inactive": everybody(GET=LOOK),
    "account_change_password": signed_in(GET=LOOK, POST=DO),
}

ACCOUNTS: dict[str, Rule] = {
    "accounts:start": signed_in(GET=LOOK),
    "accounts:people": team(May.ADMINISTER, uid="team", GET=LOOK),
    "accounts:invite": team(
        May.ADMINISTER,
        uid="team",
        POST=Ask({"role": "rater", "label": "Dora"}, foreign={"projects": "project.pk"}),
    ),
    "accounts:change_role": team(
        May.ADMINISTER, uid="team", member="member.user", POST=Ask({"role": "rater"})
    ),
    "accounts:remove": team(May.ADMINISTER, uid="team", member="member.user", POST=DO),
    "accounts:audit": team(May.ADMINISTER, uid="team", GET=LOOK),
    "accounts:project_new": team(May.ADMINISTER, uid="team", GET=LOOK),
    "accounts:project_create": team(
        May.ADMINISTER, uid="team", POST=Ask({"name": "Second application"})
    ),
    "accounts:revoke": team(May.ADMINISTER, uid="invitation", POST=DO),
    "accounts:invitation": everybody(token="invitation.token", GET=LOOK),
    "accounts:join": everybody(token="invitation.token", POST=Ask(JOINING)),
    "accounts:accept": signed_in(token="invitation.token", POST=DO),
    "accounts:job": project(May.READ, uid="job", GET=LOOK),
    "accounts:job_part": project(May.READ, uid="job", GET=LOOK),
    "accounts:job_cancel": project(May.MANAGE, uid="job", POST=DO),
}

STUDIES: dict[str, Rule] = {
    "annotation:studies": project(May.READ, uid="project", GET=LOOK),
    "annotation:study_new": project(
        May.MANAGE, uid="project", GET=Ask(foreign={"version": "version.pk"})
    ),
    "annotation:study_create": project(
        May.MANAGE,
        uid="project",
        POST=Ask(
            lambda side: {
                "name": "March",
                "rubric_version": side.version.pk,
                "overlap": 2,
                "policy": "in_order",
                "lease_minutes": 30,
            },
            foreign={"rubric_version": "version.pk"},
        ),
    ),
    "annotation:study": project(May.READ, uid="study", GET=LOOK),
    "annotation:study_draw": project(
        May.MANAGE,
        uid="planned",
        POST=Ask({"size": 1, "seed": 7, "allocation": "proportional"}),
    ),
    "annotation:study_raters": project(
        May.MANAGE,
        uid="study",
        POST=Ask(lambda side: {"members": manager_of(side)}, foreign={"members": "member.pk"}),
    ),
    "annotation:study_invite": project(May.MANAGE, uid="study", POST=Ask({"label": "Dora"})),
    "annotation:rater_pause": project(May.MANAGE, uid="study", rater="rater", POST=DO),
    "annotation:study_settling": project(
        May.MANAGE, uid="study", POST=Ask({"bar": 0.8, "helpful.max_spread": 1})
    ),
    "annotation:items": project(May.READ, uid="study", GET=LOOK),
    "annotation:study_state": project(May.MANAGE, uid="study", words={"act": "pause"}, POST=DO),
}

RATING: dict[str, Rule] = {
    "annotation:my_studies": signed_in(GET=LOOK),
    "annotation:rate": desk(RATER, uid="study", GET=Ask(writes=True)),
    "annotation:undo": desk(RATER, uid="study", POST=DO),
    "annotation:my_ratings": desk(RATER, uid="study", GET=LOOK),
    "annotation:revise": own(RATER, uid="submitted", GET=LOOK),
    "annotation:submit": own(RATER, uid="assignment", POST=Ask(answers)),
    "annotation:draft": own(RATER, uid="assignment", POST=Ask(newer_draft)),
    "annotation:skip": own(RATER, uid="assignment", POST=Ask({"reason": "Not my language."})),
}

GOLD: dict[str, Rule] = {
    "gold:home": project(May.BELONG, uid="project", GET=LOOK),
    "gold:datasets": project(May.READ, uid="project", GET=LOOK),
    "gold:dataset_create": project(May.MANAGE, uid="project", POST=Ask({"name": "Second"})),
    "gold:dataset": project(May.READ, uid="dataset", GET=LOOK),
    "gold:propose": project(May.MANAGE, uid="dataset", POST=Ask(foreign={"study": "study"})),
    "gold:decide": project(
        May.MANAGE,
        uid="dataset",
        POST=Ask(
            lambda side: {"candidate": side.candidate.uid, "act": "approve"},
            foreign={"candidate": "candidate"},
        ),
    ),
    "gold:publish": project(May.MANAGE, uid="dataset", POST=Ask({"note": "More."})),
    "gold:reconsider": project(May.MANAGE, uid="declined", POST=DO),
    "gold:item": project(May.READ, uid="gold_item", GET=LOOK),
    "gold:retire": project(May.MANAGE, uid="gold_item", POST=Ask({"reason": "It is wrong."})),
    "gold:release": project(May.READ, uid="release", GET=LOOK),
    "gold:export": project(May.READ, uid="release", POST=Ask({"form": "jsonl"})),
    "gold:download": project(May.READ, uid="exported", GET=LOOK),
}

RULES = SITE | ACCOUNTS | STUDIES | RATING | GOLD


def manager_of(side: Side) -> int:
    return side.team.memberships.get(user=side.people[Role.MANAGER]).pk

