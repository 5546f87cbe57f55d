"""The passes over a file: what a check says, what an import does, and both after a crash."""

import gc

import pytest

from accounts.models import AuditEntry
from conversations import intake, reading, services, uploads
from conversations.importers import RefusedError
from conversations.models import Conversation, ImportRun, RefusedLine
from conversations.run_page import shown_lines
from core import registry
from core.collecting import USUAL, YOUNG
from core.errors import DomainError
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests.conversations.conftest import lines, record
from tests.factories import NOON

pytestmark = pytest.mark.django_db

BAD = b"not json\n"


def counts(run):
    return run.n_new, run.n_unchanged, run.n_refused


def test_a_check_counts_and_stores_nothing(begin):
    run = begin(lines(record(1), record(2)) + BAD)
    assert run.state == ImportRun.State.CHECKED
    assert counts(run) == (2, 0, 1)
    assert not Conversation.objects.exists()


def test_a_check_keeps_the_first_conversations_as_they_will_look(begin):
    run = begin(lines(*(record(n) for n in range(8))))
    assert [one["external_id"] for one in run.preview] == ["c0", "c1", "c2", "c3", "c4"]
    assert run.preview[0]["turns"][1]["content"] == "On its way."


def test_a_check_stores_refused_lines_with_file_line_and_reason(begin):
    begin(lines(record(1)) + BAD)
    line = RefusedLine.objects.get()
    assert (line.file, line.line, line.code) == ("a.jsonl", 2, "not_json")
    assert bytes(line.raw) == BAD


def test_both_passes_look_for_garbage_less_often(bring, monkeypatch):
    looked, advance = [], intake.advance

    def noting(*facts, **named):
        looked.append(gc.get_threshold()[0])
        advance(*facts, **named)

    monkeypatch.setattr(intake, "advance", noting)
    bring(lines(record(1)))
    assert looked == [YOUNG, YOUNG]
    assert gc.get_threshold() == USUAL


def test_an_import_stores_what_the_check_promised(bring):
    run = bring(lines(record(1), record(2)) + BAD)
    assert run.state == ImportRun.State.DONE
    assert counts(run) == (2, 0, 1)
    assert run.refused_lines.count() == 1
    assert list(Conversation.objects.values_list("external_id", "run")) == [
        ("c1", run.pk),
        ("c2", run.pk),
    ]


def test_what_is_stored_reads_back_as_it_was(bring):
    given = record(
        1,
        variant={"name": "v13", "model": "m", "prompt": "Be brief."},
        language="ja",
        started_at="2026-05-01T09:30:00+09:00",
        latency_ms=120,
        cost=0.5,
        tokens=77,
        group_key="g",
        input_key="i",
        reference="Soon.",
        guidance={"points": ["politeness"]},
        metadata={"channel": "web", "数": 3},
    )
    given["messages"][0]["content"] = "荷物はどこ？ 🎁 שלום"
    bring(lines(given))
    stored = Conversation.objects.select_related("variant").get()
    assert stored.turns[0]["content"] == stored.title == "荷物はどこ？ 🎁 שלום"
    assert stored.variant.name == "v13"
    assert stored.variant.prompt == "Be brief."
    assert stored.started_at.isoformat() == "2026-05-01T00:30:00+00:00"
    assert (stored.latency_ms, stored.cost, stored.tokens) == (120, 0.5, 77)
    assert (stored.group_key, stored.input_key, stored.reference) == ("g", "i", "Soon.")
    assert stored.guidance == {"points": ["politeness"]}
    assert stored.metadata == {"channel": "web", "数": 3}


def test_the_same_file_again_changes_nothing_and_says_so(bring, begin):
    bring(lines(record(1), record(2)))
    again = begin(lines(record(1), record(2)))
    assert counts(again) == (0, 2, 0)


def test_confirming_a_file_with_nothing_new_is_refused(alice, bring, begin):
    bring(lines(record(1)))
    again = begin(lines(record(1)))
    with pytest.raises(DomainError, match="nothing to import"):
        services.confirm_import(actor=alice, run=again, now=NOON)


def test_confirming_twice_imports_once(alice, begin):
    run = begin(lines(record(1)))
    services.confirm_import(actor=alice, run=run, now=NOON)
    services.confirm_import(actor=alice, run=run, now=NOON)
    run_pending_jobs()
    assert Conversation.objects.count() == 1
    assert Job.objects.filter(runner="conversations.tasks.run_import").count() == 1


def test_a_known_id_with_other_words_is_refused_and_names_both(bring, begin):
    bring(lines(record(1)))
    other = record(1)
    other["messages"][0]["content"] = "Something else"
    run = begin(lines(other))
    line = run.refused_lines.get()
    assert line.code == "id_taken"
    assert "c1" in line.reason
    assert b"Something else" in bytes(line.raw)


def test_an_id_twice_in_a_file_is_refused_the_second_time(bring):
    other = record(1)
    other["messages"][0]["content"] = "Something else"
    run = bring(lines(record(1), other, record(1)))
    assert counts(run) == (1, 1, 1)
    assert "line 1" in run.refused_lines.get().reason


def test_an_id_twice_is_found_across_chunks(begin, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    other = record(0)
    other["messages"][0]["content"] = "Something else"
    run = begin(lines(*(record(n) for n in range(5)), other, record(1)))
    assert counts(run) == (5, 1, 1)
    assert run.refused_lines.get().code == "id_twice"


def test_refused_lines_are_shown_in_the_order_of_the_file(begin):
    other = {**record(1), "messages": record(2)["messages"][:1]}
    run = begin(lines(record(1), other) + BAD)
    assert [shown.line.line for shown in shown_lines(run, "")] == [2, 3]


def test_a_longer_conversation_continues_the_stored_one_when_asked(bring):
    bring(lines(record(1)))
    longer = record(1)
    longer["messages"] += [{"role": "user", "content": "Still not here."}]
    run = bring(lines(longer), grow=True)
    assert counts(run) == (1, 0, 0)
    grown = Conversation.objects.get(external_id="c1@3")
    assert grown.continues.external_id == "c1"


def test_a_continuation_imported_again_is_unchanged(bring, begin):
    bring(lines(record(1)))
    longer = record(1)
    longer["messages"] += [{"role": "user", "content": "Still not here."}]
    bring(lines(longer), grow=True)
    assert counts(begin(lines(longer), grow=True)) == (0, 1, 0)


def test_a_continuation_continues_the_longest_it_begins_with(bring):
    bring(lines(record(1)))
    longer = record(1)
    for turn in ("Still not here.", "Hello?"):
        longer["messages"] += [{"role": "user", "content": turn}]
        bring(lines(longer), grow=True)
    assert Conversation.objects.get(external_id="c1@4").continues.external_id == "c1@3"


def test_a_changed_beginning_is_no_continuation(bring, begin):
    bring(lines(record(1)))
    other = record(1)
    other["messages"][0]["content"] = "Something else"
    other["messages"] += [{"role": "user", "content": "More."}]
    assert counts(begin(lines(other), grow=True)) == (0, 0, 1)


def test_a_whole_or_nothing_file_with_a_bad_line_does_not_come_in(alice, begin):
    run = begin(lines(record(1)) + BAD, all_or_nothing=True)
    with pytest.raises(DomainError, match="whole or not at all"):
        services.confirm_import(actor=alice, run=run, now=NOON)
    assert not Conversation.objects.exists()


def test_a_whole_or_nothing_import_undoes_itself_when_another_contradicts_it(
    alice, begin, bring, monkeypatch
):
    monkeypatch.setattr(reading, "CHUNK", 2)
    run = begin(lines(*(record(n) for n in range(5))), all_or_nothing=True)
    other = record(4)
    other["messages"][0]["content"] = "Something else"
    bring(lines(other))
    services.confirm_import(actor=alice, run=run, now=NOON)
    run_pending_jobs()
    run.refresh_from_db()
    assert run.state == ImportRun.State.FAILED
    assert "c4" in run.problem
    assert Conversation.objects.get().external_id == "c4"


def test_the_end_of_an_import_is_audited_and_announced_once(bring, monkeypatch):
    heard = []
    monkeypatch.setitem(registry._handlers, "conversations_imported", [lambda **f: heard.append(f)])
    run = bring(lines(record(1)))
    assert [fact["run"] for fact in heard] == [run]
    entry = AuditEntry.objects.get(verb="conversations.imported")
    assert entry.data == {"new": 1, "unchanged": 0, "refused": 0}


def test_the_upload_goes_when_the_import_is_done(bring, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = bring(lines(record(1)))
    assert not uploads.folder_of(run).exists()


def test_discarding_removes_the_upload_and_stores_nothing(
    alice, begin, django_capture_on_commit_callbacks
):
    run = begin(lines(record(1)))
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_import(actor=alice, run=run, now=NOON)
    assert not uploads.folder_of(run).exists()
    with pytest.raises(DomainError, match="discarded"):
        services.confirm_import(actor=alice, run=run, now=NOON)


def test_a_file_of_no_known_shape_leaves_nothing_behind(begin, files):
    with pytest.raises(RefusedError):
        begin(b'{"colour": "red"}\n')
    assert not ImportRun.objects.exists()
    assert not list((files / "files" / "imports").iterdir())


class CrashError(Exception):
    pass


def crash_in_chunk(monkeypatch, module, name, at):
    """Let the function fail at its n-th call, after its work was done."""
    original, calls = getattr(module, name), []

    def failing(*args, **kwargs):
        result = original(*args, **kwargs)
        calls.append(1)
        if len(calls) == at:
            raise CrashError
        return result

    monkeypatch.setattr(module, name, failing)


def rerun(run):
    """Let the retry of a failed job begin at once."""
    run.refresh_from_db()
    Job.objects.filter(uid=run.job_uid).update(run_after=None)
    run_pending_jobs()
    run.refresh_from_db()


def test_an_import_that_fails_in_a_chunk_goes_on_from_the_chunk_before(alice, begin, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    run = begin(lines(*(record(n) for n in range(7))) + BAD)
    services.confirm_import(actor=alice, run=run, now=NOON)
    crash_in_chunk(monkeypatch, intake, "advance", at=3)
    run_pending_jobs()
    assert Conversation.objects.count() == 4
    rerun(run)
    assert run.state == ImportRun.State.DONE
    assert counts(run) == (7, 0, 1)
    assert run.refused_lines.count() == 1
    assert Conversation.objects.count() == 7


def test_a_check_that_fails_in_a_chunk_goes_on_and_takes_no_id_for_its_own_second(
    begin, monkeypatch
):
    monkeypatch.setattr(reading, "CHUNK", 2)
    crash_in_chunk(monkeypatch, intake, "advance", at=3)
    run = begin(lines(*(record(n) for n in range(7)), record(0)))
    assert run.state == ImportRun.State.CHECKING
    rerun(run)
    assert run.state == ImportRun.State.CHECKED
    assert counts(run) == (7, 1, 0)


def test_two_imports_of_one_file_store_each_conversation_once(alice, begin, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    content = lines(*(record(n) for n in range(6)))
    runs = [begin(content), begin(content)]
    for run in runs:
        services.confirm_import(actor=alice, run=run, now=NOON)
    run_pending_jobs()
    for run in runs:
        run.refresh_from_db()
    assert [counts(run) for run in runs] == [(6, 0, 0), (0, 6, 0)]
    assert Conversation.objects.count() == 6


def test_a_process_that_was_overtaken_stops_and_counts_nothing_twice(alice, begin):
    run = begin(lines(record(1)))
    services.confirm_import(actor=alice, run=run, now=NOON)
    late = ImportRun.objects.get(pk=run.pk)
    run_pending_jobs()
    with pytest.raises(DomainError, match="another process"):
        services.run_import(late, lambda done, total: None, NOON)
    run.refresh_from_db()
    assert counts(run) == (1, 0, 0)


def test_an_import_whose_job_was_given_up_can_go_on(alice, begin):
    run = begin(lines(record(1)))
    services.confirm_import(actor=alice, run=run, now=NOON)
    run.refresh_from_db()
    Job.objects.filter(uid=run.job_uid).update(state=Job.State.CANCELLED)
    services.go_on(actor=alice, run=run)
    run_pending_jobs()
    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE


def test_refused_lines_beyond_the_limit_are_counted_and_not_kept(begin, monkeypatch):
    monkeypatch.setattr("conversations.refusals.KEPT", 3)
    run = begin(lines(record(1)) + BAD * 5)
    assert run.n_refused == 5
    assert run.refused_lines.count() == 3


def test_memory_holds_a_chunk_however_long_its_conversations_are(write):
    long = record(1, metadata={"x": "y"})
    long["messages"][0]["content"] = "a" * 3_000_000
    path = write("long.jsonl", lines(*({**long, "id": f"c{n}"} for n in range(7))))
    sizes = [len(c.entries) for c in reading.chunks(reading.Source(path), "jsonl", {})]
    assert sizes == [3, 3, 1]
