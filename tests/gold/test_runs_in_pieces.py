"""A run comes in piece by piece: nobody waits for it or sees half of it; a crash costs little."""

import json
import threading
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from gold.cleaning import remove_broken_runs, remove_forgotten_outputs
from gold.growth import saturated
from gold.models import OutputFile, Run, RunOutput
from gold.runs import storing
from gold.runs.judging import PassRule
from gold.runs.outcomes import predecessor_of
from gold.runs.shown import run_lines
from gold.runs.storing import begin_run, drop_run, remove_run, store_run, take_in
from gold.services.erasing import forget_conversations
from gold.services.output_files import (
    begin_outputs,
    confirm_outputs,
    folder_of,
    store_outputs,
)
from jobs import ledger
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests.factories import NOON
from tests.gold.brought import bring, outputs_in
from tests.gold.published import admit
from tests.gold.published import publish as publish_all

pytestmark = pytest.mark.django_db
State = OutputFile.State
ITEMS, PIECE = 5, 2


class Killed(BaseException):
    """What a process that is killed does not catch."""


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(storing, "BATCH", PIECE)


@pytest.fixture
def release(alice, dataset, settled):
    for number in range(ITEMS):
        settled(input_key=f"question-{number}")
    admit(alice, dataset)
    return publish_all(alice, dataset)


def text_of(count: int = ITEMS) -> bytes:
    lines = (
        {"input_key": f"question-{n}", "output": f"said {n}", "passed": n % 2 == 0}
        for n in range(count)
    )
    return "\n".join(map(json.dumps, lines)).encode()


@pytest.fixture
def confirmed(alice, release, tmp_path):
    """A file that was looked through and confirmed; its work waits."""
    path = tmp_path / "upload"
    path.write_bytes(text_of())
    file = begin_outputs(
        actor=alice, release=release, variant="v1", rule=PassRule(), note="", path=path,
        file_name="outputs.jsonl", now=NOON,
    )  # fmt: skip
    run_pending_jobs()
    return confirm_outputs(actor=alice, file=file)


def begun(release) -> Run:
    return begin_run(
        actor=None, release=release, variant="v2", rule={"kind": "given"}, note="", now=NOON
    )


def killed_after(pieces: int, run: Run) -> None:
    """The process dies behind its piece of that number."""
    lines = outputs_in(text_of())

    def until():
        yield from lines[: pieces * PIECE]
        raise Killed

    with pytest.raises(Killed):
        take_in(run, until())


def test_an_attempt_after_one_that_was_killed_stores_only_what_is_missing(release, monkeypatch):
    run = begun(release)
    killed_after(2, run)
    first = list(run.outputs.order_by("pk").values_list("pk", flat=True))
    assert len(first) == 2 * PIECE
    told = []
    taken = take_in(run, outputs_in(text_of()), told.append)
    storing.finish_run(run, taken)
    kept = list(run.outputs.order_by("pk").values_list("pk", "output"))
    assert [pk for pk, _output in kept][: 2 * PIECE] == first
    assert [output for _pk, output in kept] == [f"said {n}" for n in range(ITEMS)]
    assert (run.n_outputs, run.n_judged, run.n_passed) == (5, 5, 3)
    assert (taken.outputs, taken.passed, taken.missing) == (5, 3, 0)
    assert told == [5]


def test_one_line_that_answers_many_items_is_stored_in_pieces_too(alice, dataset, settled):
    for _number in range(ITEMS):
        settled(input_key="asked by all")
    admit(alice, dataset)
    release, told = publish_all(alice, dataset), []
    line = {"input_key": "asked by all", "output": "At four.", "passed": True}
    taken = take_in(begun(release), outputs_in(json.dumps(line).encode()), told.append)
    assert (taken.outputs, told) == (ITEMS, [2, 4, 5])


def test_a_run_of_which_pieces_are_missing_is_nowhere(client, alice, release):
    whole = bring(release, [True] * ITEMS).run
    half = begun(release)
    killed_after(2, half)
    half.n_judged = 4
    half.save()
    client.force_login(alice)
    dataset = release.dataset
    assert client.get(reverse("gold:run", args=[half.uid])).status_code == 404
    assert str(half.uid) not in client.get(reverse("gold:runs", args=[dataset.uid])).text
    assert client.get(f"/api/v1/runs/{half.uid}/").status_code == 404
    listed = client.get(f"/api/v1/gold-datasets/{dataset.uid}/runs/").json()
    assert [one["uid"] for one in listed["results"]] == [str(whole.uid)]
    assert [one.run for one in run_lines(dataset)] == [whole]
    with pytest.raises(CommandError, match="There is no run"):
        call_command("check_run", str(half.uid), stdout=StringIO())
    last = bring(release, [True] * ITEMS).run
    assert predecessor_of(last) == whole
    assert str(half.uid) not in client.get(reverse("gold:run", args=[last.uid])).text
    assert saturated(dataset) == (None, None)


def test_an_output_that_cannot_be_stored_leaves_no_run(release):
    lines = outputs_in(text_of())
    given = {"actor": None, "release": release, "variant": "v1", "rule": PassRule(), "now": NOON}

    def broken():
        yield from lines[:4]
        raise OSError("The disk is gone.")

    with pytest.raises(OSError, match="gone"):
        store_run(lines=broken(), **given)
    assert not Run.every.exists()
    assert not RunOutput.objects.exists()
    assert not AuditEntry.objects.filter(verb="gold.run_stored").exists()


def test_a_worker_that_lost_its_job_stores_nothing_more(release):
    run = begun(release)

    def lost(done: int) -> None:
        if done > PIECE:
            raise ledger.Lost

    with pytest.raises(ledger.Lost):
        take_in(run, outputs_in(text_of()), lost)
    assert run.outputs.count() == PIECE


def test_a_job_whose_worker_died_goes_on_and_tells_how_far_it_is(confirmed, monkeypatch):
    job = ledger.claim()
    stored = storing.RunOutput.objects.bulk_create
    calls = []

    def dying(outputs):
        calls.append(len(outputs))
        if len(calls) == 3:
            raise Killed
        return stored(outputs)

    monkeypatch.setattr(storing.RunOutput.objects, "bulk_create", dying)
    with pytest.raises(Killed):
        ledger.execute(job)
    job.refresh_from_db()
    assert (job.done, job.total, RunOutput.objects.count()) == (4, ITEMS, 4)
    assert not Run.objects.exists()
    Job.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    ledger.sweep()
    [ended] = run_pending_jobs()
    confirmed.refresh_from_db()
    run = Run.objects.get()
    assert (ended.state, confirmed.state, confirmed.run) == (Job.State.DONE, State.DONE, run)
    assert (run.n_outputs, run.n_passed, run.outputs.count()) == (5, 3, 5)
    assert calls == [2, 2, 1, 1]
    assert AuditEntry.objects.filter(verb="gold.run_stored").count() == 1


@pytest.fixture
def given_up(confirmed):
    """Two pieces came in, then the job was called off."""
    with pytest.raises(Killed):
        store_outputs(confirmed, die_behind(4), NOON)
    ledger.cancel(Job.objects.get(uid=OutputFile.objects.get().job_uid))
    confirmed.refresh_from_db()
    assert RunOutput.objects.count() == PIECE
    return confirmed


def die_behind(outputs: int):
    def tell(done: int) -> None:
        if done >= outputs:
            raise Killed

    return tell


def test_a_file_that_stands_still_goes_on_when_somebody_says_so(client, alice, given_up):
    client.force_login(alice)
    page = client.get(given_up.get_absolute_url()).text
    assert "stands still" in page
    assert "To the run" not in page
    before = set(RunOutput.objects.values_list("pk", flat=True))
    client.post(reverse("gold:output_confirm", args=[given_up.uid]))
    run_pending_jobs()
    given_up.refresh_from_db()
    assert (given_up.state, Run.objects.get().n_outputs) == (State.DONE, ITEMS)
    assert before < set(RunOutput.objects.values_list("pk", flat=True))
    assert "To the run" in client.get(given_up.get_absolute_url()).text


def test_a_file_that_stands_still_is_discarded_with_its_pieces(
    client, alice, given_up, django_capture_on_commit_callbacks
):
    client.force_login(alice)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("gold:output_discard", args=[given_up.uid]))
    given_up.refresh_from_db()
    assert (given_up.state, given_up.run) == (State.DISCARDED, None)
    assert not Run.every.exists()
    assert not folder_of(given_up).exists()


def test_a_file_that_comes_in_right_now_is_not_discarded(client, alice, confirmed):
    client.force_login(alice)
    answer = client.post(reverse("gold:output_discard", args=[confirmed.uid]))
    confirmed.refresh_from_db()
    assert (answer.status_code, confirmed.state) == (409, State.STORING)


def test_what_nobody_takes_up_again_goes_by_the_clock(given_up, django_capture_on_commit_callbacks):
    later = timezone.now() + timedelta(days=30)
    remove_broken_runs(later)
    assert Run.every.exists()  # the file may still go on
    with django_capture_on_commit_callbacks(execute=True):
        remove_forgotten_outputs(later)
    assert not Run.every.exists()


def test_pieces_that_belong_to_no_file_go_by_the_clock_once_nobody_can_be_at_them(release):
    whole, half = bring(release, [True] * ITEMS).run, begun(release)
    killed_after(1, half)
    remove_broken_runs(timezone.now())
    assert Run.every.count() == 2
    remove_broken_runs(timezone.now() + timedelta(days=3))
    assert Run.every.get() == whole
    assert RunOutput.objects.count() == ITEMS


def test_a_run_is_taken_away_at_once_and_its_outputs_piece_by_piece(alice, release, monkeypatch):
    run = bring(release, [True] * ITEMS).run
    monkeypatch.setattr(storing, "drop_run", lambda _run: None)
    remove_run(actor=alice, run=run)
    assert not Run.objects.exists()
    assert run.outputs.count() == ITEMS
    with CaptureDeletes() as deletes:
        drop_run(run)
    assert deletes.sizes == [2, 2, 1]
    assert not Run.every.exists()


class CaptureDeletes:
    """How many outputs each statement deletes."""

    def __enter__(self):
        self.sizes, self.wrapper = [], connection.execute_wrapper(self.look)
        self.wrapper.__enter__()
        return self

    def look(self, execute, sql, params, many, context):
        if (
            sql.startswith('DELETE FROM "gold_runoutput"')
            and len(params) > 0
            and "run_id" not in sql
        ):
            self.sizes.append(len(params))
        return execute(sql, params, many, context)

    def __exit__(self, *raised):
        return self.wrapper.__exit__(*raised)


@pytest.mark.django_db(transaction=True)
def test_others_write_and_see_how_far_it_is_between_two_pieces(confirmed):
    """While the file is read no transaction is open, so nobody waits for it."""
    job = ledger.claim()
    seen, lines = [], storing.batches

    def batches(given):
        for batch in lines(given):
            assert not connection.in_atomic_block
            if isinstance(batch[0], RunOutput):
                yield batch
                continue
            in_another_connection(lambda: seen.append(noted(job.uid, len(seen))))
            yield batch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storing, "batches", batches)
        ledger.execute(job)
    assert seen == [0, 2, 4]
    assert (Run.objects.get().n_outputs, Job.objects.get(uid=job.uid).note) == (ITEMS, "2")


def noted(job: UUID, number: int) -> int:
    """Another writer, and what it reads."""
    with transaction.atomic():
        Job.objects.filter(uid=job).update(note=str(number))
        return Job.objects.get(uid=job).done


def in_another_connection(act) -> None:
    failures = []

    def run() -> None:
        try:
            act()
        except Exception as error:  # a thread's error must fail the test, not vanish
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_an_answer_to_somebody_who_is_being_forgotten_is_not_stored(alice, release, project):
    """The erasure commits after outputs were joined to their items and before they are stored."""
    run, item = begun(release), release.dataset.gold_items.earliest("pk")
    looked, erased = threading.Event(), threading.Event()
    judged = storing.Taking.judged

    def slowly(taking, batch):
        found = judged(taking, batch)
        looked.set()
        erased.wait(30)
        return found

    def forget() -> None:
        with transaction.atomic():
            forget_conversations(
                actor=alice, project=project, now=NOON,
                conversations=[item.candidate.item.conversation_id],
            )  # fmt: skip
            erased.set()

    failures = []

    def store() -> None:
        try:
            take_in(run, outputs_in(text_of(PIECE)))
        except Exception as error:  # a thread's error must fail the test, not vanish
            failures.append(error)
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storing.Taking, "judged", slowly)
        thread = threading.Thread(target=store)
        thread.start()
        assert looked.wait(30)
        forget()
        thread.join(60)
    assert failures == []
    assert [one.output for one in run.outputs.all()] == ["said 1"]
