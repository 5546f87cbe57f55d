"""In brief, the figures of the full report, to the bit."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests import factories

pytestmark = pytest.mark.django_db

VALUES = [[3, 3, 2], [0, 4, None], [1, 1, 1], [2, 3, 3], [4, 4, 0], [2, 2, 2]]


def told(capsys, *more):
    call_command("agreement", *more, "--format", "json", "--replicates", "200")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("groups", [None, ["a", "a", "b", "b", "c", "c"]])
def test_in_brief_as_in_the_report(rated, capsys, groups):
    study = rated(VALUES, groups)
    for rater in study.project.raters.all():
        factories.make_study_rater(study, rater, n_submitted=6)
    name = f"{study.project.team.slug}/{study.slug}"
    [whole] = told(capsys, "--study", name)
    brief = told(capsys, "--study", name, "--brief", "--criterion", "helpful")
    assert brief["coefficients"]
    for key, result in brief["coefficients"].items():
        assert result == whole["coefficients"][key], key
    for key in ("criterion", "level", "n_items", "n_raters", "n_ratings"):
        assert brief[key] == whole[key], key


def test_a_criterion_without_points_is_refused_in_brief(rated):
    study = rated(VALUES)
    with pytest.raises(CommandError, match="no criterion 'tone' with points to choose"):
        call_command(
            "agreement", "--study", f"{study.project.team.slug}/{study.slug}", "--brief",
            "--criterion", "tone",
        )  # fmt: skip
