"""Conversations and ratings out of files, streamed, each bad line refused with its reason.

for position, entry in read(Source(path), importer=guess(Source(path))):
    ...
"""

from conversations.importers.base import (
    Entry,
    Importer,
    Limits,
    LineError,
    ParsedConversation,
    ParsedRating,
    ParsedScore,
    ParsedVariant,
    Position,
    RatingEntry,
    RefusedError,
)
from conversations.importers.guessing import guess
from conversations.importers.ratings import RATING_READERS, guess_ratings, read_ratings
from conversations.importers.registry import IMPORTERS, read
from conversations.importers.rubrics import rubric
from conversations.importers.sources import Source

__all__ = [
    "IMPORTERS",
    "RATING_READERS",
    "Entry",
    "Importer",
    "Limits",
    "LineError",
    "ParsedConversation",
    "ParsedRating",
    "ParsedScore",
    "ParsedVariant",
    "Position",
    "RatingEntry",
    "RefusedError",
    "Source",
    "guess",
    "guess_ratings",
    "read",
    "read_ratings",
    "rubric",
]
