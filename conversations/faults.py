"""Where in a refused line the fault stands, so that a page can show it and not only say it."""

import json
import re
from collections.abc import Callable
from typing import NamedTuple

AROUND = 160
MOST = 100_000
"""Characters of a line that are searched; a page shows a few hundred around the fault."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_NUL = re.compile(r"\\u0000|\x00")
_NO_CONTENT = re.compile(r'"(?:content|text|value)"\s*:\s*null')
_ID = re.compile(r'"(?:external_id|id|conversation_id)"\s*:\s*"(?:[^"\\]|\\.)*"')
_NO_TURNS = re.compile(r'"(?:turns|messages|conversations)"\s*:\s*\[\s*\]')
_ROLE = re.compile(r'"(?:role|from|speaker)"\s*:\s*"((?:[^"\\]|\\.)*)"')


class Fault(NamedTuple):
    """A stretch of the line with the fault in its middle; nothing marked where none was found."""

    before: str
    marked: str
    after: str


def fault_in(code: str, raw: bytes | None, reason: str, excerpt: str) -> Fault:
    """The fault of a refused line, by the code of its refusal."""
    if not raw:
        return Fault(excerpt, "", "")
    finder = _FINDERS.get(code)
    text = raw.decode("utf-8", "replace")[:MOST]
    span = finder(raw, text, reason) if finder else None
    if span is None:
        return cut(text, 0, 0)
    return cut(text, *span)


def cut(text: str, start: int, end: int) -> Fault:
    text = text.rstrip("\r\n")
    first = max(0, start - AROUND)
    last = min(len(text), start + 3 * AROUND)
    stop = min(end, start + AROUND)
    return Fault(
        ("…" if first else "") + text[first:start],
        text[start:stop],
        text[stop:last] + ("…" if last < len(text) else ""),
    )


Span = tuple[int, int]
Finder = Callable[[bytes, str, str], Span | None]


def by_pattern(pattern: re.Pattern[str]) -> Finder:
    def find(raw: bytes, text: str, reason: str) -> Span | None:
        found = pattern.search(text)
        return found.span() if found else None

    return find


def not_json(raw: bytes, text: str, reason: str) -> Span | None:
    """The character at which a JSON parser stops."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        place = min(error.pos, max(len(text.rstrip()) - 1, 0))
        return place, place + 1
    except (ValueError, RecursionError):  # a number of a million digits, brackets without end
        return None
    return None


def wrong_bytes(raw: bytes, text: str, reason: str) -> Span | None:
    """The first byte that is no UTF-8; decoding put a replacement character in its place."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        place = len(raw[: error.start].decode())
        return place, place + 1
    return None


def unknown_role(raw: bytes, text: str, reason: str) -> Span | None:
    """The role that the reason names."""
    return next((m.span() for m in _ROLE.finditer(text) if m[1] and m[1] in reason), None)


_FINDERS: dict[str, Finder] = {
    "not_json": not_json,
    "wrong_encoding": wrong_bytes,
    "lone_surrogate": by_pattern(_SURROGATE),
    "nul": by_pattern(_NUL),
    "null_content": by_pattern(_NO_CONTENT),
    "no_turns": by_pattern(_NO_TURNS),
    "id_taken": by_pattern(_ID),
    "id_twice": by_pattern(_ID),
    "unknown_role": unknown_role,
}
