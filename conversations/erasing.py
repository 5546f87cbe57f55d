"""Taking the words out of conversations whose customer asked to be forgotten.

The row stays, with the hash of what it said and the number of its turns: ratings, verdicts and
releases name it, and their figures stand. What was said is gone.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from conversations.marks import forget_places
from conversations.models import Conversation, Redaction, RedactionScan

ERASED = "—"
BATCH = 200


def erase_words(conversations: Collection[int], now: datetime) -> int:
    """Empty conversations, in the caller's transaction; how many there were."""
    rows = list(Conversation.objects.select_for_update().filter(pk__in=conversations))
    forget_places(rows)
    for row in rows:
        row.turns = [emptied(turn) for turn in row.turns]
        row.metadata = {"erased_at": now.isoformat()}
        row.reference, row.guidance, row.error, row.redacted = "", None, "", None
        row.title, row.n_chars = ERASED, len(row.turns) * len(ERASED)
    Conversation.objects.bulk_update(
        rows,
        ["turns", "metadata", "reference", "guidance", "error", "redacted", "title", "n_chars"],
        batch_size=BATCH,
    )
    Redaction.objects.filter(conversation__in=rows).delete()
    RedactionScan.objects.filter(conversation__in=rows).delete()
    return len(rows)


def emptied(turn: dict[str, Any]) -> dict[str, Any]:
    """A turn that keeps its place and says nothing."""
    kept: dict[str, Any] = {name: turn[name] for name in ("id", "role") if name in turn}
    return kept | {"content": ERASED}
