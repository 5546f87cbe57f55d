"""A source in bounded chunks: what one transaction takes, with the place to go on from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from conversations.importers import LineError, ParsedConversation, Position, Source, read
from conversations.importers.base import FieldMap

CHUNK = 2_000
CHUNK_BYTES = 8 * 1024 * 1024
"""A chunk ends at whichever comes first, so that memory holds also for very long conversations."""


class Place(NamedTuple):
    """Where a conversation stands in its source: file, record, and which of the record's."""

    member: int
    record: int
    ordinal: int


@dataclass(slots=True)
class Chunk:
    """Consecutive entries of a source; all of them up to `end` are in it or before it."""

    end: Position
    bytes_read: int
    entries: list[tuple[Place, ParsedConversation]] = field(default_factory=list)
    refused: list[LineError] = field(default_factory=list)
    weight: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.entries) + len(self.refused) >= CHUNK or self.weight >= CHUNK_BYTES


def chunks(
    source: Source, importer: str, mapping: FieldMap, start: Position | None = None
) -> Iterator[Chunk]:
    """Cut where the position moves: an end inside a record could not be gone on from."""
    chunk, ordinal = Chunk(start or Position(-1, 0), 0), 0
    for position, entry in read(source, importer=importer, mapping=mapping, start=start):
        ordinal = ordinal + 1 if position == chunk.end else 0
        if chunk.is_full and not ordinal:
            chunk.bytes_read = source.bytes_read
            yield chunk
            chunk = Chunk(position, 0)
        chunk.end = position
        if isinstance(entry, LineError):
            chunk.refused.append(entry)
            chunk.weight += len(entry.raw or b"")
        else:
            chunk.entries.append((Place(*position, ordinal), entry))
            chunk.weight += len(entry.turns_json)
    chunk.bytes_read = source.bytes_total
    if chunk.entries or chunk.refused:
        yield chunk
