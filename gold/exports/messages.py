"""Turns as messages of chat interfaces, and as plain text for tools that know only strings."""

from collections.abc import Sequence
from typing import Any

import orjson

from gold.asked import Turn

ROLES = {"system": "System", "user": "User", "assistant": "Assistant", "tool": "Tool"}


def chat(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """As chat completions take them: role and content, and calls of tools where there are any.

    Turns keep calls in the shape of that interface, so they are handed on as they are.
    """
    return [message_of(turn) for turn in turns]


def message_of(turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn["role"], "content": turn["content"] or ""}
    if turn["role"] == "assistant" and turn.get("tool_calls"):
        message["tool_calls"] = turn["tool_calls"]
    if turn["role"] == "tool":
        message["tool_call_id"] = turn.get("tool_call_id") or ""
    return message


def said(text: str) -> list[dict[str, Any]]:
    """One answer of the assistant."""
    return [{"role": "assistant", "content": text}]


def transcript(turns: Sequence[Turn]) -> str:
    """What was said as one text; a single turn stands without the name of its role.

    >>> transcript([{"role": "user", "content": "Hello"}])
    'Hello'
    >>> transcript([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}])
    'User: Hi\\n\\nAssistant: Hello'
    """
    if len(turns) == 1:
        return turns[0]["content"] or ""
    return "\n\n".join(f"{ROLES[turn['role']]}: {turn['content'] or ''}" for turn in turns)


ENDS_OF_LINES = ("\u0085", "\u2028", "\u2029")
_ESCAPED = [(rune.encode(), f"\\u{ord(rune):04x}".encode()) for rune in ENDS_OF_LINES]


def line_of(value: Any) -> bytes:
    """One line of JSON, without the runes that end no line of JSON but at which readers cut.

    Sorted, because PostgreSQL keeps no order of keys.
    """
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    for rune, escaped in _ESCAPED:
        if rune in text:
            text = text.replace(rune, escaped)
    return text + b"\n"
