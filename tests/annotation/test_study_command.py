"""manage.py study: how far a study is, and its next state, for a script."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from annotation.models import Study
from tests.annotation.rating_helpers import rater_in, study_of
from tests.annotation.steering_helpers import rate_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(project):
    study = study_of(project, items=2, overlap=2)
    rate_all(rater_in(study))
    return study


@pytest.fixture
def run(study, capsys):
    def command(act, **options):
        call_command("study", act, study=str(study.uid), **options)
        study.refresh_from_db()
        return capsys.readouterr().out

    return command


def test_it_shows_how_far_a_study_is_and_what_waits_for_nobody(run, study):
    assert run("show").splitlines() == [
        f"{study} is open: 2 of 4 ratings are in, 0 of 2 items settled, 0 wait for a decision.",
        "All lanes: 2 items wait for nobody.",
    ]


def test_a_script_reads_the_same(run, study):
    rater_in(study)
    assert json.loads(run("show", format="json")) == {
        "study": str(study.uid), "state": "open", "items": 2, "asked": 4, "submitted": 2,
        "settled": 0, "disputed": 0, "stuck": {},
    }  # fmt: skip


def test_it_moves_a_study_on(run, study, alice):
    for act, state in [("pause", "paused"), ("open", "open"), ("close", "closed")]:
        assert state in run(act, actor=alice.email)
        assert study.state == state
    assert AuditEntry.objects.get(verb="study.closed").actor == alice


def test_what_cannot_be_is_refused_in_one_line(run, study):
    Study.objects.filter(pk=study.pk).update(state="closed")
    with pytest.raises(CommandError, match="is closed"):
        run("open")
