"""Which of two answers people prefer: from pairs, from rankings, and from answers rated alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from math import comb
from typing import Any

from annotation.criteria import SIDES
from gold import asked
from gold.asked import Turn
from gold.exports.reading import Label, conversations_of, input_key_of, labels_of
from gold.exports.source import Line, Source
from gold.exports.tally import MOST_PAIRS, SEED, Tally

Conversation = dict[str, Any]
Key = tuple[str, str]
"""A rubric version and a criterion of it: only what was asked alike is compared."""
ORDERED = frozenset({"ordinal", "interval", "ratio"})
ANSWERING = frozenset({"assistant", "tool"})
TOGETHER = 200
"""How many inputs are read once more at a time."""
Rated = tuple[int, int, dict[Key, float]]
"""The ticket and the position of an answer that was rated alone, and how high it was."""
Ranked = tuple[int, int, float]
Differing = tuple[int, int, Key, float, float]
"""The positions of two answers, and how high each was by the criterion."""


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
            rated = (ticket_of(line.uid), line.position, ranks)
            alone[input_key_of(line.payload)].append(rated)
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
    differing = [found for group in groups for found in differing_in(group, tally)]
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


def differing_in(group: list[Rated], tally: Tally) -> Iterator[Differing]:
    """Of answers to one input, those two and two that were rated otherwise by a criterion."""
    for key in sorted({key for _ticket, _place, ranks in group for key in ranks}):
        ranked = sorted(
            (ticket, place, ranks[key]) for ticket, place, ranks in group if key in ranks
        )
        found = list(islice(_side_by_side(ranked), MOST_PAIRS))
        alike = Counter(rank for _ticket, _place, rank in ranked)
        every = comb(len(ranked), 2) - sum(comb(n, 2) for n in alike.values())
        tally.pairs_left += every - len(found)
        for (_one, place, rank), (_other, second, other_rank) in found:
            if place < second:
                yield place, second, key, rank, other_rank
            else:
                yield second, place, key, other_rank, rank


def _side_by_side(ranked: list[Ranked]) -> Iterator[tuple[Ranked, Ranked]]:
    """Each two of a circle whose ranks differ: neighbours first, then those one further apart.

    So no answer stands in many pairs before each stands in some.
    """
    n = len(ranked)
    for apart in range(1, n // 2 + 1):
        for start in range(n // 2 if 2 * apart == n else n):
            one, other = ranked[start], ranked[(start + apart) % n]
            if one[2] != other[2]:
                yield one, other


def ticket_of(uid: str) -> int:
    """Where an answer stands among those to its input: by the seed, whatever else there is."""
    return int.from_bytes(sha256(f"{SEED}\n{uid}".encode()).digest()[:7])


def value_of(line: Line, criterion: str) -> str:
    return next(one.text for one in labels_of(line.payload) if one.criterion == criterion)
