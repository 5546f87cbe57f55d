"""DBDC3: Japanese chats of which thirty people judged every system turn (O, T or X).

One JSON file holds one dialogue; the folder it lies in names the system.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import values
from conversations.importers.base import (
    Entry,
    FieldMap,
    ParsedConversation,
    ParsedRating,
    ParsedScore,
    ParsedVariant,
    RatingEntry,
    RefusedError,
)
from conversations.importers.documents import Layout, each_of, each_record
from conversations.importers.records import finish
from conversations.importers.sources import Member
from conversations.importers.turns import canonical_turns

REQUIRED = ("dialogue-id", "turns")
CRITERION = "breakdown"
_ROLES = {"S": "assistant", "U": "user"}
_TOKYO = timezone(timedelta(hours=9))
"""The files give no zone; the dialogue ids, which are seconds since 1970, show that it is this."""
_WHOLE_FILE = Layout("single")
_TURN_FIELDS = frozenset({"annotations", "speaker", "utterance", "time", "turn-index"})


@dataclass(frozen=True)
class Dbdc3Importer:
    """The reader of dialogue breakdown detection logs."""

    name: str = "dbdc3"

    def accepts(self, member: Member) -> bool:
        return member.plain.suffix.lower() == ".json"

    def ignores(self, member: Member) -> bool:
        return False

    def entries(self, member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, Entry]]:
        def make(dialogue: Any, line: int) -> ParsedConversation:
            return _conversation(dialogue, member, line)

        return each_record(member, skip, make, _WHOLE_FILE)


def ratings(member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, RatingEntry]]:
    """One rating for each rater of the dialogue, with a score for each system turn."""

    def make(dialogue: Any, line: int) -> list[ParsedRating]:
        return _ratings(dialogue, member.name, line)

    return each_of(member, skip, make, _WHOLE_FILE)


def _check(dialogue: Any) -> dict[str, Any]:
    if isinstance(dialogue, dict) and all(key in dialogue for key in REQUIRED):
        return dialogue
    raise RefusedError(
        "keys_missing",
        _("The file is no DBDC3 dialogue: it must have dialogue-id and turns at its top."),
    )


def _conversation(dialogue: Any, member: Member, line: int) -> ParsedConversation:
    dialogue = _check(dialogue)
    unknown: dict[str, Any] = {}
    raw_turns = values.objects(dialogue["turns"], "turns")
    turns = canonical_turns([_turn(turn) for turn in raw_turns], {}, unknown)
    metadata = {key: dialogue[key] for key in ("speaker-id", "group-id") if dialogue.get(key)}
    if unknown:
        metadata["turns"] = unknown
    found = finish(
        external_id=values.key(dialogue["dialogue-id"], "dialogue-id"),
        turns=turns,
        metadata=metadata,
        file=member.name,
        line=line,
        language="ja",
    )
    if system := member.path.parent.name:
        found.variant = ParsedVariant(system)
    if turns and "at" in turns[0]:
        found.started_at = datetime.fromisoformat(turns[0]["at"])
    return found


def _turn(turn: dict[str, Any]) -> dict[str, Any]:
    speaker = turn.get("speaker")
    return {
        "role": _ROLES.get(str(speaker), speaker),
        "content": turn.get("utterance"),
        "at": _local(turn.get("time")),
        **{key: value for key, value in turn.items() if key not in _TURN_FIELDS},
    }


def _local(value: Any) -> str | None:
    """The time with its zone; what is no such time is left to the check of all times."""
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=_TOKYO).isoformat()
    except ValueError:
        return None if values.is_nothing(value) else str(value)


def _ratings(dialogue: Any, file: str, line: int) -> list[ParsedRating]:
    dialogue = _check(dialogue)
    external_id = values.key(dialogue["dialogue-id"], "dialogue-id")
    by_rater: dict[str, ParsedRating] = {}
    for number, turn in enumerate(values.objects(dialogue["turns"], "turns")):
        for label in values.objects(turn.get("annotations"), "annotations"):
            rater = values.key(label.get("annotator-id"), "annotator-id")
            rating = by_rater.setdefault(
                rater, ParsedRating(external_id, rater, "person", [], file=file, line=line)
            )
            rating.scores.append(
                ParsedScore(
                    CRITERION,
                    turn=number,
                    value=values.text(label.get("breakdown"), "breakdown"),
                    text=values.text(label.get("comment"), "comment"),
                )
            )
    return list(by_rater.values())
