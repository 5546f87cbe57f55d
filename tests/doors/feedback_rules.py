"""Doors of what feedback says, and of answers that come from files; see `tests.doors.rules`."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.access import May
from surveys.importing.forms import PlanForms
from surveys.importing.plan import plan_from
from surveys.importing.table import Table
from surveys.importing.uploads import source_of
from tests.doors.doors import Ask, Rule, project
from tests.doors.world import Side

LOOK = Ask()
DO = Ask()


def a_file_of_answers() -> dict[str, Any]:
    file = SimpleUploadedFile("answers.csv", b"Respondent ID,Good?\n1,yes\n2,no\n")
    return {"file": file, "language": "en"}


def columns_as_they_are(side: Side) -> dict[str, Any]:
    """What a browser sends of the columns' forms when nothing was changed."""
    plan = plan_from(side.answers_file.plan)
    forms = PlanForms(plan, Table(source_of(side.answers_file), plan.header_rows))
    fields = [field for form in (forms.whole, *forms.parts) for field in form]
    return {one.html_name: "" if one.value() is None else one.value() for one in fields}


REPORT: dict[str, Rule] = {
    "analytics:feedback": project(May.READ, uid="project", GET=LOOK),
    "analytics:feedback_table": project(
        May.READ, uid="project", words={"name": "variants"}, GET=LOOK
    ),
    "analytics:feedback_csv": project(May.SETTLE, uid="project", GET=LOOK),
    "analytics:feedback_jsonl": project(May.SETTLE, uid="project", GET=LOOK),
    "analytics:feedback_parquet": project(May.SETTLE, uid="project", GET=LOOK),
    "analytics:feedback_words": project(May.READ, uid="project", GET=LOOK),
    "analytics:feedback_live": project(May.READ, uid="project", GET=LOOK),
    "analytics:feedback_live_part": project(May.READ, uid="project", GET=LOOK),
    "analytics:conversation_feedback": project(May.READ, uid="conversation", GET=LOOK),
}

IMPORTED: dict[str, Rule] = {
    "surveys:import": project(May.MANAGE, uid="project", GET=LOOK),
    "surveys:import_upload": project(
        May.MANAGE, uid="project", POST=Ask(lambda side: a_file_of_answers())
    ),
    "surveys:response_import": project(May.MANAGE, uid="answers_file", GET=LOOK),
    "surveys:response_import_columns": project(
        May.MANAGE, uid="answers_file", POST=Ask(columns_as_they_are)
    ),
    "surveys:response_import_confirm": project(May.MANAGE, uid="answers_file", POST=DO),
    "surveys:response_import_discard": project(May.MANAGE, uid="answers_file", POST=DO),
    "surveys:response_import_go_on": project(May.MANAGE, uid="answers_stopped", POST=DO),
    "surveys:response_import_progress": project(May.MANAGE, uid="answers_read", GET=LOOK),
    "surveys:response_import_refused_csv": project(May.MANAGE, uid="answers_read", GET=LOOK),
}

FEEDBACK_PAGES = REPORT | IMPORTED
"""By name, to be joined with the others'."""
