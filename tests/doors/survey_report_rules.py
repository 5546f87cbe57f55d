"""Doors of what a survey's answers say; see `tests.doors.rules`."""

from accounts.access import May
from tests.doors.doors import Ask, Rule, project

LOOK = Ask()

SURVEY_REPORT: dict[str, Rule] = {
    "analytics:survey_report": project(May.READ, uid="asked_survey", GET=LOOK),
    "analytics:survey_progress": project(May.READ, uid="asked_survey", GET=LOOK),
    "analytics:survey_words": project(May.READ, uid="asked_survey", GET=LOOK),
    "analytics:survey_table": project(
        May.READ, uid="asked_survey", words={"name": "scores"}, GET=LOOK
    ),
    "analytics:survey_responses_csv": project(May.SETTLE, uid="asked_survey", GET=LOOK),
    "analytics:survey_responses_jsonl": project(May.SETTLE, uid="asked_survey", GET=LOOK),
    "analytics:survey_responses_parquet": project(May.SETTLE, uid="asked_survey", GET=LOOK),
}
