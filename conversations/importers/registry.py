"""Every importer by its name, and the one loop that runs any of them over any source."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.utils.translation import gettext as _

from conversations.importers import mapping as field_map
from conversations.importers.base import (
    END,
    Entry,
    FieldMap,
    Importer,
    LineError,
    Position,
    RefusedError,
)
from conversations.importers.csv_files import CsvImporter
from conversations.importers.dbdc3 import Dbdc3Importer
from conversations.importers.json_files import JsonImporter
from conversations.importers.llmfao import LlmfaoImporter
from conversations.importers.mtrag import MtragImporter
from conversations.importers.realpersonachat import RealPersonaChatImporter
from conversations.importers.sources import Member, Source

Read = TypeVar("Read")

IMPORTERS: dict[str, Importer] = {
    importer.name: importer
    for importer in (
        JsonImporter("jsonl"),
        JsonImporter("messages"),
        JsonImporter("sharegpt"),
        CsvImporter(),
        MtragImporter(),
        Dbdc3Importer(),
        RealPersonaChatImporter(),
        LlmfaoImporter(),
    )
}


def importer_named(name: str) -> Importer:
    """The importer of a name somebody typed."""
    try:
        return IMPORTERS[name]
    except KeyError:
        raise RefusedError(
            "unknown_source",
            _("There is no importer %(name)s; there are %(names)s.")
            % {"name": name, "names": ", ".join(IMPORTERS)},
        ) from None


def read(
    source: Source,
    *,
    importer: str,
    mapping: FieldMap | None = None,
    start: Position | None = None,
) -> Iterator[tuple[Position, Entry]]:
    """Yield every conversation and every refused line of a source, with the place to go on from.

    An import that stored all entries up to a position continues with ``start`` set to it. Files
    before it are not opened; records before it in its own file are passed over unparsed.
    """
    chosen = importer_named(importer)
    mapping = mapping or {}
    field_map.check(mapping)
    found = False
    last = Position(-1, 0)
    for member in source.members():
        if isinstance(member, LineError):
            found = True
            yield last, member
            continue
        last = Position(member.index, 0)
        skip = skipped(member, start)
        if skip == END:
            found = True
            continue
        if chosen.ignores(member):
            continue
        if not chosen.accepts(member):
            last = Position(member.index, END)
            yield last, _unrelated(chosen.name, member).at(member.name, 0)
            continue
        found = True
        for record, entry in guarded(chosen.entries, member, mapping, skip):
            last = Position(member.index, record)
            yield last, entry
    if not found:
        yield last, _nothing(chosen.name, source).at(source.name or source.path.name, 0)


def skipped(member: Member, start: Position | None) -> int:
    """How many records of a file were read before; `END` when that was the whole file."""
    if start is None or member.index > start.member:
        return 0
    return start.record if member.index == start.member else END


def guarded(
    entries: Callable[[Member, FieldMap, int], Iterator[tuple[int, Read]]],
    member: Member,
    mapping: FieldMap,
    skip: int,
) -> Iterator[tuple[int, Read | LineError]]:
    """Entries of one file; what breaks the file itself becomes its last entry."""
    line = 0
    try:
        for record, entry in entries(member, mapping, skip):
            line = getattr(entry, "line", line)
            yield record, entry
    except RefusedError as refusal:
        yield END, refusal.at(member.name, line + 1 if line else 0)


def _unrelated(importer: str, member: Member) -> RefusedError:
    return RefusedError(
        "unrelated_file",
        _("%(name)s is not a file that the importer %(importer)s reads; it was left alone.")
        % {"name": member.path, "importer": importer},
        notice=True,
    )


def _nothing(importer: str, source: Source) -> RefusedError:
    return RefusedError(
        "nothing_to_read",
        _("%(name)s holds no file that the importer %(importer)s reads. Name another --source.")
        % {"name": source.name or source.path.name, "importer": importer},
    )
