"""Rubrics through the command line: out of one project and into another."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from annotation import rubric_templates
from annotation.models import Rubric, RubricVersion
from annotation.services.rubrics import rubric_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "rubric.json"
    path.write_text(json.dumps(rubric_templates.template("dialogue_breakdown")))
    return path


def run(name, *args, **options):
    out = StringIO()
    call_command(name, *args, stdout=out, **options)
    return out.getvalue()


def test_a_file_becomes_a_published_version_and_a_file_again(file, project):
    answer = run("import_rubric", file, project="north/support", publish=True, format="json")
    version = RubricVersion.objects.get(uid=json.loads(answer)["version"])
    exported = run("export_rubric", f"north/{version.rubric.slug}")
    assert version.state == "published"
    assert json.loads(exported) == rubric_data(version)


def test_a_second_file_becomes_the_draft_of_the_next_version(file, project):
    run("import_rubric", file, project="north/support", publish=True)
    run("import_rubric", file, rubric=str(Rubric.objects.get().uid))
    assert [v.state for v in RubricVersion.objects.order_by("number")] == ["published", "draft"]


def test_a_dry_run_stores_nothing(file, project):
    assert "2 criteria" in run("import_rubric", file, project="north/support", dry_run=True)
    assert not Rubric.objects.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"key": "a b", "criteria": []}'])
def test_a_bad_file_ends_with_a_reason(tmp_path, project, content):
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(CommandError):
        run("import_rubric", path, project="north/support")
    assert not Rubric.objects.exists()


def test_a_draft_is_exported_only_by_its_number(file, project):
    run("import_rubric", file, project="north/support")
    slug = f"north/{Rubric.objects.get().slug}"
    with pytest.raises(CommandError, match="published version"):
        run("export_rubric", slug)
    assert json.loads(run("export_rubric", slug, number=1))["key"] == "dialogue_breakdown"
