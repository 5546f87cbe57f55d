"""Items that ask something and say what is expected: what tools that run a model begin with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gold.asked import Turn, asked_in, judged_turn
from gold.exports.reading import APPROVED, Payload, expected_of, labels_of, language_of, split_of
from gold.exports.source import Line, Source
from gold.exports.tally import Tally


@dataclass(frozen=True)
class Expecting:
    line: Line
    asked: list[Turn]
    expected: str
    expected_source: str


def expecting(source: Source, tally: Tally) -> Iterator[Expecting]:
    for line in tally.read(source, one_answer=True):
        asked = asked_in(line.payload)
        expected, expected_source = expected_of(line.payload)
        if not any(turn["content"] for turn in asked):
            tally.leave("without_input")
        elif not expected:
            tally.leave("without_expected")
        elif source.bar and expected_source == APPROVED and not reaches(line.payload, source):
            tally.leave("below_bar")
        else:
            tally.expected[expected_source] += 1
            yield Expecting(line, asked, expected, expected_source)


def reaches(payload: Payload, source: Source) -> bool:
    """Whether the answer that was judged has a label as high as the bar; of no order, that one."""
    criterion, _sign, point = source.bar.partition("=")
    asked = source.criterion(payload, criterion)
    if asked is None or point not in asked.points:
        return False
    last = judged_turn(payload["conversation"]["turns"])
    values = [
        one.value
        for one in labels_of(payload)
        if one.criterion == criterion and one.turn in (-1, last) and one.passage < 0
    ]
    enough = asked.points[asked.points.index(point) :] if asked.is_ordered else (point,)
    return bool(values) and all(is_among(one, enough) for one in values)


def is_among(value: object, enough: Sequence[str]) -> bool:
    """A mean of points is held against the number of the lowest."""
    if isinstance(value, list):
        return any(one in enough for one in value)
    if isinstance(value, float):
        try:
            return value >= float(enough[0])
        except ValueError:
            return False
    return value in enough


def about(one: Expecting) -> dict[str, object]:
    """What tools may keep beside an item and group their results by."""
    payload = one.line.payload
    return {
        "gold": one.line.uid,
        "content_hash": one.line.content_hash,
        "split": split_of(payload),
        "language": language_of(payload),
        "difficulty": payload.get("difficulty", ""),
        "tags": payload.get("tags", []),
        "expected_source": one.expected_source,
        "labels": values_of(payload),
        "guidance": payload.get("guidance", ""),
        "licence": payload.get("licence", ""),
        "consent": payload.get("consent", ""),
    }


def values_of(payload: Payload) -> dict[str, object]:
    """The labels of the answer as a whole."""
    return {one.criterion: one.value for one in labels_of(payload) if one.turn < 0}
