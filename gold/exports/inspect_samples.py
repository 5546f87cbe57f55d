"""Samples of Inspect AI: messages, a target, and what to group scores by."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from gold.exports.expecting import about, expecting
from gold.exports.folders import Folder, Rows
from gold.exports.formats import Format
from gold.exports.manifest import Written
from gold.exports.messages import chat, line_of
from gold.exports.notes import readme
from gold.exports.reading import passages_of
from gold.exports.source import Source
from gold.exports.tally import Tally

OPENS = 'from inspect_ai.dataset import json_dataset\n\nsamples = json_dataset("NAME/test.jsonl")\n'


def rows(source: Source, tally: Tally) -> Rows:
    for one in expecting(source, tally):
        sample = {
            "id": one.line.uid,
            "input": [message_of(message) for message in chat(one.asked)],
            "target": one.expected,
            "metadata": {**about(one), "passages": passages_of(one.line.payload)},
        }
        yield source.file_of(one.line.payload, "{}.jsonl"), line_of(sample)


def message_of(message: dict[str, Any]) -> dict[str, Any]:
    """Calls of tools have the function's name and its arguments as an object."""
    if "tool_calls" not in message:
        return message
    return {**message, "tool_calls": [call_of(call) for call in message["tool_calls"]]}


def call_of(call: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": call["id"],
        "type": "function",
        "function": call["function"]["name"],
        "arguments": arguments_of(call["function"].get("arguments", "")),
    }


def arguments_of(text: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"text": text}


def beside(source: Source, tally: Tally, files: list[Written]) -> Iterator[tuple[str, str]]:
    holds = "Samples by split; `target` is the expected answer, and `metadata` has the labels."
    yield readme(source, tally, holds=holds, opens=OPENS)


FORMAT = Format(
    key="inspect",
    name="Inspect AI",
    purpose=_("Samples for an Inspect task: messages, target and metadata."),
    leaves_out=_("Items without an expected answer, contested ones, and what was erased."),
    opens=OPENS,
    one_answer=True,
    expects=True,
    folder=Folder(rows=rows, beside=beside, empty="test.jsonl"),
)
