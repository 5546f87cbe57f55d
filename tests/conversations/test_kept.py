"""What a check has read of an upload spares the import the reading, and changes nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conversations import reading, services
from conversations.importers import LineError, ParsedConversation, Position
from conversations.importers.base import ParsedVariant
from conversations.kept import Keeping, kept_chunks
from conversations.reading import Chunk, Place
from conversations.uploads import kept_of
from jobs.testing import run_pending_jobs
from tests.conversations.conftest import NOON, lines, record

READ_AS = ("jsonl", {"role.bot": "assistant"}, None)
PLAIN = ParsedConversation(
    "a", '[{"role":"user"}]', "hash", "a", metadata={"é": [1, None]}, n_turns=1
)
RICH = replace(
    PLAIN,
    external_id="b",
    variant=ParsedVariant("v2", "model", parameters={"t": 0.5}),
    started_at=datetime(2026, 11, 26, 1, tzinfo=UTC),
    guidance={"points": []},
)
CHUNKS = [
    Chunk(
        Position(0, 2), 90, [(Place(0, 1, 0), PLAIN), (Place(0, 2, 0), RICH)],
        [LineError("f", 3, "code", "why", raw=b"\xff")], 40,
    ),
    Chunk(Position(1, 5), 200, [(Place(1, 5, 0), PLAIN)], [], 20),
]  # fmt: skip


def test_an_import_takes_up_what_its_check_has_read(alice, begin, monkeypatch):
    run = begin(lines(record(1), {"id": "bad"}, record(2)))
    monkeypatch.setattr(reading, "read", lambda *_args, **_named: pytest.fail("read again"))
    services.confirm_import(actor=alice, run=run, now=NOON)
    run_pending_jobs()
    run.refresh_from_db()
    assert (run.state, run.n_new, run.n_refused) == (run.State.DONE, 2, 1)


def test_an_import_whose_check_was_kept_in_part_reads_the_rest(alice, begin):
    run = begin(lines(record(1), record(2)))
    kept_of(run).write_bytes(kept_of(run).read_bytes()[:-40])
    services.confirm_import(actor=alice, run=run, now=NOON)
    run_pending_jobs()
    run.refresh_from_db()
    assert (run.state, run.n_new) == (run.State.DONE, 2)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "file").write_bytes(b"the upload")
    return tmp_path / "read"


def keep(path, chunks, read_as=READ_AS):
    with Keeping(path, read_as) as keeping:
        for chunk in chunks:
            keeping.add(chunk)


def test_what_was_kept_comes_back_as_it_was_read(path):
    keep(path, CHUNKS)
    assert list(kept_chunks(path, READ_AS, None)) == [*CHUNKS, None]
    assert list(kept_chunks(path, READ_AS, Position(0, 2))) == [CHUNKS[1], None]
    assert list(kept_chunks(path, READ_AS, Position(1, 5))) == [None]
    assert [one.name for one in path.parent.iterdir() if one.name != "file"] == ["read"]


def test_what_does_not_fit_is_not_used(path):
    assert list(kept_chunks(path, READ_AS, None)) == []
    keep(path, CHUNKS)
    assert list(kept_chunks(path, ("csv", {}, None), None)) == []
    assert list(kept_chunks(path, READ_AS, Position(0, 1))) == []


def test_what_broke_off_is_used_up_to_there(path):
    keep(path, CHUNKS)
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    assert list(kept_chunks(path, READ_AS, None)) == CHUNKS[:1]
    path.write_bytes(whole[:10])
    assert list(kept_chunks(path, READ_AS, None)) == []


def test_an_unfinished_or_too_large_one_does_not_count(path, monkeypatch):
    broken_off = Keeping(path, READ_AS)
    broken_off.add(CHUNKS[0])
    broken_off.__exit__(KeyboardInterrupt)
    assert list(kept_chunks(path, READ_AS, None)) == []
    monkeypatch.setattr("conversations.kept.SPARE", 50)
    keep(path, CHUNKS)
    assert [one.name for one in path.parent.iterdir()] == ["file"]
