"""The demonstration conversations keep the promises that their README makes."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from conversations.importers.base import Entry, LineError
from conversations.importers.registry import read
from conversations.importers.sources import Source
from fixtures.build import HERE, VARIANTS, rendered

Conversation = dict[str, Any]
TRACES_OF_QUALITY = {"scores", "breakdown", "comments", "direction", "latent"}


def read_lines(name: str) -> list[Conversation]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


FIRST = read_lines("conversations.jsonl")
LATER = read_lines("conversations_later.jsonl")
ALL = FIRST + LATER


def imported(name: str) -> list[Entry]:
    return [entry for _, entry in read(Source(HERE / name), importer="jsonl")]


def said_by_assistant(conversation: Conversation) -> str:
    return "\n".join(m["content"] for m in conversation["messages"] if m["role"] == "assistant")


@pytest.mark.parametrize(
    "name", ["conversations.jsonl", "conversations_later.jsonl", "latent.json"]
)
def test_generated_files_are_fresh(name: str) -> None:
    assert (HERE / name).read_text(encoding="utf-8") == rendered()[name]


def test_there_are_as_many_conversations_as_the_readme_says() -> None:
    assert (len(FIRST), len(LATER)) == (120, 12)


def test_languages_are_halved() -> None:
    assert Counter(c["language"] for c in FIRST) == {"ja": 60, "en": 60}


def test_every_id_stands_once() -> None:
    assert len({c["id"] for c in ALL}) == len(ALL)


def test_every_input_is_answered_by_each_variant_once() -> None:
    answered = Counter((c["input_key"], c["variant"]["name"]) for c in ALL)
    assert set(answered.values()) == {1}
    assert len(answered) == len(VARIANTS) * len({c["input_key"] for c in ALL})


def test_an_input_starts_with_the_same_words_for_every_variant() -> None:
    openings: dict[str, set[str]] = {}
    for conversation in ALL:
        opening = conversation["messages"][0]["content"]
        openings.setdefault(conversation["input_key"], set()).add(opening)
    assert all(len(said) == 1 for said in openings.values())


def test_an_input_stays_within_one_group() -> None:
    groups: dict[str, set[str]] = {}
    for conversation in ALL:
        groups.setdefault(conversation["input_key"], set()).add(conversation["group_key"])
    assert all(len(keys) == 1 for keys in groups.values())


def test_no_two_conversations_have_the_same_answers() -> None:
    assert len({said_by_assistant(c) for c in ALL}) == len(ALL)


@pytest.mark.parametrize("conversation", ALL, ids=lambda c: c["id"])
def test_turns_are_well_formed(conversation: Conversation) -> None:
    turns = conversation["messages"]
    calls = [call["id"] for turn in turns for call in turn.get("tool_calls", [])]
    assert 4 <= len(turns) <= 8
    assert turns[0]["role"] == "user"
    assert turns[-1]["role"] == "assistant"
    assert all(turn["content"].strip() for turn in turns)
    assert [turn["tool_call_id"] for turn in turns if turn["role"] == "tool"] == calls


@pytest.mark.parametrize("conversation", ALL, ids=lambda c: c["id"])
def test_nothing_of_the_hidden_quality_is_imported(conversation: Conversation) -> None:
    assert conversation["metadata"]["synthetic"] is True
    assert not TRACES_OF_QUALITY & (set(conversation) | set(conversation["metadata"]))


@pytest.mark.parametrize("conversation", ALL, ids=lambda c: c["id"])
def test_language_is_the_one_that_is_written(conversation: Conversation) -> None:
    kana = re.search(r"[ぁ-んァ-ヶ]", said_by_assistant(conversation))
    assert (kana is not None) == (conversation["language"] == "ja")


def test_japanese_is_typeset_without_half_width_kana_or_spaces_inside() -> None:
    japanese = "\n".join(said_by_assistant(c) for c in ALL if c["language"] == "ja")
    assert not re.search(r"[\uff61-\uff9f]", japanese)
    assert not re.search(r"[ぁ-んァ-ヶ一-龠] [A-Za-z]|[A-Za-z] [ぁ-んァ-ヶ一-龠]", japanese)


def test_awkward_content_is_there() -> None:
    everything = "\n".join(m["content"] for c in FIRST for m in c["messages"])
    assert "ليلى حداد" in everything
    assert "|---|" in everything
    assert "😱" in everything
    assert min(len(m["content"]) for c in FIRST for m in c["messages"]) <= 4
    assert max(len(said_by_assistant(c)) for c in FIRST) > 1000


def test_the_verbose_variant_is_the_longest_in_most_inputs() -> None:
    length = {c["id"]: len(said_by_assistant(c)) for c in FIRST}
    inputs = {c["input_key"] for c in FIRST}
    longest = [max(VARIANTS, key=lambda v: length[f"{key}-{v}"]) for key in inputs]
    assert longest.count("v12") > 0.8 * len(inputs)


@pytest.mark.parametrize("name", ["conversations.jsonl", "conversations_later.jsonl"])
def test_the_importer_takes_every_line_and_knows_every_key(name: str) -> None:
    parsed = imported(name)
    assert not [entry for entry in parsed if isinstance(entry, LineError)]
    known = {"topic", "channel", "synthetic"}
    assert all(set(entry.metadata) == known for entry in parsed if not isinstance(entry, LineError))


def test_three_broken_lines_are_refused_for_their_form() -> None:
    refused = [entry for entry in imported("broken_lines.jsonl") if isinstance(entry, LineError)]
    assert [entry.line for entry in refused] == [3, 5, 7]
    assert len({entry.code for entry in refused}) == 3


def test_a_fourth_repeats_an_id_with_other_words() -> None:
    taken = [e for e in imported("broken_lines.jsonl") if not isinstance(e, LineError)]
    contents: dict[str, set[str]] = {}
    for entry in taken:
        contents.setdefault(entry.external_id, set()).add(entry.content_hash)
    assert len(taken) == 7
    assert [id_ for id_, hashes in contents.items() if len(hashes) > 1] == ["practice-02"]
