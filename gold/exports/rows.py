"""A gold item as one row of a table with types: for Parquet and for `datasets`.

Columns are nested, so that turns and labels are read without parsing JSON. What has no fixed shape
is text of JSON: calls of tools, and the guidance that a task brings along.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from core.parquet import parquet
from gold.asked import Turn, asked_in
from gold.exports.reading import (
    Label,
    Payload,
    answer_of,
    conversations_of,
    expected_of,
    input_key_of,
    labels_of,
    language_of,
    passages_of,
    split_of,
    tier_of,
    variant_of,
)
from gold.exports.source import Line

TURN = "STRUCT(role VARCHAR, content VARCHAR, tool_calls VARCHAR, tool_call_id VARCHAR)"
LABEL = (
    'STRUCT(criterion VARCHAR, "value" VARCHAR, number DOUBLE, turn INTEGER, passage INTEGER, '
    "answers INTEGER[], distribution STRUCT(answer VARCHAR, n BIGINT)[], n BIGINT, "
    "source VARCHAR, reason VARCHAR)"
)
COLUMNS = {
    "id": "VARCHAR",
    "position": "BIGINT",
    "split": "VARCHAR",
    "tier": "VARCHAR",
    "language": "VARCHAR",
    "source": "VARCHAR",
    "difficulty": "VARCHAR",
    "tags": "VARCHAR[]",
    "input_key": "VARCHAR",
    "input": f"{TURN}[]",
    "answer": "VARCHAR",
    "expected": "VARCHAR",
    "expected_source": "VARCHAR",
    "guidance": "VARCHAR",
    "task_guidance": "VARCHAR",
    "passages": "VARCHAR[]",
    "labels": f"{LABEL}[]",
    "conversations": f"STRUCT(id VARCHAR, variant VARCHAR, turns {TURN}[])[]",
    "rubric": "VARCHAR",
    "rubric_version": "INTEGER",
    "group": "VARCHAR",
    "inclusion_probability": "DOUBLE",
    "licence": "VARCHAR",
    "consent": "VARCHAR",
    "provenance": "VARCHAR",
    "content_hash": "VARCHAR",
}


ROWS_A_GROUP = 2_048
"""Conversations are long: a group of more of them outgrows the memory that is allowed."""


def table(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Rows as lines of JSON, as one file of Parquet."""
    return parquet(lines, COLUMNS, ROWS_A_GROUP)


def row_line(line: Line) -> bytes:
    return orjson.dumps(row_of(line)) + b"\n"


def row_of(line: Line) -> dict[str, Any]:
    payload = line.payload
    conversation = payload["conversation"]
    expected, expected_source = expected_of(payload)
    guidance = conversation.get("guidance")
    return {
        "id": line.uid,
        "position": line.position,
        "split": split_of(payload),
        "tier": tier_of(payload),
        "language": language_of(payload),
        "source": payload.get("source", ""),
        "difficulty": payload.get("difficulty", ""),
        "tags": payload.get("tags", []),
        "input_key": input_key_of(payload),
        "input": [turn_of(one) for one in asked_in(payload)],
        "answer": answer_of(conversation),
        "expected": expected,
        "expected_source": expected_source,
        "guidance": payload.get("guidance", ""),
        "task_guidance": json_text(guidance) if guidance else None,
        "passages": passages_of(payload),
        "labels": [label_of(one) for one in labels_of(payload)],
        "conversations": [told(one) for one in conversations_of(payload)],
        "rubric": payload["rubric"]["slug"],
        "rubric_version": payload["rubric"]["version"],
        "group": payload["group"],
        "inclusion_probability": payload["inclusion_probability"],
        "licence": payload.get("licence", ""),
        "consent": payload.get("consent", ""),
        "provenance": provenance_hash(payload),
        "content_hash": line.content_hash,
    }


def provenance_hash(payload: Payload) -> str:
    found = payload.get("provenance", "")
    return found if isinstance(found, str) else ""


def told(conversation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": conversation["id"],
        "variant": variant_of(conversation),
        "turns": [turn_of(one) for one in conversation["turns"]],
    }


def turn_of(turn: Turn) -> dict[str, Any]:
    calls = turn.get("tool_calls")
    return {
        "role": turn["role"],
        "content": turn["content"] or "",
        "tool_calls": json_text(calls) if calls else None,
        "tool_call_id": turn.get("tool_call_id"),
    }


def label_of(label: Label) -> dict[str, Any]:
    """A place that the label has none of is null, as in SQL."""
    value = label.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "criterion": label.criterion,
        "value": label.text if value is not None else None,
        "number": value if is_number else None,
        "turn": label.turn if label.turn >= 0 else None,
        "passage": label.passage if label.passage >= 0 else None,
        "answers": label.answers,
        "distribution": [
            {"answer": answer, "n": n} for answer, n in sorted((label.distribution or {}).items())
        ],
        "n": label.n,
        "source": label.source,
        "reason": label.reason or None,
    }


def json_text(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
