"""Which of two answers people prefer: from pairs, from rankings, and from answers rated alone."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from annotation.criteria import SIDES
from gold import asked
from gold.asked import Turn
from gold.exports.reading import Label, conversations_of, input_key_of, labels_of
from gold.exports.source import Line, Source
from gold.exports.tally import Tally

Conversation = dict[str, Any]
Key = tuple[str, str]
"""A rubric version and a criterion of it: only what was asked alike is compared."""
ORDERED = frozenset({"ordinal", "interval", "ratio"})
ANSWERING = frozenset({"assistant", "tool"})
TOGETHER = 200
"""How many inputs are read once more at a time."""
Rated = tuple[int, dict[Key, float]]
"""The position of an answer that was rated alone, and how high it was."""


@dataclass(frozen=True)
class Answered:
    """What a conversation says to the prompt, with the calls of tools on the way."""

    conversation: Conversation
    turns: list[Turn]
    label: str = ""
    """How it was labelled, where it was rated alone."""


@dataclass(frozen=True)
class Preference:
    """The first ("a") or the second ("b") answer to one prompt is better, by one criterion."""

    line: Line
    criterion: str
    prompt: list[Turn]
    first: Answered
    second: Answered
    winner: str

    @property
    def chosen(self) -> Answered:
        return self.first if self.winner == "a" else self.second

    @property
    def rejected(self) -> Answered:
        return self.second if self.winner == "a" else self.first


def preferences(source: Source, tally: Tally) -> Iterator[Preference]:
    """Pairs and rankings as they come by; then answers to one input that were rated alone.

    Of the latter only positions and ranks are kept, some 300 bytes an item.
    """
    alone: dict[str, list[Rated]] = defaultdict(list)
    for line in tally.read(source, one_answer=True):
        if len(conversations_of(line.payload)) > 1:
            found = list(between_answers(line))
            if not found:
                tally.leave("without_preference")
            yield from found
        elif ranks := ranks_of(source, line):
            alone[input_key_of(line.payload)].append((line.position, ranks))
        else:
            tally.leave("without_preference")
    groups = list(alone.values())
    for start in range(0, len(groups), TOGETHER):
        yield from among_rated(source, tally, groups[start : start + TOGETHER])


def between_answers(line: Line) -> Iterator[Preference]:
    answers = conversations_of(line.payload)
    for label in labels_of(line.payload):
        first, second = label.answers or (0, 1)
        prefers = isinstance(label.value, str) and label.value in SIDES
        if not prefers or not (label.answers or len(answers) == 2):
            continue
        if parted := part(answers[first], answers[second]):
            prompt, one, other = parted
            yield Preference(line, label.criterion, prompt, one, other, str(label.value))


def part(
    first: Conversation, second: Conversation, labels: tuple[str, str] = ("", "")
) -> tuple[list[Turn], Answered, Answered] | None:
    """What both were asked, and what each said then up to its judged answer.

    None where somebody else spoke after they parted: a trainer would take that for an answer, and
    the judged answers are then not to one input.
    """
    one, other = (up_to_answer(each) for each in (first, second))
    n = 0
    limit = min(len(one), len(other)) - 1
    while n < limit and asked_alike(one[n], other[n]):
        n += 1
    if not n or not all(turn["role"] in ANSWERING for turn in (*one[n:], *other[n:])):
        return None
    return one[:n], Answered(first, one[n:], labels[0]), Answered(second, other[n:], labels[1])


def up_to_answer(conversation: Conversation) -> list[Turn]:
    turns = conversation["turns"]
    return list(turns[: asked.judged_turn(turns) + 1])


def asked_alike(one: Turn, other: Turn) -> bool:
    return all(one.get(name) == other.get(name) for name in asked.ASKED)


def ranks_of(source: Source, line: Line) -> dict[Key, float]:
    """How high the answer as a whole was rated, by the criteria that have an order."""
    rubric = line.payload["rubric"]["uid"]
    whole = [one for one in labels_of(line.payload) if one.turn < 0 and one.passage < 0]
    ranked = ((one.criterion, rank_of(source, line, one)) for one in whole)
    return {(rubric, key): rank for key, rank in ranked if rank is not None}


def rank_of(source: Source, line: Line, label: Label) -> float | None:
    """The number, or the place of the point on its scale; a later point is the higher one."""
    criterion = source.criterion(line.payload, label.criterion)
    if criterion is None or criterion.level not in ORDERED:
        return None
    if isinstance(label.value, int | float) and not isinstance(label.value, bool):
        return float(label.value)
    return criterion.points.index(label.value) if label.value in criterion.points else None


def among_rated(source: Source, tally: Tally, groups: list[list[Rated]]) -> Iterator[Preference]:
    """Each group holds the answers to one input."""
    differing = [
        (one, other, key, ranks[key], others[key])
        for group in groups
        for (one, ranks), (other, others) in combinations(group, 2)
        for key in ranks.keys() & others.keys()
        if ranks[key] != others[key]
    ]
    differing.sort(key=lambda found: found[:3])
    lines = source.at({place for one, other, *_rest in differing for place in (one, other)})
    used: set[int] = set()
    for one, other, (_rubric, criterion), rank, other_rank in differing:
        pair = lines[one], lines[other]
        labels = (value_of(pair[0], criterion), value_of(pair[1], criterion))
        first, second = (line.payload["conversation"] for line in pair)
        if parted := part(first, second, labels):
            winner = "a" if rank > other_rank else "b"
            yield Preference(pair[0], criterion, *parted, winner)
            used |= {one, other}
    for _lost in range(sum(map(len, groups)) - len(used)):
        tally.leave("without_preference")


def value_of(line: Line, criterion: str) -> str:
    return next(one.text for one in labels_of(line.payload) if one.criterion == criterion)
