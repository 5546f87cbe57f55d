"""Refused lines as files, and the fault in each."""

import csv
import io
import json

import pytest
from django.urls import reverse

from conversations.faults import fault_in
from conversations.importers import LineError
from conversations.refusals import as_csv
from tests.conversations.conftest import lines, record


def body(client, name, run):
    answer = client.get(reverse(f"conversations:{name}", args=[run.uid]))
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)


@pytest.mark.django_db
def test_the_lines_download_with_file_line_and_reason(signed_in, alice, begin):
    run = begin(lines(record(1)) + b'{"id": "=1+1", "messages": []}\n')
    (row,) = body(signed_in(alice), "refused_json_lines", run).splitlines()
    told = json.loads(row)
    assert (told["file"], told["line"], told["code"]) == ("a.jsonl", 2, "no_turns")
    assert told["raw"] == '{"id": "=1+1", "messages": []}'


@pytest.mark.django_db
def test_the_spreadsheet_begins_no_formula(signed_in, alice, begin):
    run = begin(lines(record(1)) + b"=HYPERLINK(1)\n")
    text = body(signed_in(alice), "refused_csv", run).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["raw"] == "'=HYPERLINK(1)"


def test_a_line_number_stays_a_number():
    rows = as_csv([LineError("a.csv", 7, "not_json", "-", raw=b"x")])
    assert b"a.csv,7,not_json,'-,x" in b"".join(rows)


@pytest.mark.parametrize(
    ("code", "raw", "marked"),
    [
        ("not_json", b'{"id": "a" "b"}', '"'),
        ("not_json", b'{"id": ', ":"),
        ("wrong_encoding", b'{"id": "\x83\x65"}', "\ufffd"),
        ("lone_surrogate", rb'{"id": "\ud83d"}', r"\ud83d"),
        ("nul", rb'{"id": "a\u0000"}', r"\u0000"),
        ("null_content", b'{"role": "user", "content": null}', '"content": null'),
        ("no_turns", b'{"id": "a", "messages": []}', '"messages": []'),
        ("id_taken", b'{"id":"c1","turns":[]}', '"id":"c1"'),
    ],
)
def test_the_fault_is_marked(code, raw, marked):
    fault = fault_in(code, raw, "", "")
    assert fault.marked == marked
    assert "".join(fault) == raw.decode("utf-8", "replace")


def test_the_role_that_the_reason_names_is_marked():
    raw = b'{"messages": [{"role": "user"}, {"role": "wizard"}]}'
    assert fault_in("unknown_role", raw, "the role wizard", "").marked == '"role": "wizard"'


def test_a_fault_far_inside_a_line_is_shown_with_its_surroundings():
    raw = b'{"a": "' + b"x" * 5000 + b'" "b"}'
    fault = fault_in("not_json", raw, "", "")
    assert len(fault.before) < 200
    assert fault.before.startswith("…")
    assert fault.marked == '"'


def test_without_the_line_itself_its_beginning_is_shown():
    assert fault_in("not_json", None, "", "begin") == ("begin", "", "")
