"""What an export counted on its way: it says so in its own notes, and to whoever asked for it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from gold.exports.reading import (
    CONTESTED,
    conversations_of,
    language_of,
    split_of,
    tier_of,
    variant_of,
)
from gold.exports.source import Line, Source
from gold.verifying import is_tombstone

LEFT_OUT = {
    "erased": "erased on request",
    "contested": "contested: people differ, so there is no one right answer",
    "without_input": "without anything said before the answer",
    "without_answer": "without an answer",
    "without_expected": "without an expected answer",
    "with_tools": "with calls of tools, whose definitions no conversation holds",
    "below_bar": "whose answer was judged lower, and nobody wrote a better one",
    "without_preference": "without a preference between two answers to one input",
}
EXPECTED = {
    "approved": "that people judged, as good or bad as their labels say",
    "corrected": "that somebody wrote for the item",
    "reference": "that came with the conversation",
}
MOST_PAIRS, SEED = 100, 1
"""Answers rated alone make more pairs than a trainer has use for: their number is squared. So many
are taken of one input by one criterion, side by side in an order that the seed gives."""


@dataclass
class Tally:
    """Of items; `rows` are what stands in each file."""

    items: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)
    """Where the answers that are expected come from, in formats that expect one."""
    pairs_left: int = 0
    """Pairs of answers rated alone, beyond as many as are taken of one input."""
    rows: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    consents: Counter[str] = field(default_factory=Counter)

    def leave(self, reason: str) -> None:
        """An item that was read is in no file."""
        self.items -= 1
        self.left_out[reason] += 1

    def read(self, source: Source, *, one_answer: bool = False) -> Iterator[Line]:
        """Lines with something to say; of one right answer each, if the format needs that."""
        for line in source.lines():
            if is_tombstone(line.payload):
                self.left_out["erased"] += 1
            elif one_answer and tier_of(line.payload) == CONTESTED:
                self.left_out["contested"] += 1
            else:
                self._count(line)
                yield line

    def _count(self, line: Line) -> None:
        payload = line.payload
        self.items += 1
        self.splits[split_of(payload)] += 1
        self.tiers[tier_of(payload)] += 1
        self.languages[language_of(payload) or "unknown"] += 1
        self.sources[payload.get("source") or "unknown"] += 1
        self.variants.update(variant_of(one) or "unknown" for one in conversations_of(payload))
        if licence := payload.get("licence"):
            self.licences[licence] += 1
        if consent := payload.get("consent"):
            self.consents[consent] += 1

    def expected_words(self) -> str:
        """What a reader takes for right answers; "" in a format that expects none."""
        return "; ".join(
            f"{n} {EXPECTED.get(one, one)}" for one, n in sorted(self.expected.items())
        )

    def left_out_words(self) -> list[str]:
        words = [f"{n} {LEFT_OUT[reason]}" for reason, n in sorted(self.left_out.items())]
        if self.pairs_left:
            words.append(
                f"{self.pairs_left} pairs, as at most {MOST_PAIRS} are taken of one input by one "
                f"criterion: neighbours in the order of seed {SEED}"
            )
        return words

    @property
    def pairs(self) -> dict[str, int]:
        """How many pairs were left out and how the others were chosen; nothing if all are there."""
        if not self.pairs_left:
            return {}
        return {"left_out": self.pairs_left, "most": MOST_PAIRS, "seed": SEED}
