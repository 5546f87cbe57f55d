"""Every value of every shape in turn is something else: the record is refused, nothing breaks."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from conversations.importers import (
    RefusedError,
    Source,
    guess,
    guess_ratings,
    read,
    read_ratings,
)

ODD: list[Any] = [None, True, 0, -1, 1.5, "", "x", [], {}, ["x"], [1], [None], [{}], {"x": 1}, [[]]]

MTRAG = {
    "models": [{"model_id": "m", "name": "M"}],
    "documents": [{"document_id": "d", "text": "Words.", "title": "T"}],
    "tasks": [
        {
            "task_id": "t<::>1",
            "input": [{"speaker": "user", "text": "Why?"}],
            "contexts": [{"document_id": "d"}],
            "targets": [{"text": "Because."}],
            "annotations": {"context_relevance": {"system": 1}},
        }
    ],
    "evaluations": [
        {
            "task_id": "t<::>1",
            "model_id": "m",
            "model_response": "So.",
            "annotations": {
                "naturalness": {
                    "7": {"value": 3, "timestamp": 1700000000, "duration": 5},
                    "bleu": {"value": 0.5},
                }
            },
        }
    ],
}
DBDC3 = {
    "dialogue-id": "1460000000",
    "speaker-id": "s",
    "turns": [
        {
            "speaker": "S",
            "utterance": "はい。",
            "time": "2016-04-07 12:00:00",
            "annotations": [{"annotator-id": "1", "breakdown": "O", "comment": ""}],
        }
    ],
}
CHAT = [
    {
        "dialogue_id": 1,
        "system_id": "gpt+v1",
        "interlocutor_id": "p",
        "utterances": [{"utterance_id": 0, "interlocutor": "system", "text": "はい。"}],
        "evaluation": {"coherence": 3},
    }
]
PROMPTS = {"gpt+v1": [{"interlocutor_id": "p", "prompt": "Be kind."}]}
ANSWER = {
    "prompt": 1, "model": "m", "result": "So.", "name": "M", "api_id": "m-1", "duration": 5,
    "slug": "s", "rate": 1,
}  # fmt: skip
QUESTION = {"id": 1, "text": "Why?", "type": "x", "note": "y"}
RECORD = {
    "external_id": "c",
    "group_key": "g",
    "input_key": "i",
    "messages": [
        {"role": "user", "content": "Why?", "id": "1", "at": "2026-01-01", "name": "A"},
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "So."}],
            "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": {"a": 1}}}],
            "passages": [{"id": "p", "text": "Words.", "score": 0.5, "rank": 1, "title": "T"}],
        },
    ],
    "contexts": ["Words."],
    "metadata": {"a": 1},
    "variant": {"name": "v", "model": "m", "parameters": {"t": 1}},
    "guidance": {"points": [1]},
    "usage": {"total_tokens": 3},
    "started_at": 1700000000,
    "latency_ms": 1,
    "cost": 0.1,
    "language": "ja-JP",
    "error": {"code": 1},
    "reference": "So.",
}
RATING = {
    "external_id": "c",
    "external_id_b": "",
    "rater": "r",
    "kind": "person",
    "at": "2026-01-01",
    "seconds": 5,
    "comment": "x",
    "layer": "blind",
    "scores": {"a": {"2": 1, "2:0": {"value": 1, "text": "t"}}, "b": ["x", "y"], "c": "N/A"},
}


def changed(value: Any) -> Iterator[Any]:
    """The value with each part of it in turn, itself too, replaced by each odd one."""
    yield from ODD
    if not isinstance(value, dict | list):
        return
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inner:
        for other in changed(part):
            new = copy.copy(value)
            new[key] = other
            yield new
    if isinstance(value, dict):
        for key in value:
            yield {name: part for name, part in value.items() if name != key}


SHAPES: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("mtrag", "a.json", MTRAG, {}),
    ("dbdc3", "a.json", DBDC3, {}),
    ("realpersonachat", "a.json", CHAT, {"prompts.json": PROMPTS}),
    ("llmfao", "results.jsonl", ANSWER, {"prompts.jsonl": QUESTION}),
    ("jsonl", "a.jsonl", RECORD, {}),
]


@pytest.mark.parametrize(("importer", "name", "data", "beside"), SHAPES)
def test_no_value_of_a_conversation_breaks_its_reader(
    tmp_path: Path, importer: str, name: str, data: Any, beside: dict[str, Any]
) -> None:
    for other, words in beside.items():
        (tmp_path / other).write_text(json.dumps(words))
    file = tmp_path / name
    for odd in changed(data):
        file.write_text(json.dumps(odd))
        with suppress(RefusedError):
            guess(Source(tmp_path))
        for _position, entry in read(Source(tmp_path), importer=importer):
            assert entry is not None, odd


@pytest.mark.parametrize(
    ("importer", "name", "data"),
    [(*shape[:3],) for shape in SHAPES if shape[0] in ("mtrag", "dbdc3", "realpersonachat")]
    + [("jsonl", "a.jsonl", RATING)],
)
def test_no_value_of_a_rating_breaks_its_reader(
    tmp_path: Path, importer: str, name: str, data: Any
) -> None:
    file = tmp_path / name
    for odd in changed(data):
        file.write_text(json.dumps(odd))
        with suppress(RefusedError):
            guess_ratings(Source(tmp_path))
        for _position, entry in read_ratings(Source(file), importer=importer):
            assert entry is not None, odd


@pytest.mark.parametrize(
    ("importer", "name", "data"),
    [("realpersonachat", "prompts.json", PROMPTS), ("llmfao", "prompts.jsonl", QUESTION)],
)
def test_no_value_of_the_prompts_breaks_their_reader(
    tmp_path: Path, importer: str, name: str, data: Any
) -> None:
    shape = next(shape for shape in SHAPES if shape[0] == importer)
    (tmp_path / shape[1]).write_text(json.dumps(shape[2]))
    for odd in changed(data):
        (tmp_path / name).write_text(json.dumps(odd))
        for _position, entry in read(Source(tmp_path), importer=importer):
            assert entry is not None, odd
