"""Ratings that exist already, so that real people's disagreement can be seen at once.

Two general shapes and the four data sets' own. JSON Lines: ``{"external_id", "rater", "kind",
"at", "seconds", "comment", "scores": {"criterion": VALUE}}`` where VALUE is a value, an object of
turn numbers (``{"2": VALUE}``, ``{"2:0": VALUE}`` for the first passage of turn 2), or
``{"value", "cannot_judge", "text"}``. CSV: a row a score. Whether a value lies on its scale is
for the rubric to say, not for the reader.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from conversations.importers import dbdc3, llmfao, mtrag, rating_rows, realpersonachat
from conversations.importers.base import (
    END,
    FieldMap,
    LineError,
    ParsedRating,
    ParsedScore,
    Position,
    RatingEntry,
    RefusedError,
)
from conversations.importers.documents import layout_of
from conversations.importers.guessing import guess
from conversations.importers.registry import IMPORTERS, guarded, skipped
from conversations.importers.sources import Member, Source

__all__ = [
    "RATING_READERS",
    "ParsedRating",
    "ParsedScore",
    "RatingReader",
    "guess_ratings",
    "read_ratings",
]

Entries = Callable[[Member, FieldMap, int], Iterator[tuple[int, RatingEntry]]]


@dataclass(frozen=True)
class RatingReader:
    """How the ratings of one kind of source are read."""

    name: str
    entries: Entries
    accepts: Callable[[Member], bool]


def _like(importer: str) -> Callable[[Member], bool]:
    """The same files as the conversations: they hold both."""
    known = IMPORTERS[importer]
    return lambda member: known.accepts(member) and not known.ignores(member)


RATING_READERS: Mapping[str, RatingReader] = {
    "jsonl": RatingReader("jsonl", rating_rows.from_json, _like("jsonl")),
    "csv": RatingReader("csv", rating_rows.from_csv, _like("csv")),
    "mtrag": RatingReader("mtrag", mtrag.ratings, _like("mtrag")),
    "dbdc3": RatingReader("dbdc3", dbdc3.ratings, _like("dbdc3")),
    "realpersonachat": RatingReader(
        "realpersonachat", realpersonachat.ratings, _like("realpersonachat")
    ),
    "llmfao": RatingReader("llmfao", llmfao.ratings, llmfao.accepts_votes),
}


def read_ratings(
    source: Source,
    *,
    importer: str,
    mapping: FieldMap | None = None,
    start: Position | None = None,
) -> Iterator[tuple[Position, RatingEntry]]:
    """Yield every rating and every refused line, with the place to go on from, as `read` does."""
    if importer not in RATING_READERS:
        raise RefusedError(
            "unknown_source",
            _("There is no reader of ratings %(name)s; there are %(names)s.")
            % {"name": importer, "names": ", ".join(RATING_READERS)},
        )
    reader = RATING_READERS[importer]
    mapping = mapping or {}
    rating_rows.check(mapping)
    found = False
    last = Position(-1, 0)
    for member in source.members():
        if isinstance(member, LineError):
            found = True
            yield last, member
            continue
        if not reader.accepts(member):
            continue
        found = True
        last = Position(member.index, 0)
        skip = skipped(member, start)
        if skip == END:
            continue
        for record, entry in guarded(reader.entries, member, mapping, skip):
            last = Position(member.index, record)
            yield last, entry
    if not found:
        name = source.name or source.path.name
        yield (
            last,
            RefusedError(
                "nothing_to_read",
                _("%(name)s holds no ratings that the reader %(reader)s knows. Name another.")
                % {"name": name, "reader": importer},
            ).at(name, 0),
        )


def guess_ratings(source: Source) -> str:
    """The reader of a file of ratings: the general ones by their keys, else as conversations."""
    for member in source.members():
        if isinstance(member, LineError):
            continue
        if llmfao.accepts_votes(member):
            return "llmfao"
        if RATING_READERS["csv"].accepts(member):
            return "csv"
        if RATING_READERS["jsonl"].accepts(member):
            first = layout_of(member).first
            if isinstance(first, dict) and "scores" in first:
                return "jsonl"
    name = guess(source)
    if name in RATING_READERS:
        return name
    raise RefusedError(
        "no_ratings",
        _("%(name)s holds conversations and no ratings: its records have no scores.")
        % {"name": source.name or source.path.name},
    )
