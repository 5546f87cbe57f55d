"""What is refused, in which words, and that everything beside it is read."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conversations.importers import Limits, RefusedError, Source, guess, read
from tests.conversations.importers.helpers import HELLO, line, one, read_all, refusal

MakeFile = Callable[..., Path]


@pytest.mark.parametrize(
    ("turns", "code"),
    [
        ([{"role": "customer", "content": "a"}], "unknown_role"),
        ([{"content": "a"}], "no_role"),
        ([], "no_turns"),
        ("Hello", "turns_not_a_list"),
        (["Hello"], "turn_not_an_object"),
        ([{"role": "user", "content": None}], "null_content"),
        ([{"role": "user"}], "null_content"),
        ([{"role": "user", "content": {"a": 1}}], "content_not_text"),
        ([{"role": "user", "content": [{"type": "image_url"}]}], "part_not_text"),
        ([{"role": "assistant", "content": "", "tool_calls": [{}]}], "tool_call_without_name"),
        ([{"role": "user", "content": "a", "id": "x"}] * 2, "duplicate_turn_id"),
        ([{"role": "user", "content": "a", "at": "noon"}], "not_a_time"),
        ([{"role": "user", "content": "a", "at": True}], "not_a_time"),
        ([{"role": "user", "content": "a", "passages": [{"id": 1}]}], "passage_without_text"),
    ],
)
def test_a_turn_that_cannot_be_kept_refuses_its_conversation(
    make_file: MakeFile, turns: Any, code: str
) -> None:
    good, bad = read_all(make_file(line(id="a") + line(messages=turns) + line(id="b")))
    assert [found.external_id for found in good] == ["a", "b"]
    assert [(error.line, error.code) for error in bad] == [(2, code)]
    assert bad[0].raw == line(messages=turns).encode()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"id": "x" * 256}, "key_too_long"),
        ({"id": ["x"]}, "wrong_type"),
        ({"id": 10**30}, "number_too_large"),
        ({"model": "x" * 121}, "key_too_long"),
        ({"variant": {"name": "x" * 121}}, "key_too_long"),
        ({"latency_ms": "fast"}, "not_a_number"),
        ({"latency_ms": True}, "not_a_number"),
        ({"tokens": -1}, "out_of_range"),
        ({"created_at": "soon"}, "not_a_time"),
        ({"started_at": True}, "not_a_time"),
        ({"started_at": False}, "not_a_time"),
        ({"messages": [HELLO[0]], "contexts": ["x"]}, "passages_without_answer"),
    ],
)
def test_a_field_of_the_wrong_kind_refuses_the_line(
    make_file: MakeFile, fields: dict[str, Any], code: str
) -> None:
    assert refusal(make_file(line(**fields)), "jsonl").code == code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (rb'{"messages": [{"role": "user", "content": "\ud800"}]}', "lone_surrogate"),
        (rb'{"messages": [{"role": "user", "content": "\udc00 x"}]}', "lone_surrogate"),
        (b'{"messages": [{"role": "user", "content": "\xed\xa0\x80"}]}', "lone_surrogate"),
        (rb'{"messages": [{"role": "user", "content": "\u0000"}]}', "nul"),
        (b'{"messages": [{"role": "user", "content": "\x00"}]}', "nul"),
        (
            b'{"messages": [{"role": "user", "content": "\x01"}], "x": ' + b"9" * 400 + b"}",
            "not_json",
        ),
        (b'{"messages": [{"role": "user", "content": "\x01"}], "x": 1e999}', "not_json"),
        (rb'{"messages": [{"role": "user", "content": "a"}], "m": {"\u0000": 1}}', "nul"),
        (b'{"messages": [{"role": "user", "content": "a"}],}', "not_json"),
        (b'{"messages": [{"role": "user", "content": "a"}]', "not_json"),
        (b'{"messages": [], "x": NaN}', "not_json"),
        (b'{"messages": ' + b"[" * 5000 + b"]" * 5000 + b"}", "too_deep"),
        (b'{"messages": ' + b"[" * 100 + b"]" * 100 + b"}", "too_deep"),
        (b'"text"', "not_a_record"),
        (b"{'messages': []}", "not_json"),
        ("住所".encode("cp932"), "wrong_encoding"),
    ],
)
def test_a_line_that_is_not_storable_json_is_refused_alone(
    make_file: MakeFile, raw: bytes, code: str
) -> None:
    content = line(id="a").encode() + raw + b"\n" + line(id="b").encode()
    good, bad = read_all(make_file(content), "jsonl")
    assert [found.external_id for found in good] == ["a", "b"]
    assert [(error.line, error.code) for error in bad] == [(2, code)]


@pytest.mark.parametrize(
    "text",
    [
        "\\u0000 written out",
        "\u202eright to left\u202c",
        "👩‍👩‍👧 𠮷野家",
        "\u0001\u0007\u001b[31m",
        "<script>alert(1)</script>",
        "=1+1",
        "\\ud800",
    ],
)
def test_text_that_only_looks_dangerous_is_kept_as_it_is(make_file: MakeFile, text: str) -> None:
    turns = [{"role": "user", "content": text}]
    assert one(make_file(line(messages=turns))).turns[0]["content"] == text
    escaped = json.dumps({"messages": turns}, ensure_ascii=True)
    assert one(make_file(escaped, "b.jsonl")).turns[0]["content"] == text


def test_control_characters_that_were_not_escaped_are_kept(make_file: MakeFile) -> None:
    raw = b'{"messages": [{"role": "user", "content": "a\tb\x01"}]}'
    assert one(make_file(raw)).turns[0]["content"] == "a\tb\x01"


def test_beside_a_control_character_numbers_are_those_of_any_other_line(
    make_file: MakeFile,
) -> None:
    number = b"1" + b"0" * 30
    raw = b'{"messages": [{"role": "user", "content": "%s"}], "metadata": {"n": ' + number + b"}}"
    usual, other = (one(make_file(raw.replace(b"%s", text))) for text in (b"a", b"\x01"))
    assert other.metadata["n"] == usual.metadata["n"] == 1e30


@pytest.mark.parametrize("content", [b"", b"\n\n", b"[]", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told(make_file: MakeFile, content: bytes) -> None:
    error = refusal(make_file(content), "jsonl")
    assert (error.line, error.code) == (0, "empty_file")


def test_mark_at_the_start_blank_lines_and_crlf_are_passed_over(make_file: MakeFile) -> None:
    content = "\ufeff" + line(id="a").replace("\n", "\r\n") + "\r\n" + line(id="b").strip()
    good, bad = read_all(make_file(content))
    assert ([found.line for found in good], bad) == ([1, 3], [])


def test_another_encoding_is_refused_with_its_line_and_a_guess(make_file: MakeFile) -> None:
    content = line(id="a").encode() + line(
        messages=[{"role": "user", "content": "住所をおしえて"}]
    ).encode("cp932")
    error = refusal(make_file(content))
    assert (error.line, error.code) == (2, "wrong_encoding")
    assert "cp932" in error.reason


@pytest.mark.parametrize("encoding", ["cp932", "utf-16", "utf-16-le", "euc-jp"])
def test_another_encoding_is_read_when_it_is_named(make_file: MakeFile, encoding: str) -> None:
    turns = [{"role": "user", "content": "住所をおしえて" * 1000}]
    path = make_file((line(messages=turns) * 100).encode(encoding))
    good, bad = read_all(path, "jsonl", encoding=encoding)
    assert (len(good), bad) == (100, [])
    assert good[99].turns[0]["content"] == turns[0]["content"]


def test_a_byte_the_named_encoding_does_not_know_refuses_its_line(make_file: MakeFile) -> None:
    content = line(id="a").encode() + b'{"x": "\x81"}\n' + line(id="b").encode()
    good, bad = read_all(make_file(content), "jsonl", encoding="cp932")
    assert (len(good), [error.line for error in bad]) == (2, [2])


def test_utf16_without_its_name_is_refused_with_a_way_out(make_file: MakeFile) -> None:
    error = refusal(make_file(line().encode("utf-16")), "jsonl")
    assert error.code == "wrong_encoding"
    assert "utf-16" in error.reason


def test_an_encoding_that_does_not_exist_is_refused(make_file: MakeFile) -> None:
    assert refusal(make_file(line()), "jsonl", encoding="latin-99").code == "unknown_encoding"


@pytest.mark.parametrize("as_array", [False, True])
def test_a_record_of_50_mb_is_refused_without_being_held(
    make_file: MakeFile, *, as_array: bool
) -> None:
    big = '{"messages": [{"role": "user", "content": "' + "x" * 50_000_000 + '"}]}\n'
    content = line(id="a") + big + line(id="b")
    if as_array:
        content = "[" + ",".join(content.splitlines()) + "]"
    path = make_file(content, "data.json")
    del content
    tracemalloc.start()
    good, bad = read_all(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [found.external_id for found in good] == ["a", "b"]
    assert [error.code for error in bad] == ["too_long"]
    assert peak < 40 * 1024**2


def test_a_first_line_that_is_too_long_to_look_into_is_refused_as_a_line(
    make_file: MakeFile,
) -> None:
    big = '{"messages": [{"role": "user", "content": "' + "x" * 5000 + '"}]}\n'
    good, bad = read_all(make_file(big + line(id="b")), limits=Limits(line=1000))
    assert [found.external_id for found in good] == ["b"]
    assert [(error.line, error.code) for error in bad] == [(1, "too_long")]


@pytest.mark.parametrize(
    "bad_line",
    [
        '{"messages": [{"role": "user", "content": "a"}],}',
        '{"messages": [{"role": "user", "content": "a"',
        '{"messages": oops}',
        "oops",
    ],
)
def test_a_bad_first_line_does_not_hide_the_lines_after_it(
    make_file: MakeFile, bad_line: str
) -> None:
    good, bad = read_all(make_file(bad_line + "\n" + line(id="b") + line(id="c")))
    assert [found.external_id for found in good] == ["b", "c"]
    assert [error.line for error in bad] == [1]


def test_the_excerpt_is_short_and_safe_to_show(make_file: MakeFile) -> None:
    error = refusal(make_file('{"\u202e\x1b[31m<b>": ' + "x" * 1000), "jsonl")
    assert error.excerpt.startswith('{"\ufffd\ufffd[31m<b>": xxx')
    assert len(error.excerpt) == 500


def test_a_record_of_an_array_is_refused_with_its_number_and_line(make_file: MakeFile) -> None:
    content = "[\n" + ",\n".join([line(id="a").strip(), '{"messages": []}', line(id="b")]) + "]"
    good, bad = read_all(make_file(content, "data.json"))
    assert len(good) == 2
    assert [(error.line, error.record, error.code) for error in bad] == [(3, 2, "no_turns")]


def test_a_mapping_to_a_field_that_does_not_exist_is_refused(make_file: MakeFile) -> None:
    with pytest.raises(RefusedError, match="caption"):
        read_all(make_file(line()), "jsonl", mapping={"caption": "x"})


def test_an_importer_that_does_not_exist_is_refused(make_file: MakeFile) -> None:
    with pytest.raises(RefusedError, match="there are jsonl, messages"):
        list(read(Source(make_file(line())), importer="excel"))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"tasks": [{"task_id": "1"}], "evaluations": [{"task_id": "1"}]}, "documents"),
        ([{"dialogue_id": 1, "utterances": []}], "system_id, interlocutor_id"),
        ({"dialogue-id": "1"}, "turns"),
        ({"chat": "x", "date": "y"}, "chat, date"),
        ([1, 2], "known"),
    ],
)
def test_an_unknown_shape_is_refused_with_what_is_missing(
    make_file: MakeFile, record: Any, words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        guess(Source(make_file(json.dumps(record), "data.json")))
