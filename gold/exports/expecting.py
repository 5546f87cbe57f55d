"""Items that ask something and say what is expected: what tools that run a model begin with."""

from collections.abc import Iterator
from dataclasses import dataclass

from gold.asked import Turn, asked_in
from gold.exports.reading import Payload, expected_of, labels_of, language_of, split_of
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
        else:
            yield Expecting(line, asked, expected, expected_source)


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
