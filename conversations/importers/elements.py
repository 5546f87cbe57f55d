"""The elements of the arrays of a JSON document, as bytes, without parsing the document.

A parser that meets one bad record is lost for the rest of the document, and must hold a record
to know that it is too large. Cutting at the brackets instead gives every record its own line
number, its own refusal and its own bytes, in constant memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import orjson
from django.utils.translation import gettext as _

from conversations.importers.base import Limits, RefusedError

_CHUNK = 256 * 1024
_PROSE = re.compile(rb'[^"{}\[\]]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}\[\]]*+)*+', re.DOTALL)
_STRING_END = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_KEY = re.compile(rb'("(?:[^"\\]|\\.)*+")\s*:\s*\Z', re.DOTALL)
_GAP = 4096
_OPENING = (b"{", b"[")
_CLOSING = (b"}", b"]")


@dataclass(slots=True)
class Element:
    """One element of an array: at the root, or of a property of the root object."""

    key: str | None
    """The property; empty when the document is the array, None for a fault of the document."""
    number: int
    line: int
    raw: bytes
    size: int
    problem: RefusedError | None = None


class _Cutter:
    """Brackets and strings are all it knows; everything between two elements must be a comma."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._depth = 0
        self._root = b""
        self._key: str | None = None
        self._number = 0
        self._line = 1
        self._gap = b""
        self._parts: list[bytes] = []
        self._size = 0
        self._started = 0
        self._element_line = 0
        self._deepest = 0
        self._in_element = False
        self._in_string = False
        self._closed = False

    def run(self) -> Iterator[Element]:
        rest = b""
        while data := self._stream.read(_CHUNK):
            chunk, place = rest + data, 0
            while place < len(chunk):
                start, was_in_string = place, self._in_string
                if was_in_string:
                    place = self._to_end_of_string(chunk, place)
                elif self._in_element:
                    place = self._within(chunk, place)
                else:
                    place = _end_of_prose(chunk, place)
                self._take(chunk[start:place])
                if self._in_string:
                    break
                if self._in_element and self._depth == self._started:
                    yield self._element()
                elif place < len(chunk) and not was_in_string:
                    yield from self._turn(chunk[place : place + 1])
                    place += 1
            rest = chunk[place:]
        yield from self._end()

    def _turn(self, mark: bytes) -> Iterator[Element]:
        """Act on what stands after the prose: a bracket, or a string that the chunk cuts."""
        if mark == b'"':
            self._in_string = True
            self._take(mark)
        elif mark in _OPENING:
            yield from self._open(mark)
        else:
            yield from self._close()

    def _to_end_of_string(self, chunk: bytes, place: int) -> int:
        """Place after the closing mark; a backslash that ends the chunk waits for the next."""
        match = _STRING_END.match(chunk, place)
        stop = match.end() if match else place
        if chunk[stop : stop + 1] == b'"':
            self._in_string = False
            return stop + 1
        return stop

    def _take(self, data: bytes) -> None:
        if not data:
            return
        self._line += data.count(b"\n")
        if self._in_element:
            self._size += len(data)
            if self._size <= self._limits.line:
                self._parts.append(data)
            elif len(self._parts) > 1:
                self._parts = [b"".join(self._parts)[: self._limits.raw]]
        else:
            self._gap = (self._gap + data)[-_GAP:]

    def _within(self, chunk: bytes, place: int) -> int:
        """Go on to the end of the element, of the chunk, or to a string that the chunk cuts.

        This is where the time goes, so it only counts brackets.
        """
        depth, started, deepest = self._depth, self._started, self._deepest
        prose = _PROSE.match
        while True:
            match = prose(chunk, place)
            place = match.end() if match else place
            mark = chunk[place : place + 1]
            if mark in _OPENING:
                depth += 1
                deepest = max(deepest, depth)
            elif mark in _CLOSING:
                depth -= 1
                if depth == started:
                    place += 1
                    break
            else:
                break
            place += 1
        self._depth, self._deepest = depth, deepest
        return place

    def _open(self, mark: bytes) -> Iterator[Element]:
        self._depth += 1
        if self._depth == 1:
            self._root, self._closed = mark, False
            self._key = "" if mark == b"[" else None
            yield from self._check_gap(b"")
            self._gap = b""
        elif self._depth == 2 and self._root == b"{":
            self._key = _property(self._gap) if mark == b"[" else None
            self._number = 0
            self._gap = b""
        elif self._key is not None:
            yield from self._check_gap(b"," if self._number else b"")
            self._number += 1
            self._in_element = True
            self._started, self._deepest = self._depth - 1, self._depth
            self._size, self._parts, self._gap = 0, [], b""
            self._element_line = self._line
            self._take(mark)

    def _close(self) -> Iterator[Element]:
        self._depth = max(self._depth - 1, 0)
        if self._key is not None and self._depth == (0 if self._root == b"[" else 1):
            yield from self._check_gap(b"")
        if self._root == b"{":
            self._key = None
        self._gap = b""
        self._closed = self._depth == 0

    def _element(self) -> Element:
        problem = None
        self._in_element = False
        if self._deepest - self._started > self._limits.depth:
            problem = too_deep(self._limits)
        element = Element(
            self._key or "",
            self._number,
            self._element_line,
            b"".join(self._parts),
            self._size,
            problem,
        )
        self._parts = []
        return element

    def _check_gap(self, allowed: bytes) -> Iterator[Element]:
        gap = self._gap.strip()
        if gap == allowed:
            return
        if gap == b"," and not allowed:
            problem = RefusedError(
                "trailing_comma",
                _("A comma stands where no record follows. The records were read; remove it."),
            )
        elif not gap:
            problem = RefusedError(
                "missing_comma",
                _("No comma stands between two records. Both were read; add it."),
            )
        else:
            problem = RefusedError(
                "not_a_record",
                _(
                    "Between two records stands something that is not one: %(text)s. A record is "
                    "an object in braces."
                )
                % {"text": gap[:80].decode("utf-8", "replace")},
            )
        yield Element(self._key or "", self._number, self._line, gap, len(gap), problem)

    def _end(self) -> Iterator[Element]:
        if self._closed and not self._gap.strip():
            return
        if self._closed:
            problem = RefusedError(
                "text_after_end",
                _("Text follows the end of the JSON document. Remove it, or save JSON Lines."),
            )
        else:
            problem = RefusedError(
                "truncated_json",
                _(
                    "The JSON document ends before its last bracket is closed. The records before "
                    "were read; send the file again in full for the rest."
                ),
            )
        raw = b"".join(self._parts) or self._gap.strip()
        yield Element(None, self._number + 1, self._line, raw, len(raw), problem)


def elements(stream: BinaryIO, limits: Limits) -> Iterator[Element]:
    """Cut a JSON document into the elements of its outer arrays.

    The arrays are the document itself or the properties of the document's object; elements that
    are larger or deeper than the limits come cut, with `size` telling so or a `problem` set.
    """
    return _Cutter(stream, limits).run()


def too_deep(limits: Limits) -> RefusedError:
    return RefusedError(
        "too_deep",
        _("The record is nested deeper than %(limit)s levels. Flatten it.")
        % {"limit": limits.depth},
    )


def _property(gap: bytes) -> str | None:
    match = _KEY.search(gap)
    if match is None:
        return None
    try:
        return str(orjson.loads(match.group(1)))
    except orjson.JSONDecodeError:
        return None


def _end_of_prose(chunk: bytes, place: int) -> int:
    """Place of the next bracket, or of a string that the chunk cuts."""
    match = _PROSE.match(chunk, place)
    return match.end() if match else place
