"""Doors of surveys on the team's side; see `tests.doors.rules`."""

from accounts.access import May
from tests.doors.doors import Ask, Rule, project

LOOK = Ask()
DO = Ask()
SETTINGS = {"name": "After chat", "slug": "after-chat", "share": 50, "cooldown_days": 30}
LINKS = {"name": "Panel", "links": 2, "quota": 1, "days": 7}

SURVEYS: dict[str, Rule] = {
    "surveys:surveys": project(May.READ, uid="project", GET=LOOK),
    "surveys:survey_new": project(May.MANAGE, uid="project", GET=LOOK),
    "surveys:survey_create": project(May.MANAGE, uid="project", POST=Ask({"template": "nps"})),
    "surveys:survey_template": project(
        May.MANAGE, uid="project", words={"key": "csat_chat"}, GET=LOOK
    ),
    "surveys:survey": project(May.READ, uid="asked_survey", GET=LOOK),
    "surveys:survey_settings": project(
        May.MANAGE, uid="asked_survey", GET=LOOK, POST=Ask(SETTINGS)
    ),
    "surveys:survey_pause": project(May.MANAGE, uid="asked_survey", POST=DO),
    "surveys:survey_reopen": project(May.MANAGE, uid="paused_survey", POST=DO),
    "surveys:survey_close": project(May.MANAGE, uid="asked_survey", GET=LOOK, POST=DO),
    "surveys:survey_copy": project(May.MANAGE, uid="asked_survey", POST=DO),
    "surveys:survey_version": project(May.READ, uid="asked_version", GET=LOOK),
    "surveys:survey_version_json": project(May.READ, uid="asked_version", GET=LOOK),
    "surveys:survey_draft": project(May.MANAGE, uid="asked_survey", POST=DO),
    "surveys:survey_edit": project(
        May.MANAGE, uid="written_survey", GET=LOOK, POST=Ask({"locales[0]": "en"})
    ),
    "surveys:survey_preview": project(May.MANAGE, uid="written_survey", GET=LOOK, POST=LOOK),
    "surveys:survey_publish": project(May.MANAGE, uid="written_survey", GET=LOOK),
    "surveys:survey_freeze": project(May.MANAGE, uid="written_survey", POST=DO),
    "surveys:survey_discard": project(May.MANAGE, uid="paused_survey", GET=LOOK, POST=DO),
    "surveys:survey_links": project(May.MANAGE, uid="asked_survey", GET=LOOK),
    "surveys:survey_link_make": project(May.MANAGE, uid="asked_survey", POST=Ask(LINKS)),
    "surveys:survey_links_csv": project(May.MANAGE, uid="asked_survey", GET=LOOK),
    "surveys:survey_link_code": project(May.MANAGE, uid="survey_link", GET=LOOK),
    "surveys:survey_link_extend": project(
        May.MANAGE, uid="survey_link", POST=Ask({"quota": 3, "days": 7})
    ),
    "surveys:survey_link_revoke": project(May.MANAGE, uid="survey_link", POST=DO),
}
