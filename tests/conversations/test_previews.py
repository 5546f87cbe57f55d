"""Previews stay small whatever a conversation holds."""

import json
from pathlib import Path

from conversations.importers import ParsedConversation, Source, read
from conversations.previews import preview_of


def parsed(path: Path, **record: object) -> ParsedConversation:
    path.write_text(json.dumps(record))
    [(_position, entry)] = read(Source(path), importer="jsonl")
    assert isinstance(entry, ParsedConversation)
    return entry


def test_a_preview_of_long_words_arguments_and_many_facts_is_short(tmp_path: Path) -> None:
    long = "x" * 100_000
    call = {"function": {"name": "find", "arguments": {"q": long}}}
    turn = {
        "role": "assistant",
        "content": long,
        "tool_calls": [call],
        "passages": [{"text": long}] * 9,
    }
    metadata = {f"fact {n}": long for n in range(40)}
    one = parsed(tmp_path / "a.json", messages=[turn], metadata=metadata, reference=long)
    preview = preview_of(one)
    assert len(json.dumps(preview)) < 25_000
    assert preview["turns"][0]["tool_calls"][0]["function"]["name"] == "find"
    assert len(preview["metadata"]) == 12
