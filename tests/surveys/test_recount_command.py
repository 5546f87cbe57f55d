"""manage.py recount_feedback tells and mends what differs from the events."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Project
from surveys.models import CurrentFeedback
from tests import factories
from tests.surveys.test_folding import fold, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = factories.make_project()
    fold(row(project, 1))
    return project


def told(project: Project, *options: str) -> str:
    out = StringIO()
    call_command("recount_feedback", f"--project={project.uid}", *options, stdout=out)
    return out.getvalue()


def test_what_is_right_is_told_in_one_line(project: Project) -> None:
    assert told(project) == (
        "1 events, 1 times current feedback: 0 differ, with 0 sums and 0 days of surveys. "
        "0 events wait to be folded.\n"
    )


def test_a_dry_run_tells_and_changes_nothing(project: Project) -> None:
    CurrentFeedback.objects.update(value=0)
    out = StringIO()
    with pytest.raises(CommandError, match="differs"):
        call_command("recount_feedback", f"--project={project.uid}", "--dry-run", stdout=out)
    assert "value is 0 instead of 1" in out.getvalue()
    assert CurrentFeedback.objects.get().value == 0


def test_without_it_the_difference_is_mended(project: Project) -> None:
    CurrentFeedback.objects.update(value=0)
    with pytest.raises(CommandError, match="mended"):
        told(project)
    assert CurrentFeedback.objects.get().value == 1
    found: Any = json.loads(told(project, "--format=json"))
    assert found["wrong_feedback"] == 0
