"""What a check has read of an upload, kept beside it, so that the import need not read it again.

Reading a line of JSON and looking at every part of it takes 29 µs; writing down what came of it and
taking that up again takes 5. It is an aid and nothing else: where it is missing, was made by other
code, breaks off or grew too large, the import reads the upload itself. It goes with the upload.
"""

import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO, Self

from conversations.importers import LineError, ParsedConversation, Position
from conversations.importers.base import ParsedVariant
from conversations.reading import Chunk, Place

SPARE, TIMES = 64 * 1024 * 1024, 3
"""Bytes that may be kept of an upload: these, and so many times its own. A packed one has more."""
CONVERSATION = tuple(field.name for field in fields(ParsedConversation))
ERROR = tuple(field.name for field in fields(LineError))
VARIANT = tuple(field.name for field in fields(ParsedVariant) if field.init)
MADE_BY = (sys.hexversion, CONVERSATION, ERROR, VARIANT)
UNREADABLE = (EOFError, ValueError, TypeError, OSError)

parts_of = attrgetter(*CONVERSATION)
parts_of_error = attrgetter(*ERROR)
parts_of_variant = attrgetter(*VARIANT)
N_VARIANT, N_STARTED = CONVERSATION.index("variant"), CONVERSATION.index("started_at")


class Keeping:
    """Writes chunks down as a check meets them; they count if the check came to its end.

    Each check writes to a file of its own, so that two of one run cannot spoil each other's.
    """

    def __init__(self, path: Path, read_as: Any) -> None:
        self.path = path
        self.draft = path.with_suffix(f".{token_hex(4)}")
        self.most = SPARE + TIMES * sum(one.stat().st_size for one in path.parent.glob("file"))
        self.file: BinaryIO | None = None
        try:
            path.unlink(missing_ok=True)
            self.file = self.draft.open("xb")
            marshal.dump((MADE_BY, read_as), self.file)
        except (OSError, ValueError):
            self.give_up()

    def add(self, chunk: Chunk) -> None:
        if self.file is None:
            return
        try:
            body = marshal.dumps(
                (
                    [(tuple(place), plain(one)) for place, one in chunk.entries],
                    [parts_of_error(one) for one in chunk.refused],
                )
            )
            marshal.dump((tuple(chunk.end), chunk.bytes_read, chunk.weight, len(body)), self.file)
            self.file.write(body)
            too_large = self.file.tell() > self.most
        except (OSError, ValueError):  # no room, or a value that cannot be kept
            too_large = True
        if too_large:
            self.give_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self._finish()
        self.give_up()

    def _finish(self) -> None:
        if self.file is None:
            return
        with suppress(OSError):
            marshal.dump(None, self.file)
            self.file.close()
            os.replace(self.draft, self.path)

    def give_up(self) -> None:
        with suppress(OSError):
            if self.file is not None:
                self.file.close()
            self.draft.unlink(missing_ok=True)
        self.file = None


def kept_chunks(path: Path, read_as: Any, start: Position | None) -> Iterator[Chunk | None]:
    """What was kept behind `start`, and None at the end if nothing is missing."""
    with suppress(*UNREADABLE), path.open("rb") as file:
        if marshal.load(file) != (MADE_BY, read_as):  # noqa: S302  # only a check writes there
            return
        is_behind = start is None
        while head := marshal.load(file):  # noqa: S302
            end, bytes_read, weight, length = head
            body = file.read(length)
            if is_behind:
                yield _chunk(Position(*end), bytes_read, weight, marshal.loads(body))  # noqa: S302
            is_behind = is_behind or end == start
        if is_behind:
            yield None


def _chunk(end: Position, bytes_read: int, weight: int, body: Any) -> Chunk:
    entries, refused = body
    return Chunk(
        end,
        bytes_read,
        [(Place(*place), conversation(parts)) for place, parts in entries],
        [LineError(*parts) for parts in refused],
        weight,
    )


def plain(one: ParsedConversation) -> tuple[Any, ...]:
    parts: tuple[Any, ...] = parts_of(one)
    if one.variant is None and one.started_at is None:
        return parts
    changed = list(parts)
    if one.variant is not None:
        changed[N_VARIANT] = parts_of_variant(one.variant)
    if one.started_at is not None:
        changed[N_STARTED] = one.started_at.isoformat()
    return tuple(changed)


def conversation(parts: tuple[Any, ...]) -> ParsedConversation:
    one = ParsedConversation(*parts)
    if parts[N_VARIANT] is not None:
        one.variant = ParsedVariant(*parts[N_VARIANT])
    if parts[N_STARTED] is not None:
        one.started_at = datetime.fromisoformat(parts[N_STARTED])
    return one
