"""What is wrong with a file is said with line and reason, by page and command alike.

Each case goes both ways, because both are one reading: nothing is stored of a refused line, and
the good line beside it comes in.
"""

import gzip
import io
import json
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from conversations.models import Conversation, ImportRun, RefusedLine
from jobs.testing import run_pending_jobs
from tests.conversations.conftest import lines, record

pytestmark = pytest.mark.django_db
GOOD = lines(record(1))


def turn(content="x", **fields):
    return {"role": "user", "content": content, **fields}


def messages(*turns, **fields):
    return lines({"id": "bad", "messages": list(turns), **fields})


CASES = {
    "wrong encoding": ('{"id": "配送"}\n'.encode("cp932"), "wrong_encoding", "0x"),
    "a line of 50 MB": (messages(turn("a" * 50_000_000)), "too_long", "MB"),
    "nested too deep": (b'{"id": "x", "messages": ' + b"[" * 500 + b"]" * 500 + b"}\n", "", ""),
    "a bomb of brackets": (b"[" * 1_000_000 + b"\n", "", ""),
    "a bomb of empty lists": (messages(turn(), metadata={"a": [[]] * 100_000}), "too_many_parts",
                              "100,00"),
    "an unknown role": (messages(turn(role="wizard")), "unknown_role", "wizard"),
    "missing turns": (lines({"id": "bad"}), "no_turns", "turns"),
    "no turns": (lines({"id": "bad", "messages": []}), "no_turns", "turns"),
    "a turn without content": (messages(turn(None)), "null_content", "content"),
    "NUL": (messages(turn("a\x00b")), "nul", "NUL"),
    "NUL in the metadata": (messages(turn(), metadata={"a\x00": 1}), "nul", "NUL"),
    "a raw NUL": (b'{"id": "a\x00b"}\n', "nul", "NUL"),
    "half an emoji": (rb'{"id": "x", "messages": [{"role": "user", "content": "\ud83d"}]}' + b"\n",
                      "lone_surrogate", "surrogate"),
    "text for a number": (messages(turn(), latency_ms="fast"), "not_a_number", "latency_ms"),
    "a number below 0": (messages(turn(), tokens=-1), "out_of_range", "tokens"),
    "a long id": (lines({"id": "x" * 256, "messages": [turn()]}), "key_too_long", "256"),
    "a number of digits without end": (b'{"id": "x", "tokens": ' + b"9" * 5_000 + b"}\n",
                                       "not_json", "number"),
    "not JSON": (b'{"id": "x" "y"}\n', "not_json", "not JSON"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "code", "words"), CASES.values(), ids=CASES)
def test_by_the_command(project, write, line, code, words):
    out = StringIO()
    path = write("a.jsonl", GOOD + line)
    with pytest.raises(SystemExit) as exit_:
        call_command(
            "import_conversations", path, project=str(project.uid), format="json", stdout=out
        )
    assert exit_.value.code == 2
    (refused,) = json.loads(out.getvalue())["refused_lines"]
    assert refused["line"] == 2
    assert code in refused["code"]
    assert words in refused["reason"]
    assert Conversation.objects.get().external_id == "c1"


@pytest.mark.parametrize(("line", "code", "words"), CASES.values(), ids=CASES)
def test_by_the_page(signed_in, alice, upload, line, code, words):
    client = signed_in(alice)
    assert upload(client, GOOD + line).status_code == 302
    run_pending_jobs()
    run = ImportRun.objects.get()
    assert (run.state, run.n_new, run.n_refused) == ("checked", 1, 1)
    assert code in RefusedLine.objects.get().code
    page = client.get(run.get_absolute_url())
    assert page.status_code == 200
    assert words in page.content.decode()
    assert len(page.content) < 100_000


TAKEN = {
    "right to left and emoji": messages(turn("שלום 👩‍👩‍👧 مرحبا")),
    "control characters": messages(turn("a\x07b\x1b[31m")),
    "brackets in a text": messages(turn("[{" * 100_000)),
    "a number as text": messages(turn(), latency_ms="1,234", cost="0.5"),
    "N/A among numbers": messages(turn(), latency_ms="N/A", tokens="-", cost=None),
    "a byte order mark": b"\xef\xbb\xbf" + messages(turn()),
    "HTML and formulas": messages(turn("=1+1 <b>x</b>"), metadata={"=cmd": "@x"}),
    "no id": lines({"messages": [turn()]}),
}


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
def test_what_only_looks_bad_comes_in(bring, signed_in, alice, content):
    run = bring(content)
    assert (run.n_new, run.n_refused) == (1, 0)
    page = signed_in(alice).get(Conversation.objects.get().get_absolute_url())
    assert page.status_code == 200


def test_two_header_rows_of_a_table_are_mentioned_and_left_out(bring):
    table = b"id,input,output\nthe id,asked,answered\n1,Where?,Here.\n"
    mapping = {"external_id": "id", "input": "input", "output": "output"}
    run = bring(table.replace(b"the id", b""), "a.csv", mapping=mapping)
    assert (run.n_new, run.n_refused) == (1, 0)
    assert RefusedLine.objects.get().notice


def test_shift_jis_is_read_when_it_is_named(bring):
    content = lines(record(1)).decode().replace("On its way.", "配送中です。").encode("cp932")
    run = bring(content, encoding="cp932")
    assert run.n_new == 1
    assert Conversation.objects.get().turns[1]["content"] == "配送中です。"


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.zip"])
def test_packed_files_are_read_as_they_come(bring, name):
    buffer = io.BytesIO()
    if name.endswith("gz"):
        buffer.write(gzip.compress(GOOD))
    else:
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("inside/a.jsonl", GOOD)
    assert bring(buffer.getvalue(), name).n_new == 1


def test_an_archive_cut_short_keeps_what_came_before_and_says_where_it_ends(begin):
    whole = gzip.compress(lines(*(record(n) for n in range(3000))))
    run = begin(whole[: len(whole) // 2], "a.jsonl.gz", source="jsonl")
    assert 0 < run.n_new < 3000
    assert "truncated_archive" in run.refused_lines.values_list("code", flat=True)


def test_an_archive_that_explodes_is_refused(begin):
    bomb = gzip.compress(b"0" * 100_000_000)
    run = begin(bomb, "a.jsonl.gz", source="jsonl")
    assert run.n_new == 0
    assert run.n_refused == 1


def test_an_empty_file_is_refused_by_the_command(project, write):
    with pytest.raises((CommandError, SystemExit)) as refusal:
        call_command("import_conversations", write("a.jsonl", b""), project=str(project.uid))
    assert getattr(refusal.value, "returncode", None) == 1 or refusal.value.code == 1
    assert not Conversation.objects.exists()
