"""The shapes of chat that are read, and what becomes of each part of a record."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conversations.importers.helpers import HELLO, line, one, read_all

MakeFile = Callable[..., Path]
STORED_HELLO = [
    {"id": "0", "role": "user", "content": "Hello"},
    {"id": "1", "role": "assistant", "content": "Hi"},
]


@pytest.mark.parametrize(
    "record",
    [
        {"messages": HELLO},
        {"turns": [{"role": "user", "text": "Hello"}, {"role": "assistant", "text": "Hi"}]},
        {"conversations": [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Hi"}]},
        {"input": "Hello", "output": "Hi"},
        {"messages": [{"role": "USER", "content": ["Hello"]}, {"role": "bot", "content": "Hi"}]},
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
                {"role": "assistant", "content": "Hi", "tool_calls": None, "name": None},
            ]
        },
    ],
)
@pytest.mark.parametrize("container", ["lines", "array", "wrapped", "wrapped one line", "pretty"])
def test_every_shape_in_every_container_is_the_same_conversation(
    make_file: MakeFile, record: dict[str, Any], container: str
) -> None:
    record = {"id": "c1"} | record
    content = {
        "lines": json.dumps(record) + "\n",
        "array": json.dumps([record], indent=1),
        "wrapped": json.dumps({"version": 1, "data": [record]}, indent=1),
        "wrapped one line": json.dumps({"tags": ["a"], "conversations": [record]}),
        "pretty": json.dumps(record, indent=1),
    }[container]
    found = one(make_file(content, "data.json"))
    assert found.turns == STORED_HELLO
    assert found.external_id == found.group_key == "c1"


def test_hash_and_stored_text_are_of_the_canonical_turns(make_file: MakeFile) -> None:
    turns = [{"role": "user", "content": "改行\n\t\u0001 é 😀 </script>"}]
    found = one(make_file(line(messages=turns)))
    stored = json.dumps(found.turns, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert found.turns_json == stored
    assert found.content_hash == hashlib.sha256(stored.encode()).hexdigest()


def test_a_record_without_id_gets_a_stable_one_and_says_so(make_file: MakeFile) -> None:
    found = one(make_file(line()))
    assert found.external_id == f"sha256:{found.content_hash[:32]}"
    assert found.metadata["external_id_from"] == "content_hash"


def test_tool_calls_keep_their_shape_and_allow_null_content(make_file: MakeFile) -> None:
    call = {"id": "x", "type": "function", "function": {"name": "find", "arguments": '{"q": 1}'}}
    turns = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "{}", "tool_call_id": "x", "name": "find"},
        {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": {}}},
    ]
    first, second, third = one(make_file(line(messages=turns))).turns
    assert first == {"id": "0", "role": "assistant", "content": "", "tool_calls": [call]}
    assert second["tool_call_id"] == "x"
    assert third["tool_calls"][0]["function"] == {"name": "f", "arguments": "{}"}


def test_passages_of_a_turn_and_of_a_record_are_ranked(make_file: MakeFile) -> None:
    passage = {"document_id": "d1", "title": "T", "text": "x", "url": "u", "score": "0.5"}
    given = [{"role": "assistant", "content": "a", "contexts": ["first", passage]}]
    expected = [
        {"id": "1", "text": "first", "rank": 1},
        {"id": "d1", "title": "T", "text": "x", "source": "u", "score": 0.5, "rank": 2},
    ]
    assert one(make_file(line(messages=given))).turns[0]["passages"] == expected
    of_record = one(make_file(line(passages=["first", passage]), "b.jsonl"))
    assert of_record.turns[1]["passages"] == expected


def test_every_field_of_a_record_finds_its_place(make_file: MakeFile) -> None:
    found = one(
        make_file(
            line(
                external_id=17,
                group_key="g",
                input_key="i",
                reference="expected",
                guidance={"points": []},
                language="ja-JP",
                created_at=1_700_000_000_000,
                latency_ms="120.4",
                cost="N/A",
                usage={"total_tokens": 9},
                error={"code": 500},
                metadata={"city": "Kyoto"},
                rating="kept",
            )
        )
    )
    assert (found.external_id, found.group_key, found.input_key) == ("17", "g", "i")
    assert (found.reference, found.guidance, found.language) == ("expected", {"points": []}, "ja")
    assert found.started_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert (found.latency_ms, found.cost, found.tokens) == (120, None, 9)
    assert found.error == '{"code":500}'
    assert found.metadata == {"city": "Kyoto", "rating": "kept"}


def test_a_variant_is_its_facts_and_not_its_name(make_file: MakeFile) -> None:
    content = "".join(
        line(id=str(number), variant=variant)
        for number, variant in enumerate(
            [
                {"name": "A", "model": "m", "prompt": "p", "temperature": 0.2},
                {"name": "B", "model": "m", "prompt": "p", "parameters": {"temperature": 0.2}},
                {"name": "A", "model": "m", "prompt": "q", "temperature": 0.2},
                {"name": "C"},
                {"name": "D"},
            ]
        )
    )
    good, _bad = read_all(make_file(content))
    fingerprints = [found.variant.fingerprint for found in good if found.variant]
    assert fingerprints[0] == fingerprints[1]
    assert len(set(fingerprints)) == 4


def test_a_model_alone_makes_a_variant(make_file: MakeFile) -> None:
    variant = one(make_file(line(model="gpt-x"))).variant
    assert variant is not None
    assert (variant.name, variant.model) == ("gpt-x", "gpt-x")


def test_what_a_turn_says_beyond_our_fields_is_kept_in_the_metadata(make_file: MakeFile) -> None:
    turns = [{"role": "user", "content": "a", "at": "2026-05-01 09:30:00", "mood": "good"}]
    found = one(make_file(line(messages=turns)))
    assert found.turns[0]["at"] == "2026-05-01T09:30:00+00:00"
    assert found.metadata["turns"] == {"0": {"mood": "good"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How do I change my address?", "en"),
        ("It’s fine — thanks 😀", "en"),
        ("住所を変更したいです。", "ja"),
        ("GPT-4のAPIについて教えてください", "ja"),
        ("我想更改地址", ""),
        ("Où est-ce que je trouve ça, à côté ?", ""),
        ("1234", ""),
    ],
)
def test_the_language_is_guessed_where_it_is_plain(
    make_file: MakeFile, text: str, expected: str
) -> None:
    found = one(make_file(line(messages=[{"role": "user", "content": text}])))
    assert found.language == expected


def test_fields_are_found_by_a_mapping(make_file: MakeFile) -> None:
    record = {
        "meta": {"uuid": "u1", "model": "m"},
        "log": {"chat": [{"who": "customer", "body": {"text": "Hello"}}]},
        "user.name": "dots",
    }
    mapping = {
        "external_id": "meta.uuid",
        "variant.model": "meta.model",
        "turns": "log.chat",
        "turn.role": "who",
        "turn.content": "body.text",
        "role.customer": "user",
        "metadata.who": "user.name",
        "reference": "log.chat[0].body.text",
    }
    found = one(make_file(json.dumps(record)), "jsonl", mapping=mapping)
    assert found.turns == [{"id": "0", "role": "user", "content": "Hello"}]
    assert (found.external_id, found.reference) == ("u1", "Hello")
    assert found.metadata["who"] == "dots"
    assert found.metadata["log"] == {}
    assert found.variant is not None
    assert found.variant.model == "m"


@pytest.mark.parametrize("lines", [1, 2])
def test_lists_of_objects_in_a_record_do_not_make_it_a_wrapper(
    make_file: MakeFile, lines: int
) -> None:
    record = {"tools": [{"name": "find"}], "passages": [{"text": "p"}], "messages": HELLO}
    content = (json.dumps(record) + "\n") * lines
    assert len(read_all(make_file(content, "data.json"), "jsonl")[0]) == lines


def test_a_mapped_list_in_a_file_of_lines_is_not_taken_for_records(make_file: MakeFile) -> None:
    content = json.dumps({"log": [{"who": "user", "what": "Hello"}]})
    mapping = {"turns": "log", "turn.role": "who", "turn.content": "what"}
    assert one(make_file(content), "jsonl", mapping=mapping).n_turns == 1


def test_what_stands_beside_the_turns_under_a_known_name_is_kept(make_file: MakeFile) -> None:
    record = {"external_id": "a", "id": 7, "messages": HELLO, "input": "x", "system": {"v": 1}}
    found = one(make_file(json.dumps(record)))
    assert found.metadata == {"id": 7, "input": "x", "system": {"v": 1}}
