"""Doors of redaction; see `tests.doors.rules`."""

from accounts.access import May
from tests.doors.doors import DO, LOOK, Ask, Rule, project
from tests.doors.world import Side


def words(side: Side) -> dict[str, object]:
    return {"words": side.conversation.turns[0]["content"].split()[0], "kind": "name"}


def in_comment(side: Side) -> dict[str, object]:
    return {"source": "comments", "state": "accepted", **side.written}


HIDE = Ask({"state": "accepted"})

REDACTION: dict[str, Rule] = {
    "conversations:redaction": project(
        May.MANAGE, uid="project", GET=Ask(foreign={"after": "conversation", "run": "run"})
    ),
    "conversations:redaction_scan": project(
        May.MANAGE, uid="project", POST=Ask(foreign={"run": "run"})
    ),
    "conversations:redaction_names": project(
        May.MANAGE, uid="project", POST=Ask({"names": "山田 太郎"})
    ),
    "conversations:redaction_imports": project(May.MANAGE, uid="project", POST=Ask({"scan": "no"})),
    "conversations:redaction_originals": project(
        May.ADMINISTER, uid="project", POST=Ask({"keep": "no"})
    ),
    "conversations:written": project(May.MANAGE, uid="project", GET=LOOK),
    "conversations:written_decide": project(May.MANAGE, uid="project", POST=Ask(in_comment)),
    "conversations:redact": project(May.MANAGE, uid="conversation", GET=LOOK),
    "conversations:redact_scan": project(May.MANAGE, uid="conversation", POST=DO),
    "conversations:redact_mark": project(May.MANAGE, uid="conversation", POST=Ask(words)),
    "conversations:redact_all": project(May.MANAGE, uid="conversation", POST=HIDE),
    "conversations:redact_one": project(May.MANAGE, uid="redaction", POST=HIDE),
}
