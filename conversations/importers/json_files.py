"""JSON Lines and JSON of chat messages, in our own shape, as chat APIs have it, as ShareGPT."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conversations.importers.base import Entry, FieldMap, ParsedConversation
from conversations.importers.documents import each_record
from conversations.importers.records import conversation_of
from conversations.importers.sources import Member

_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".txt", ""})


@dataclass(frozen=True)
class JsonImporter:
    """One reader under three names: a record says by its keys which shape it has."""

    name: str

    def accepts(self, member: Member) -> bool:
        return member.plain.suffix.lower() in _SUFFIXES and not _is_prose(member)

    def ignores(self, member: Member) -> bool:
        return False

    def entries(self, member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, Entry]]:
        name = member.name

        def make(record: Any, line: int) -> ParsedConversation:
            return conversation_of(record, file=name, line=line, mapping=mapping)

        return each_record(member, skip, make)


def _is_prose(member: Member) -> bool:
    """Files that lie beside data everywhere and are not data."""
    return member.path.stem.upper() in {"README", "LICENSE", "NOTICE", "00README"}
