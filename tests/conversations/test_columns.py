"""A table waits until somebody says which column is what."""

import pytest

from conversations import services
from conversations.columns import Table, guessed, suggested, table_of
from conversations.importers import RefusedError
from conversations.models import Conversation, ImportRun
from core.errors import DomainError
from jobs.testing import run_pending_jobs
from tests.factories import NOON

pytestmark = pytest.mark.django_db
CSV = "番号,Q,A,Ort\n7,Wo?,Hier.,Bonn\n8,Wann?,Bald.,Köln\n".encode()
MAPPING = {"external_id": "番号", "input": "Q", "output": "A"}


@pytest.fixture
def waiting(begin):
    return begin(CSV, "a.csv")


def test_a_table_is_not_checked_before_its_columns_are_chosen(waiting):
    assert waiting.state == ImportRun.State.CHECKING
    assert waiting.job_uid is None


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"id,input,output\n1," + b"a" * 11_000_000 + b",b\n", "Line 2: The record has 10.5 MB"),
        (b"a" * 11_000_000 + b",b\n1,2\n", "The record has 10.5 MB"),
        (b"id,input,output\n", "holds no rows"),
    ],
    ids=["a cell without end", "a header without end", "a header alone"],
)
def test_nobody_is_asked_for_the_columns_of_a_table_without_rows(begin, table, words):
    with pytest.raises(RefusedError, match=words):
        begin(table, "a.csv")
    assert not ImportRun.objects.exists()


def test_a_row_that_cannot_be_read_beside_good_ones_is_left_to_the_check(begin):
    run = begin(CSV + b'9,"' + b"a" * 11_000_000 + b'",b,c\n', "a.csv")
    assert run.state == ImportRun.State.CHECKING


def test_the_head_of_the_table_is_shown(waiting):
    table = table_of(waiting)
    assert table.names == ["番号", "Q", "A", "Ort"]
    assert table.cells(1) == ["Wo?", "Wann?"]


def test_the_chosen_columns_are_read(alice, waiting):
    services.choose_columns(actor=alice, run=waiting, mapping=MAPPING)
    run_pending_jobs()
    waiting.refresh_from_db()
    services.confirm_import(actor=alice, run=waiting, now=NOON)
    run_pending_jobs()
    first = Conversation.objects.get(external_id="7")
    assert [turn["content"] for turn in first.turns] == ["Wo?", "Hier."]
    assert first.metadata["Ort"] == "Bonn"


def test_columns_can_be_chosen_again_before_the_import(alice, waiting):
    services.choose_columns(actor=alice, run=waiting, mapping={"input": "A", "output": "Q"})
    run_pending_jobs()
    services.choose_columns(actor=alice, run=waiting, mapping=MAPPING)
    run_pending_jobs()
    waiting.refresh_from_db()
    assert waiting.n_new == 2
    assert waiting.preview[0]["external_id"] == "7"


def test_columns_cannot_be_chosen_after_the_import(alice, waiting):
    ImportRun.objects.update(state=ImportRun.State.DONE)
    with pytest.raises(DomainError, match="can no longer be chosen"):
        services.choose_columns(actor=alice, run=waiting, mapping=MAPPING)


def test_the_choice_is_remembered_for_the_next_file_with_these_columns(alice, project, waiting):
    services.choose_columns(actor=alice, run=waiting, mapping=MAPPING)
    assert suggested(project, Table(["番号", "Q", "A", "Ort"], [])) == {
        path: field for field, path in MAPPING.items()
    }
    assert suggested(project, Table(["Q", "A"], [])) == {}


def test_the_header_suggests_what_it_says():
    table = Table(["id", "Question", "answer", "note"], [])
    assert guessed(table) == {"external_id": "id", "input": "Question", "output": "answer"}


def test_columns_of_one_name_are_told_apart_by_place():
    table = Table(["a", "a", ""], [])
    assert [table.path(place) for place in range(3)] == ["[0]", "[1]", "[2]"]


def test_a_file_that_is_no_table_is_refused_as_one(begin):
    with pytest.raises(RefusedError, match="no CSV"):
        begin(b"{}\n", "a.jsonl", source="csv")
