"""Exports by the doors: the command, the page with its job, and the API."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gold.exports import FORMATS, Tally, source_of, verify_lines
from gold.exports.manifest import verify_folder
from gold.exports.tally import LEFT_OUT
from gold.services.candidates import approve_candidates, propose_settled
from gold.services.releases import publish_release
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.NOON


@pytest.fixture
def release(alice, dataset, settled):
    for _item in range(2):
        settled()
    propose_settled(actor=alice, dataset=dataset, study=None, now=NOON)
    uids = [one.uid for one in dataset.candidates.all()]
    approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOON)
    return publish_release(actor=alice, dataset=dataset, now=NOON)


@pytest.fixture
def name(dataset):
    return f"{dataset.project.team.slug}/{dataset.slug}"


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_format_is_made_of_what_the_database_holds(release, form):
    tally = Tally()
    assert b"".join(FORMATS[form].write(source_of(release), tally))
    assert tally.items + sum(tally.left_out.values()) == 2


def test_a_page_of_items_costs_one_query(release):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        list(source_of(release).lines())
    assert len(asked) == 4  # criteria, then a page and the end of pages


def test_the_command_writes_a_folder_or_its_zip(release, name, tmp_path, capsys):
    folder, file = tmp_path / "gold", tmp_path / "gold.zip"
    for out in (folder, file):
        call_command("export_gold", name, "--to", "inspect", "--out", str(out))
    assert "Wrote 2 items of release 1" in capsys.readouterr().out
    assert verify_folder(folder) == verify_folder(file)


def test_the_command_writes_into_no_folder_of_others(release, name, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="is not an empty folder"):
        call_command("export_gold", name, "--to", "hf", "--out", str(tmp_path))


def test_the_command_counts_what_it_left_out(release, name, tmp_path, capsys):
    out = str(tmp_path / "gold.zip")
    call_command("export_gold", name, "--to", "dpo", "--out", out, "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert (told["items"], told["left_out"]) == (0, {"without_preference": 2})


def test_a_part_of_a_release_is_verified_as_a_part(release, name, tmp_path):
    out = tmp_path / "gold.jsonl"
    call_command("export_gold", name, "--split", "test", "--out", str(out))
    with out.open("rb") as file:
        assert verify_lines(file).part == "split test"


def test_the_page_exports_what_was_chosen_and_remembers_it(client, alice, release):
    client.force_login(alice)
    client.post(reverse("gold:export", args=[release.uid]), {"form": "parquet"})
    (job,) = run_pending_jobs()
    assert (job.result["items"], job.result["left_out"]) == (2, {})
    file = client.get(reverse("gold:download", args=[job.uid]))
    assert b"".join(file.streaming_content)[:4] == b"PAR1"
    shown = client.get(release.get_absolute_url()).content.decode()
    assert 'value="parquet" checked' in shown


def test_a_file_that_is_asked_for_twice_is_written_once(client, alice, release):
    """Also when a worker has begun in between: a release never changes."""
    client.force_login(alice)
    url = reverse("gold:export", args=[release.uid])
    first, second = (client.post(url, {"form": "csv"})["Location"] for _click in range(2))
    job = Job.objects.get()
    Job.objects.update(state="running", owner="w", lease_until=NOON)
    third, other = (client.post(url, {"form": form})["Location"] for form in ("csv", "hf"))
    assert first == second == third == reverse("accounts:job", args=[job.uid])
    assert other != first


def test_the_job_says_how_many_pairs_are_left_out():
    job = Job.objects.create(
        runner="gold.tasks.run_export",
        state="done",
        result={"pairs": {"left_out": 1700, "most": 100, "seed": 1}, "left_out": {}},
    )
    said = render_to_string("components/_job_progress.html", {"job": job, "url": ""})
    assert "1,700 pairs are not in it" in said


def test_the_job_says_what_the_format_left_out_and_why(client, alice, release):
    client.force_login(alice)
    answer = client.post(reverse("gold:export", args=[release.uid]), {"form": "dpo"}, follow=True)
    run_pending_jobs()
    shown = " ".join(client.get(answer.request["PATH_INFO"]).content.decode().split())
    assert "<b>2</b> without a preference between two answers to one input" in shown


@pytest.mark.parametrize("reason", list(LEFT_OUT))
def test_whatever_is_left_out_has_its_words(reason):
    said = render_to_string("gold/_left_out.html", {"left_out": {reason: 1}})
    assert f"<b>1</b> {LEFT_OUT[reason]} </li>" in " ".join(said.split())


@pytest.mark.parametrize("asked", [{"form": "xml"}, {"form": "csv", "split": "te\0st"}])
def test_a_page_refuses_what_no_file_can_be(client, alice, release, asked):
    client.force_login(alice)
    answer = client.post(reverse("gold:export", args=[release.uid]), asked)
    assert answer.status_code == 422


def test_the_api_streams_a_format_by_its_name(client, alice, release):
    client.force_login(alice)
    url = reverse("api:release_export", args=[release.uid])
    answer = client.get(url, {"format": "openai_evals", "split": "test"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert "registry/evals/gold.yaml" in archive.namelist()
    assert answer["Content-Disposition"].endswith('release-1-test-openai-evals.zip"')


def test_the_api_names_the_formats_there_are(client, alice, release):
    client.force_login(alice)
    url = reverse("api:release_export", args=[release.uid])
    assert client.get(url, {"format": "xml"}).status_code == 422
    assert client.get(url, {"format": "dpo", "tier": "contested"}).status_code == 422
