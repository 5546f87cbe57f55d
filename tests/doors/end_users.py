"""Doors of widgets, feedback, surveys and what respondents gave; see `tests.doors.rules`."""

from accounts.access import May
from tests.doors.compare_rules import COMPARE
from tests.doors.doors import Ask, Rule, api, everybody, project
from tests.doors.feedback_rules import FEEDBACK_PAGES
from tests.doors.hosted_rules import HOSTED
from tests.doors.survey_report_rules import SURVEY_REPORT
from tests.doors.survey_rules import SURVEYS
from tests.doors.webhook_rules import WEBHOOKS
from tests.doors.widget_rules import WIDGET

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

PRIVACY: dict[str, Rule] = {
    "surveys:privacy": project(May.ADMINISTER, uid="project", GET=LOOK),
    "surveys:privacy_change": project(
        May.ADMINISTER, uid="project", POST=Ask({"keep_days": 90, "cooldown_days": 7})
    ),
    "surveys:subject_file": project(
        May.ADMINISTER, uid="project", POST=Ask(lambda side: {"subject": side.name})
    ),
    "surveys:subject_forget": project(
        May.ADMINISTER, uid="project", POST=Ask(lambda side: {"subject": side.name})
    ),
    "surveys:fixed": project(
        May.MANAGE,
        uid="project",
        POST=Ask(lambda side: {"conversation": side.feedback.conversation_key}),
    ),
    "surveys:feedback_link": everybody(
        token="feedback_link_token", GET=LOOK, POST=Ask({"value": "up"})
    ),
    "surveys:own": everybody(token="own_token", GET=LOOK),
    "surveys:own_erase": everybody(token="own_token", GET=LOOK, POST=DO),
    "surveys:own_change": everybody(token="own_token", pk="feedback.pk", POST=DO),
    "surveys:own_erase_one": everybody(token="own_token", pk="feedback.pk", POST=DO),
    "surveys:own_erase_response": everybody(token="own_token", pk="response.pk", POST=DO),
}

LOOP: dict[str, Rule] = {
    "analytics:loop": project(
        May.READ,
        uid="project",
        GET=Ask(foreign={"study": "routed_study.pk", "criterion": "version.pk"}),
    ),
    "analytics:loop_csv": project(May.READ, uid="project", GET=LOOK),
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
    "api:feedback_link_create": api(
        May.MANAGE,
        POST=Ask(
            lambda side: {"conversation": "c-1", "project": str(side.project.uid)},
            foreign={"project": "project.uid"},
        ),
    ),
    "api:subject": api(
        May.ADMINISTER,
        subject="name",
        GET=Ask(
            lambda side: {"project": str(side.project.uid)}, foreign={"project": "project.uid"}
        ),
    ),
    "api:subject_forget": api(
        May.ADMINISTER,
        subject="name",
        DELETE=Ask(
            lambda side: {"project": str(side.project.uid)}, foreign={"project": "project.uid"}
        ),
    ),
    "api:feedback": api(May.READ, uid="project", GET=LOOK),
}

EXPORT_API: dict[str, Rule] = {
    **{
        f"api:feedback_{form}": api(
            May.SETTLE,
            GET=Ask(
                lambda side: {"project": str(side.project.uid)}, foreign={"project": "project.uid"}
            ),
        )
        for form in ("csv", "jsonl", "parquet")
    },
    **{
        f"api:responses_{form}": api(
            May.SETTLE,
            GET=Ask(
                lambda side: {"survey": str(side.asked_survey.uid)},
                foreign={"survey": "asked_survey.uid"},
            ),
        )
        for form in ("csv", "jsonl", "parquet")
    },
}

END_USERS = (
    WIDGET
    | COMPARE
    | ROUTES
    | LOOP
    | PRIVACY
    | FEEDBACK_API
    | EXPORT_API
    | WEBHOOKS
    | FEEDBACK_PAGES
    | HOSTED
    | SURVEYS
    | SURVEY_REPORT
)
