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
TOGETHER = 200
"""How many inputs are read once more at a time."""


@dataclass(frozen=True)
class Preference:
    """The first or the second answer to one input is better, by one criterion."""

    line: Line
    criterion: str
    first: Conversation
    second: Conversation
    winner: str
    labels: tuple[str, str] = ("", "")
    """What each answer was labelled, where they were rated alone."""

    @property
    def chosen(self) -> Conversation:
        return self.first if self.winner == "a" else self.second

    @property
    def rejected(self) -> Conversation:
        return self.second if self.winner == "a" else self.first


def preferences(source: Source, tally: Tally) -> Iterator[Preference]:
    """Pairs and rankings as they come by; then answers to one input that were rated alone.

    Of the latter only positions and ranks are kept, some 300 bytes an item.
    """
    alone: dict[str, list[tuple[int, dict[Key, float]]]] = defaultdict(list)
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
    yield from among_rated(source, tally, list(alone.values()))


def between_answers(line: Line) -> Iterator[Preference]:
    answers = conversations_of(line.payload)
    for label in labels_of(line.payload):
        first, second = label.answers or (0, 1)
        if label.value in SIDES and (label.answers or len(answers) == 2):
            yield Preference(
                line, label.criterion, answers[first], answers[second], str(label.value)
            )


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


def among_rated(
    source: Source, tally: Tally, groups: list[list[tuple[int, dict[Key, float]]]]
) -> Iterator[Preference]:
    chosen = []
    for group in groups:
        pairs = [
            (one, other, key, a, b)
            for (one, ranks), (other, others) in combinations(group, 2)
            for key, a in ranks.items()
            if (b := others.get(key)) is not None and a != b
        ]
        used = {place for one, other, *_ in pairs for place in (one, other)}
        for _lost in range(len(group) - len(used)):
            tally.leave("without_preference")
        if pairs:
            chosen.append(pairs)
    for start in range(0, len(chosen), TOGETHER):
        some = [pair for pairs in chosen[start : start + TOGETHER] for pair in pairs]
        lines = source.at({place for one, other, *_ in some for place in (one, other)})
        for one, other, (_rubric, criterion), a, b in some:
            yield Preference(
                line=lines[one],
                criterion=criterion,
                first=lines[one].payload["conversation"],
                second=lines[other].payload["conversation"],
                winner="a" if a > b else "b",
                labels=(value_of(lines[one], criterion), value_of(lines[other], criterion)),
            )


def value_of(line: Line, criterion: str) -> str:
    return next(one.text for one in labels_of(line.payload) if one.criterion == criterion)


def shared(first: Conversation, second: Conversation) -> tuple[list[Turn], list[Turn], list[Turn]]:
    """What both were asked, and what each said from there on up to its judged answer."""
    one, other = (up_to_answer(each) for each in (first, second))
    n = 0
    limit = min(len(one), len(other)) - 1
    while n < limit and asked_alike(one[n], other[n]):
        n += 1
    return one[:n], one[n:], other[n:]


def up_to_answer(conversation: Conversation) -> list[Turn]:
    turns = conversation["turns"]
    return list(turns[: asked.judged_turn(turns) + 1])


def asked_alike(one: Turn, other: Turn) -> bool:
    return all(one.get(name) == other.get(name) for name in asked.ASKED)
