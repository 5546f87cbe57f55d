"""The first conversations of a file as they will look, small enough to keep beside the run."""

from itertools import islice
from typing import Any

import orjson

from conversations.importers import ParsedConversation
from conversations.sifting import variant_record

PREVIEWED = 5
TURNS = 20
TEXT = 2_000
PASSAGES = 5
FACTS = 12


def preview_of(one: ParsedConversation) -> dict[str, Any]:
    variant = variant_record(one) or {}
    return {
        "external_id": one.external_id,
        "group_key": one.group_key if one.group_key != one.external_id else "",
        "input_key": one.input_key,
        "variant": variant.get("name", ""),
        "language": one.language,
        "reference": one.reference[:TEXT],
        "n_turns": one.n_turns,
        "left_out": max(0, one.n_turns - TURNS),
        "turns": [short_turn(turn) for turn in one.turns[:TURNS]],
        "metadata": short_facts(dict(islice(one.metadata.items(), FACTS))),
    }


def short_turn(turn: dict[str, Any]) -> dict[str, Any]:
    short = {**turn, "content": shortened(turn["content"])}
    if passages := turn.get("passages"):
        short["passages"] = [
            {**passage, "text": shortened(passage["text"])} for passage in passages[:PASSAGES]
        ]
    if calls := turn.get("tool_calls"):
        short["tool_calls"] = [short_call(call) for call in calls[:PASSAGES]]
    return short


def short_call(call: dict[str, Any]) -> dict[str, Any]:
    body = call["function"]
    return {**call, "function": {**body, "arguments": shortened(body["arguments"])}}


def short_facts(metadata: dict[str, Any]) -> dict[str, str]:
    return {str(name)[:80]: as_read(value)[:200] for name, value in metadata.items()}


def as_read(value: Any) -> str:
    """Text as it is; anything else as the file has it, not as Python writes it."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def shortened(text: str) -> str:
    return text if len(text) <= TEXT else text[:TEXT] + " …"
