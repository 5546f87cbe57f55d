"""A gold item's payload as every format reads it, of whatever schema.

Items of "touchstone-gold/1" say neither what was asked nor what is expected; both follow from the
conversation then. Nothing here fails on what an older release left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.text import digest
from gold import asked

Payload = Mapping[str, Any]

GOLD, CONTESTED = "gold", "contested"
APPROVED = "approved"
"""Where an expected answer is the one that was judged, be it good or not."""


def split_of(payload: Payload) -> str:
    return str(payload.get("split") or "test")


def names_of_files(splits: Iterable[str]) -> dict[str, str]:
    """What the files of splits are called, in characters that are a name everywhere.

    Two that would be one file, also where upper and lower case are one, get a hash of their own.

    >>> names_of_files(["hold-out", "test"])
    {'hold-out': 'hold_out', 'test': 'test'}
    >>> names_of_files(["a-b", "a_b"])
    {'a-b': 'a_b_4a3ef9', 'a_b': 'a_b_3ebec7'}
    """
    names = {split: re.sub(r"[^0-9A-Za-z_]+", "_", split) or "_" for split in splits}
    taken = Counter(name.casefold() for name in names.values())
    return {
        split: name if taken[name.casefold()] == 1 else f"{name}_{digest(split)[:6]}"
        for split, name in names.items()
    }


def tier_of(payload: Payload) -> str:
    return payload.get("tier") or GOLD


def language_of(payload: Payload) -> str:
    return payload.get("language") or payload["conversation"].get("language") or ""


def input_key_of(payload: Payload) -> str:
    return payload.get("input_key") or payload["conversation"].get("input") or ""


def variant_of(conversation: Mapping[str, Any]) -> str:
    return str((conversation.get("variant") or {}).get("name", ""))


def answer_of(conversation: Mapping[str, Any]) -> str:
    """The answer that was judged; "" where nobody answered."""
    return str(asked.answer_in(conversation["turns"]))


def conversations_of(payload: Payload) -> list[dict[str, Any]]:
    """The conversation, and in a pair or a ranking those beside it, by their positions."""
    second = payload.get("conversation_b")
    return [
        payload["conversation"],
        *([second] if second else []),
        *payload.get("further_answers", ()),
    ]


def expected_of(payload: Payload) -> tuple[str, str]:
    """The answer expected and where it is from; both empty where none is known."""
    if "expected" in payload:
        expected = payload["expected"] or {}
        return expected.get("text", ""), expected.get("source", "")
    reference = payload["conversation"].get("reference") or ""
    return reference, "reference" if reference else ""


def passages_of(payload: Payload) -> list[str]:
    """Texts of the passages that an answer needs; if nobody chose, of all it was given."""
    turns = payload["conversation"]["turns"]
    if chosen := payload.get("passages"):
        return [
            turns[turn]["passages"][passage]["text"]
            for turn, passage in chosen
            if turn < len(turns) and passage < len(turns[turn].get("passages") or ())
        ]
    judged = turns[asked.judged_turn(turns) :][:1]
    return [one["text"] for turn in judged for one in turn.get("passages") or ()]


@dataclass(frozen=True)
class Label:
    """One settled label with its place: -1 where it is about the whole."""

    criterion: str
    value: Any
    turn: int = -1
    passage: int = -1
    answers: tuple[int, int] | None = None
    distribution: Mapping[str, int] | None = None
    n: int = 0
    source: str = ""
    reason: str = ""

    @property
    def text(self) -> str:
        """The value in one cell."""
        if self.value is None:
            return ""
        if isinstance(self.value, list):
            return "; ".join(map(str, self.value))
        return str(self.value)


def labels_of(payload: Payload) -> Iterator[Label]:
    for key in sorted(payload["labels"]):
        found = payload["labels"][key]
        for one in found if isinstance(found, list) else [found]:
            answers = one.get("answers")
            yield Label(
                criterion=key,
                value=one["value"],
                turn=one.get("turn", -1),
                passage=one.get("passage", -1),
                answers=(answers[0], answers[1]) if answers else None,
                distribution=one.get("distribution"),
                n=one.get("n") or 0,
                source=one.get("source", ""),
                reason=one.get("reason", ""),
            )
