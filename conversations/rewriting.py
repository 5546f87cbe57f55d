"""Writing accepted redactions into conversations, where a project keeps no originals.

The words are replaced by their labels and nothing of the original is stored. Its hash may not stay
either: when all of a text but ten digits is known, a plain hash gives the digits away. So
`content_hash` is computed anew and is that of the words that stand there, and of the original's
hash only a keyed mark is kept (`RedactionScan.original_mark`), by which an import of the same file
knows the conversation again. Rows of redactions stay with the places of their labels. A release of
gold that was published before keeps its bytes; the next one has the new words.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from conversations.importers.records import title_of
from conversations.marks import mark_of
from conversations.models import Conversation, ImportRun, Redaction, RedactionScan
from conversations.repeated import hidings_in
from conversations.spans import (
    hidden_metadata,
    hidden_reference,
    hidden_turns,
    merged,
    moved,
    texts_in,
)
from core.registry import announce
from core.text import digest

BATCH = 200
WRITTEN = ["turns", "redacted", "reference", "metadata", "content_hash", "n_chars", "title"]


def write_in(conversations: Sequence[Conversation]) -> None:
    """Rewrite locked conversations by what is accepted in them, in the caller's transaction."""
    rows: dict[int, list[Redaction]] = defaultdict(list)
    for row in Redaction.objects.filter(conversation__in=conversations).order_by("start", "-end"):
        rows[row.conversation_id].append(row)
    changed = [one for one in conversations if any(map(is_due, rows[one.pk]))]
    if not changed:
        return
    former = {one.pk: one.content_hash for one in changed}
    hidden = {
        one.pk: hidings_in(one, [row for row in rows[one.pk] if is_due(row)]) for one in changed
    }
    kept = [row for one in changed for row in rewritten(one, rows[one.pk])]
    Conversation.objects.bulk_update(changed, WRITTEN, batch_size=BATCH)
    # made anew, because on the way one row may stand where another has just stood
    Redaction.objects.filter(conversation__in=changed).delete()
    Redaction.objects.bulk_create(kept, batch_size=BATCH)
    follow_scans(changed, former)
    ImportRun.objects.filter(pk__in={one.run_id for one in changed}).update(preview=[])
    announce("words_hidden", conversations=list(former), hidden=hidden)


def is_due(row: Redaction) -> bool:
    return row.state == Redaction.State.ACCEPTED and not row.is_written


def rewritten(conversation: Conversation, rows: Sequence[Redaction]) -> Iterator[Redaction]:
    """Change the conversation, and give the rows that stay with the places they have now."""
    due = [row for row in rows if is_due(row)]
    conversation.turns = hidden_turns(conversation.turns, due)
    conversation.reference = hidden_reference(conversation.reference, due)
    conversation.metadata = hidden_metadata(conversation.metadata, due)
    conversation.redacted = None
    conversation.content_hash = digest(conversation.turns)
    conversation.n_chars = sum(len(turn.get("content") or "") for turn in conversation.turns)
    conversation.title = title_of(conversation.turns)
    texts = {(one.turn, one.part): one.text for one in texts_in(conversation)}
    by_part: dict[tuple[int, str], list[Redaction]] = defaultdict(list)
    for row in rows:
        by_part[row.turn, row.part].append(row)
    for place, at_place in by_part.items():
        yield from _moved(at_place, texts.get(place, ""))


def _moved(rows: Sequence[Redaction], text: str) -> Iterator[Redaction]:
    """Of several rows that came to stand at one place the first accepted one stays."""
    heaps = merged(row for row in rows if is_due(row))
    taken: set[tuple[int, int]] = set()
    for row in sorted(rows, key=lambda one: not (is_due(one) or one.is_written)):
        is_gone = not is_due(row) and any(
            start <= row.start and row.end <= end for start, end, _label in heaps
        )
        place = moved(row.start, row.end, heaps)
        if is_gone or place in taken or place[0] >= place[1]:
            continue
        taken.add(place)
        row.is_written = row.is_written or is_due(row)
        row.start, row.end = place
        row.text_mark = "" if row.is_written else mark_of(text[row.start : row.end])
        yield row


def follow_scans(conversations: Sequence[Conversation], former: dict[int, str]) -> None:
    """What was looked through stays so: the only new words are labels."""
    scans = list(RedactionScan.objects.filter(conversation__in=conversations))
    current = {one.pk: one.content_hash for one in conversations}
    for scan in scans:
        if scan.content_hash == former[scan.pk]:
            scan.content_hash = current[scan.pk]
    RedactionScan.objects.bulk_update(scans, ["content_hash"])
    known = {scan.pk for scan in scans}
    RedactionScan.objects.bulk_create(
        RedactionScan(conversation=one, content_hash="", looked_for="")
        for one in conversations
        if one.pk not in known
    )
    for key, content_hash in former.items():
        unmarked = RedactionScan.objects.filter(pk=key, original_mark="")
        unmarked.update(original_mark=mark_of(content_hash))
