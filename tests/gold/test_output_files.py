"""A file of outputs on its way in: looked through, confirmed, kept as a run."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from gold.cleaning import remove_forgotten_outputs
from gold.models import OutputFile, Run, RunOutput
from gold.runs.judging import PassRule
from gold.services import output_files
from gold.services.output_files import begin_outputs, confirm_outputs, discard_outputs, folder_of
from jobs.testing import run_pending_jobs
from tests import factories
from tests.gold.published import admit, publish

pytestmark = pytest.mark.django_db
State = OutputFile.State


@pytest.fixture
def release(alice, dataset, settled):
    """Of three items."""
    for number in range(3):
        settled(input_key=f"question-{number}")
    admit(alice, dataset)
    return publish(alice, dataset)


@pytest.fixture
def bring(alice, release, tmp_path):
    def make(*lines, name="outputs.jsonl"):
        path = tmp_path / "upload"
        path.write_text(
            "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
        )
        return begin_outputs(
            actor=alice,
            release=release,
            variant="v1",
            rule=PassRule(),
            note="",
            path=path,
            file_name=name,
            now=factories.NOON,
        )

    return make


def output(number, passed=True):
    return {"input_key": f"question-{number}", "output": f"said {number}", "passed": passed}


def test_a_file_is_looked_through_and_nothing_is_kept(bring):
    file = bring(output(0), output(1, passed=False), output(1), "no json", {"input_key": "x"})
    run_pending_jobs()
    file.refresh_from_db()
    assert file.state == State.CHECKED
    counts = {name: file.found[name] for name in ("outputs", "passed", "missing", "unknown")}
    assert counts == {"outputs": 2, "passed": 1, "missing": 1, "unknown": 1}
    assert (file.found["repeated"], file.found["refused"]) == (1, 1)
    assert [one["output"] for one in file.found["first"]] == ["said 0", "said 1"]
    assert [one.line for one in file.refused.all()] == [4]
    assert not Run.objects.exists()


def test_what_is_confirmed_becomes_a_run_once(bring, alice):
    file = bring(output(0), output(1, passed=False))
    run_pending_jobs()
    for _again in range(2):
        confirm_outputs(actor=alice, file=file)
    run_pending_jobs()
    file.refresh_from_db()
    assert (file.state, Run.objects.get()) == (State.DONE, file.run)
    assert (file.run.n_outputs, file.run.n_passed, file.run.created_by) == (2, 1, alice)


def test_a_job_that_died_behind_its_end_keeps_no_second_run(bring, alice):
    file = bring(output(0))
    run_pending_jobs()
    confirm_outputs(actor=alice, file=file)
    for _attempt in range(2):
        run = output_files.store_outputs(file, lambda _done: None, factories.NOON)
    assert Run.objects.get() == run


def test_a_file_of_strangers_fails_with_a_sentence_and_goes(
    bring, django_capture_on_commit_callbacks
):
    file = bring({"input_key": "elsewhere"})
    with django_capture_on_commit_callbacks(execute=True):
        run_pending_jobs()
    file.refresh_from_db()
    assert file.state == State.FAILED
    assert "elsewhere" in file.problem
    assert not folder_of(file).exists()


def test_what_is_discarded_or_forgotten_goes(bring, alice, django_capture_on_commit_callbacks):
    one, other = bring(output(0)), bring(output(1))
    run_pending_jobs()
    with django_capture_on_commit_callbacks(execute=True):
        discard_outputs(file=one)
    assert not folder_of(one).exists()
    with pytest.raises(DomainError, match="is discarded"):
        confirm_outputs(actor=alice, file=one)
    with django_capture_on_commit_callbacks(execute=True):
        remove_forgotten_outputs(timezone.now() + timedelta(days=30))
    other.refresh_from_db()
    assert (other.state, folder_of(other).exists()) == (State.DISCARDED, False)


def test_the_pages_lead_from_the_upload_to_the_run(client, alice, release):
    client.force_login(alice)
    text = "\n".join([json.dumps(output(0)), "<script>no</script>"])
    given = {
        "release": str(release.uid),
        "variant": "v1",
        "kind": "given",
        "file": SimpleUploadedFile("<i>.jsonl", text.encode()),
    }
    address = client.post(reverse("gold:run_bring", args=[release.dataset.uid]), given)["Location"]
    assert "being looked through" in client.get(address).text
    run_pending_jobs()
    page = client.get(address).text
    assert "Keep them as a run" in page
    assert "&lt;script&gt;no" in page
    file = OutputFile.objects.get()
    refused = client.get(reverse("gold:output_refused_jsonl", args=[file.uid]))
    assert json.loads(refused.getvalue())["line"] == 2
    client.post(reverse("gold:output_confirm", args=[file.uid]))
    run_pending_jobs()
    assert Run.objects.get().get_absolute_url() in client.get(address).text


def test_the_command_tells_refused_lines_by_how_it_ends(release, tmp_path, capsys):
    path = Path(tmp_path) / "outputs.jsonl"
    path.write_text(json.dumps(output(0)) + "\nno json\n")
    name = f"{release.dataset.project.team.slug}/{release.dataset.slug}"
    with pytest.raises(SystemExit) as ended:
        call_command("import_run", name, path, variant="v1", dry_run=True)
    assert ended.value.code == 2
    assert "line 2:" in capsys.readouterr().err
    assert not Run.objects.exists()
    with pytest.raises(SystemExit):
        call_command("import_run", name, path, variant="v1")
    assert RunOutput.objects.get().output == "said 0"
    path.write_text("no json\n")
    with pytest.raises(CommandError, match="No column is called"):
        call_command("import_run", name, path, variant="v1")


def test_the_first_outputs_are_shown_by_what_was_asked(client, alice, bring, release):
    file = bring(output(0), output(1, passed=False))
    run_pending_jobs()
    client.force_login(alice)
    shown = client.get(reverse("gold:output_file", args=[file.uid])).content.decode()
    asked = release.items.first().question
    assert asked
    assert shown.count(f">{asked}</a>") == 2
