"""From MTRAG's import to release 1 and 2 by public commands, with agreement and label error."""

import io
from contextlib import suppress

import pytest
from django.core.management import call_command

from scripts.mtrag_release import FILE, release_twice
from tests import factories

pytestmark = [pytest.mark.once, pytest.mark.django_db]  # published data, through commands


def run(*command: str) -> str:
    out = io.StringIO()
    with suppress(SystemExit):  # with 2: done, but for lines that were refused
        call_command(*command, stdout=out)
    return out.getvalue()


def test_two_releases_with_agreement_and_label_error(shared_data, tmp_path):
    if not (shared_data / FILE).exists():
        pytest.skip("no published data sets: MTRAG is not under TOUCHSTONE_SHARED_DATA")
    project = factories.make_project(factories.make_team("north"), "mtrag")
    name = f"north/{project.slug}"
    told = "\n".join(release_twice(run, project=name, source=shared_data / FILE, out=tmp_path))
    assert "Release 1: 150 items" in told
    assert "alpha of Human evaluation: faithfulness: 0." in told
    assert "Estimated label error" in told
    assert "the others are refused, since nobody drew their items" in told
    assert told.rstrip().count("every hash matches") == 1
