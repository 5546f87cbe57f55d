"""The records of a JSON file, whichever way it holds them: a line each, in an array, or alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from django.utils.translation import gettext as _

from conversations.importers.base import Limits, LineError, RefusedError
from conversations.importers.elements import Element, elements
from conversations.importers.jsontext import parse
from conversations.importers.lines import numbered, too_long
from conversations.importers.records import TURN_KEYS
from conversations.importers.sources import Member

Made = TypeVar("Made")

_MESSAGE_KEYS = frozenset({"role", "from", "speaker", "interlocutor", "content", "value"})


_LINE_SUFFIXES = frozenset({".jsonl", ".ndjson"})
_RECORD_KEYS = frozenset({*TURN_KEYS, "input", "utterances"})
_LOOKED_AT = 1000


@dataclass(slots=True)
class Layout:
    """How a file holds its records."""

    kind: str
    """``lines``, ``array`` (the document is one), ``wrapped`` (a property is one), ``single``."""
    key: str = ""
    first: Any = None
    """The first record, for guessing what it is; None when it cannot be read."""


def layout_of(member: Member) -> Layout:
    """Look at the start of a file and say how it holds its records."""
    limits = member.source.limits
    with member.open() as stream:
        line = _next_line(stream, limits)
        following = _parsed(_next_line(stream, limits), limits)
    value = _parsed(line, limits)
    if isinstance(value, list) and value and _is_message(value[0]):
        return Layout("lines", first={"messages": value})
    if line[:1] == b"[":
        return Layout("array", first=_telling_element(member)[1])
    if isinstance(value, dict):
        by_name = member.plain.suffix.lower() in _LINE_SUFFIXES
        if by_name or isinstance(following, dict) or not _holds_records(value):
            return Layout("lines", first=value)
    elif line[:1] != b"{" or _is_bad_line(line, following):
        return Layout("lines", first=following)
    too_long_to_see = len(line) > limits.line
    return _layout_of_document(member, is_line=value is not None or too_long_to_see)


def each_record(
    member: Member, skip: int, make: Callable[[Any, int], Made], layout: Layout | None = None
) -> Iterator[tuple[int, Made | LineError]]:
    """Make something of every record after number `skip`; what cannot be made is refused."""
    layout = layout or layout_of(member)
    if layout.kind == "lines":
        yield from _each_line(member, skip, make)
    elif layout.kind == "single":
        yield from _whole(member, skip, make)
    else:
        yield from _each_element(member, skip, make, layout.key)


def each_of(
    member: Member, skip: int, make: Callable[[Any, int], list[Made]], layout: Layout
) -> Iterator[tuple[int, Made | LineError]]:
    """Where a record makes several things: each of them after number `skip`, counted over all."""
    number = 0
    for _record, found in each_record(member, 0, make, layout):
        for entry in found if isinstance(found, list) else [found]:
            number += 1
            if number > skip:
                yield number, entry


def _each_line(
    member: Member, skip: int, make: Callable[[Any, int], Made]
) -> Iterator[tuple[int, Made | LineError]]:
    limits, name, limit = member.source.limits, member.name, member.source.limits.line
    empty = True
    with member.open() as stream:
        for number, raw, size in numbered(stream, limits):
            if number <= skip:
                empty = False
                continue
            try:
                if size > limit:
                    raise too_long(size, limits)
                if raw.isspace():
                    continue
                empty = False
                yield number, make(parse(raw, limits), number)
            except RefusedError as refusal:
                empty = False
                yield number, refusal.at(name, number, raw, keep=limits.raw)
    if empty:
        raise nothing_in(member)


def _each_element(
    member: Member, skip: int, make: Callable[[Any, int], Made], key: str
) -> Iterator[tuple[int, Made | LineError]]:
    empty = True
    with member.open() as stream:
        for order, element in enumerate(cut(stream, member, key), 1):
            empty = False
            if order <= skip:
                continue
            try:
                yield order, make(value_of(element, member.source.limits), element.line)
            except RefusedError as refusal:
                error = refusal.at(member.name, element.line, element.raw)
                error.record = element.number
                yield order, error
    if empty:
        raise nothing_in(member)


def _whole(
    member: Member, skip: int, make: Callable[[Any, int], Made]
) -> Iterator[tuple[int, Made | LineError]]:
    if skip:
        return
    limits = member.source.limits
    with member.open() as stream:
        raw = stream.read(limits.line + 1)
    if not raw.strip():
        raise nothing_in(member)
    try:
        if len(raw) > limits.line:
            raise too_long(len(raw), limits)
        yield 1, make(parse(raw, limits), 1)
    except RefusedError as refusal:
        yield 1, refusal.at(member.name, 1, raw, keep=limits.raw)


def fault_of(member: Member) -> RefusedError | None:
    """What keeps the first record from being read, where it is more than a slip of its writing."""
    limits = member.source.limits
    with member.open() as stream:
        line, size = next(
            ((raw, size) for _number, raw, size in numbered(stream, limits) if raw.strip()),
            (b"", 0),
        )
    if size > limits.line:
        return too_long(size, limits)
    try:
        parse(line, limits)
    except RefusedError as refusal:
        if refusal.code != "not_json":
            return refusal
    element, _value = _telling_element(member)
    problem = element.problem if element else None
    return problem if problem and problem.code == "too_deep" else None


def cut(stream: BinaryIO, member: Member, key: str) -> Iterator[Element]:
    """The elements of one array of a document, and what is wrong with the document itself."""
    for element in elements(stream, member.source.limits):
        if element.key in (key, None):
            yield element


def value_of(element: Element, limits: Limits) -> Any:
    """The parsed element; raises `RefusedError`."""
    if element.problem:
        raise element.problem
    if element.size > limits.line:
        raise too_long(element.size, limits)
    return parse(element.raw, limits)


def nothing_in(member: Member) -> RefusedError:
    return RefusedError(
        "empty_file",
        _("%(name)s holds no records. Check that the export finished, and send it again.")
        % {"name": member.path},
    )


def _next_line(stream: BinaryIO, limits: Limits) -> bytes:
    """The next line that is not blank, without its end; cut just above the limit."""
    while raw := stream.readline(limits.line + 1):
        if stripped := raw.strip():
            return stripped
    return b""


def _parsed(raw: bytes, limits: Limits) -> Any:
    """The value of a text, or None: what is wrong with it is for the reading to say."""
    try:
        return parse(raw, limits) if len(raw) <= limits.line else None
    except RefusedError:
        return None


def _is_bad_line(line: bytes, following: Any) -> bool:
    """Whether a line that is no JSON is a damaged record of JSON Lines, not a document's start.

    A document that is broken into lines breaks after a bracket, a comma or a colon.
    """
    if line.endswith((b"{", b"[", b",", b":")):
        return False
    return line.endswith(b"}") or isinstance(following, dict)


def _layout_of_document(member: Member, *, is_line: bool) -> Layout:
    """Tell a wrapped array and a single record apart by the first element that tells."""
    element, first = _telling_element(member)
    if element is None or _is_message(first):
        # A line that is too long to look into begins like this, too; it is refused as a line.
        kind = "lines" if is_line else "single"
        key = element.key if element is not None else ""
        return Layout(kind, first=_whole_record(member) or {key: [first]})
    return Layout("wrapped", key=element.key or "", first=first)


def _telling_element(member: Member) -> tuple[Element | None, Any]:
    """The first element that holds turns or is one; else the first that can be read at all."""
    limits = member.source.limits
    found: tuple[Element | None, Any] = (None, None)
    with member.open() as stream:
        for number, element in enumerate(elements(stream, limits)):
            if element.key is None:
                break
            value = None if element.problem else _parsed(element.raw, limits)
            if found[1] is None and (found[0] is None or value is not None):
                found = (element, value)
            if _is_message(value) or (
                isinstance(value, dict) and not _RECORD_KEYS.isdisjoint(value)
            ):
                return element, value
            if number > _LOOKED_AT:
                break
    return found


def _whole_record(member: Member) -> Any:
    """The record that the file is."""
    limits = member.source.limits
    with member.open() as stream:
        return _parsed(stream.read(limits.line + 1), limits)


def _holds_records(value: dict[str, Any]) -> bool:
    """Whether an object is a wrapper: a list of objects in it is one of records, not of turns."""
    lists = [items for items in value.values() if isinstance(items, list) and items]
    if any(_is_message(items[0]) for items in lists) or {"input", "output"} <= value.keys():
        return False
    return any(isinstance(items[0], dict) for items in lists)


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and not _MESSAGE_KEYS.isdisjoint(value)
