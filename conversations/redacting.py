"""What others need of redactions: the words to show, and whether a conversation is clear.

Accepted redactions are hidden wherever words are shown or leave, unless they are written into the
conversation already. Whoever has the row at hand asks `said(conversation)`, which costs no query;
whoever has turns and rows apart asks `redacted_turns`.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.models import Project
from conversations.models import Conversation, Redaction, RedactionRules
from conversations.scanning import looked_for, scan_all
from conversations.spans import (
    Hidden,
    Turn,
    cuts_in,
    hidden_metadata,
    hidden_reference,
    hidden_turns,
    shown,
)

State = Redaction.State


def redactions_of(conversations: Iterable[int]) -> dict[int, list[Redaction]]:
    """The accepted redactions of conversations by their keys, in the order of the text.

    They stand in it as it is stored: one that `is_written` marks the label, which is there.
    """
    found: dict[int, list[Redaction]] = {key: [] for key in conversations}
    rows = Redaction.objects.accepted().filter(conversation__in=list(found))
    for row in rows.order_by("conversation_id", "turn", "part", "start"):
        found[row.conversation_id].append(row)
    return found


def redacted_turns(turns: Sequence[Turn], redactions: Iterable[Redaction]) -> list[dict[str, Any]]:
    """The turns with what was accepted replaced by its label; what is open stays readable."""
    return hidden_turns(turns, to_hide(redactions))


def redacted_reference(reference: str, redactions: Iterable[Redaction]) -> str:
    """The same for the answer expected."""
    return hidden_reference(reference, to_hide(redactions))


def to_hide(redactions: Iterable[Redaction]) -> list[Hidden]:
    """Those to be made: accepted, and not yet written into the stored words."""
    return [one for one in redactions if one.state == State.ACCEPTED and not one.is_written]


def said(conversation: Conversation) -> Sequence[Any]:
    """The turns as they are shown: no query, and the very turns where nothing is hidden."""
    return shown(conversation.turns, conversation.redacted)


def expected(conversation: Conversation) -> str:
    """The answer expected as it is shown."""
    return hidden_reference(conversation.reference, cuts_in(conversation.redacted))


def told_of(conversation: Conversation) -> Any:
    """The metadata as it is shown."""
    return hidden_metadata(conversation.metadata, cuts_in(conversation.redacted))


def open_proposals(conversations: Iterable[int]) -> dict[int, int]:
    """How many proposals wait for a decision, by the keys of conversations; 0 where none does."""
    counts = dict.fromkeys(conversations, 0)
    rows = Redaction.objects.open().filter(conversation__in=list(counts))
    for key, n in rows.values_list("conversation_id").annotate(n=Count("pk")).order_by():
        counts[key] = n
    return counts


def unscanned(conversations: Collection[int]) -> set[int]:
    """Those never looked through, or not since their words or what to look for changed."""
    rows = Conversation.objects.filter(pk__in=conversations).values_list(
        "pk",
        "project",
        "content_hash",
        "redaction_scan__content_hash",
        "redaction_scan__looked_for",
    )
    wanted: dict[int, str] = {}
    scanned = set()
    for key, project, content_hash, of_hash, looked in rows:
        if project not in wanted:
            wanted[project] = looked_for(names_of(project))
        if of_hash == content_hash and looked == wanted[project]:
            scanned.add(key)
    return set(conversations) - scanned


def is_clear(conversation: int) -> bool:
    """Looked through as it stands, and nothing found in it waits for a decision."""
    return conversation in clear_among([conversation])


def clear_among(conversations: Collection[int]) -> set[int]:
    """The clear ones of many, in two queries."""
    waiting = open_proposals(conversations)
    return {key for key in set(conversations) - unscanned(conversations) if not waiting[key]}


def scan(conversation: Conversation) -> int:
    """Look through one conversation and propose what is found; how many proposals are new."""
    return scan_all([conversation.pk], names_of(conversation.project_id), timezone.now())


def rules_of(project: Project) -> RedactionRules:
    """The rules of a project, saved or not."""
    return RedactionRules.objects.filter(project=project).first() or RedactionRules(project=project)


def names_of(project: int) -> tuple[str, ...]:
    names = RedactionRules.objects.filter(project=project).values_list("names", flat=True).first()
    return names_in(names or "")


def names_in(lines: str) -> tuple[str, ...]:
    """The names of a list of one a line, each once."""
    return tuple(dict.fromkeys(name for line in lines.splitlines() if (name := line.strip())))
