"""Hiding spans of text: pure, and the same wherever words are shown or leave.

A turn has several texts: what was said, the name, the passages and the arguments of tool calls.
A part names one of them as the path to it (`passages.0.text`). What belongs to no turn has a turn
below nought. Positions count code points.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from conversations.leaves import changed_leaves, leaves_of

REFERENCE_TURN, REFERENCE = -1, "reference"
METADATA_TURN = -2
CONTENT = "content"
PASSAGE_TEXTS = ("text", "title", "source")

Turn = Mapping[str, Any]


class Hidden(Protocol):
    """What hiding needs to know of a redaction."""

    @property
    def turn(self) -> int: ...
    @property
    def part(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def label(self) -> str: ...


class Cut(NamedTuple):
    """An accepted span as it is kept beside the turns."""

    turn: int
    part: str
    start: int
    end: int
    label: str


class Words(Protocol):
    """All that a conversation says, and what was said of it."""

    turns: Any
    reference: str
    metadata: Any


class Text(NamedTuple):
    turn: int
    part: str
    text: str


def texts_in(conversation: Words) -> Iterator[Text]:
    """Every text of a conversation in which somebody could have been named, in order."""
    yield from texts_of(conversation.turns, conversation.reference)
    for part, text in leaves_of(conversation.metadata):
        yield Text(METADATA_TURN, part, text)


def texts_of(turns: Sequence[Turn], reference: str = "") -> Iterator[Text]:
    for number, turn in enumerate(turns):
        for part in (CONTENT, "name"):
            if text := turn.get(part):
                yield Text(number, part, text)
        for place, call in enumerate(turn.get("tool_calls") or ()):
            if text := call.get("function", {}).get("arguments"):
                yield Text(number, f"tool_calls.{place}.function.arguments", text)
        for place, passage in enumerate(turn.get("passages") or ()):
            for name in PASSAGE_TEXTS:
                if (text := passage.get(name)) and isinstance(text, str):
                    yield Text(number, f"passages.{place}.{name}", text)
    if reference:
        yield Text(REFERENCE_TURN, REFERENCE, reference)


def merged(cuts: Iterable[Hidden]) -> list[tuple[int, int, str]]:
    """Cuts of one text in order, each overlapping heap as one under the label of its first."""
    heaps: list[tuple[int, int, str]] = []
    for cut in sorted(cuts, key=lambda one: (one.start, -one.end)):
        if heaps and cut.start < heaps[-1][1]:
            start, end, label = heaps[-1]
            heaps[-1] = (start, max(end, cut.end), label)
        else:
            heaps.append((cut.start, cut.end, cut.label))
    return heaps


def redacted_text(text: str, cuts: Iterable[Hidden]) -> str:
    """The text with each cut replaced by its label.

    >>> redacted_text("Call 090-1234-5678 now", [Cut(0, "content", 5, 18, "[phone]")])
    'Call [phone] now'
    """
    kept: list[str] = []
    done = 0
    for start, end, label in merged(cuts):
        kept += (text[done:start], label)
        done = end
    return "".join(kept) + text[done:]


def shown(turns: Sequence[Turn], redacted: Sequence[Sequence[Any]] | None) -> Sequence[Any]:
    """Stored turns with the cuts kept beside them made; the very turns where there are none."""
    return hidden_turns(turns, cuts_in(redacted)) if redacted else turns


def cuts_in(redacted: Sequence[Sequence[Any]] | None) -> list[Cut]:
    return [Cut(*one) for one in redacted or ()]


def hidden_turns(turns: Sequence[Turn], cuts: Iterable[Hidden]) -> list[dict[str, Any]]:
    """Copies of the turns with every cut of theirs made; the turns given stay as they are."""
    by_turn: dict[int, dict[str, list[Hidden]]] = defaultdict(lambda: defaultdict(list))
    for cut in cuts:
        by_turn[cut.turn][cut.part].append(cut)
    return [
        dict(_hidden(turn, by_turn[number]) if number in by_turn else turn)
        for number, turn in enumerate(turns)
    ]


def hidden_reference(reference: str, cuts: Iterable[Hidden]) -> str:
    return redacted_text(reference, (cut for cut in cuts if cut.turn == REFERENCE_TURN))


def hidden_metadata(metadata: Any, cuts: Iterable[Hidden]) -> Any:
    """A copy of the metadata with every cut of its own made; the very one where there is none."""
    by_part: dict[str, list[Hidden]] = defaultdict(list)
    for cut in cuts:
        if cut.turn == METADATA_TURN:
            by_part[cut.part].append(cut)
    if not by_part:
        return metadata
    known = dict(leaves_of(metadata))
    new = {part: redacted_text(known.get(part, ""), by_part[part]) for part in by_part}
    return changed_leaves(metadata, new)


def _hidden(turn: Turn, parts: Mapping[str, Iterable[Hidden]]) -> Any:
    hidden: Any = turn
    for part, cuts in parts.items():
        hidden = _replaced(hidden, part.split("."), cuts)
    return hidden


def _replaced(value: Any, path: Sequence[str], cuts: Iterable[Hidden]) -> Any:
    """A copy of the value along the path; what lies beside the path is shared."""
    if not path:
        return redacted_text(value, cuts) if isinstance(value, str) else value
    key: Any = int(path[0]) if isinstance(value, list) else path[0]
    copy = value.copy()
    copy[key] = _replaced(value[key], path[1:], cuts)
    return copy


def moved(start: int, end: int, heaps: Sequence[tuple[int, int, str]]) -> tuple[int, int]:
    """Where a span stands once these cuts are written into its text.

    A span within a cut stands on its label; of one that sticks out of a cut the rest is left.

    >>> moved(20, 23, [(5, 18, "[phone]")]), moved(5, 18, [(5, 18, "[phone]")])
    ((14, 17), (5, 12))
    """
    shift = 0
    new_start, new_end = start, end
    for cut_start, cut_end, label in heaps:
        if cut_start <= start and end <= cut_end:
            return cut_start + shift, cut_start + shift + len(label)
        growth = len(label) - (cut_end - cut_start)
        if cut_end <= start:
            new_start += growth
        elif cut_start <= start:
            new_start = cut_start + shift + len(label)
        if cut_end <= end:
            new_end += growth
        elif cut_start < end:
            new_end = cut_start + shift
        shift += growth
    return new_start, new_end


def around(text: str, start: int, end: int, most: int) -> tuple[str, str]:
    """What stands before and behind a place, with a mark where more of it is left out.

    >>> around("Call 090-1234-5678 today.", 5, 18, 4)
    ('…all ', ' tod…')
    """
    first, last = max(0, start - most), end + most
    before, after = text[first:start], text[end:last]
    return ("…" if first else "") + before, after + ("…" if last < len(text) else "")
