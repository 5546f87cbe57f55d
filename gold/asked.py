"""What a gold item asks and what was answered: pure, from the turns alone.

The answer that is judged is the last one of the assistant; everything said before it is the input.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.text import digest

Turn = Mapping[str, Any]

ASKED = ("role", "content", "name", "tool_calls", "tool_call_id")
"""What makes two inputs one: neither ids nor times, nor the passages an index happened to find."""


def judged_turn(turns: Sequence[Turn]) -> int:
    """The number of the turn that is judged; that behind the last where nobody answered.

    >>> judged_turn([{"role": "user"}, {"role": "assistant"}, {"role": "user"}])
    1
    """
    answers = (n for n in range(len(turns) - 1, -1, -1) if turns[n]["role"] == "assistant")
    return next(answers, len(turns))


def input_of(turns: Sequence[Turn]) -> list[Turn]:
    """All turns before the answer that is judged."""
    return list(turns[: judged_turn(turns)])


def answer_in(turns: Sequence[Turn]) -> str:
    """What the assistant said last; "" where it said nothing."""
    judged = turns[judged_turn(turns) :][:1]
    return (judged[0].get("content") or "") if judged else ""


def asked_in(payload: Mapping[str, Any]) -> list[Turn]:
    """The turns before the judged answer, of an item as a release holds it."""
    if "input" in payload:
        return list(payload["input"])
    return input_of(payload["conversation"]["turns"])  # as releases were written at first


def question_of(payload: Mapping[str, Any]) -> str:
    """What the user said first, as every list names a conversation; "" of one that was erased."""
    if "erased_at" in payload:
        return ""
    asked = (turn["content"] for turn in asked_in(payload) if turn["role"] == "user")
    return next((words for words in asked if words), "")


def input_key_of(key: str, turns: Sequence[Turn]) -> str:
    """The key by which runs and splits know the input: its own, or a hash of what was asked."""
    if key:
        return key
    return digest([{name: turn.get(name) for name in ASKED} for turn in input_of(turns)])
