"""Looking through conversations for personal data, and proposing what was found.

A scan never undoes a decision: what was hidden, left or marked by hand stays. What the finder
proposed before and finds no longer, since a name left the list, is withdrawn. What was left before
is left again where the same text comes in once more (`conversations.marks`).
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from conversations.marks import mark_of, recall
from conversations.models import Conversation, Redaction
from conversations.spans import Text, texts_in
from core.personal import FINDER, Span, find
from core.text import digest

KANA = re.compile("[\u3041-\u30ff]")
LABELS = {
    "email": ("[e-mail]", "［メールアドレス］"),
    "phone": ("[telephone]", "［電話番号］"),
    "card": ("[card number]", "［カード番号］"),
    "my_number": ("[My Number]", "［マイナンバー］"),
    "address": ("[address]", "［住所］"),
    "name": ("[name]", "［氏名］"),
    "other": ("[removed]", "［削除］"),
}
"""What stands in the place of a span, in the language of the words around it."""


NOTE_SCANS = """
INSERT INTO conversations_redactionscan
  (conversation_id, content_hash, looked_for, scanned_at, original_mark)
SELECT id, content_hash, %s, %s, '' FROM conversations_conversation WHERE id IN ({places})
ON CONFLICT (conversation_id) DO UPDATE SET
  content_hash = excluded.content_hash,
  looked_for = excluded.looked_for,
  scanned_at = excluded.scanned_at
"""
"""One statement instead of a row by row: half of a scan's time went into making the rows."""


def label_of(kind: str, text: str, language: str = "") -> str:
    english, japanese = LABELS[kind]
    return japanese if language.startswith("ja") or KANA.search(text) else english


def looked_for(names: Sequence[str]) -> str:
    """What a scan looks for, as a digest: another finder or another name makes it another."""
    return digest([FINDER, sorted(names)])


def without_finds(keys: Collection[int], names: Sequence[str]) -> dict[int, str]:
    """Those of these in which nothing is found, with their hashes: read without holding anything.

    That is most of them, and finding takes longer than writing down that nothing was found.
    """
    rows = Conversation.objects.filter(pk__in=keys).values_list(
        "pk", "turns", "reference", "metadata", "content_hash", named=True
    )
    return {
        row.pk: row.content_hash
        for row in rows
        if not any(find(text.text, names) for text in texts_in(row))
    }


@transaction.atomic
def scan_all(
    keys: Collection[int],
    names: Sequence[str],
    now: datetime,
    *,
    clean: Mapping[int, str] | None = None,
) -> int:
    """Look through these conversations of one project; how many places are new to decide about.

    What `without_finds` gave a moment ago is not looked through again where the words still stand.
    """
    locked = Conversation.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    hashes = dict(locked.values_list("pk", "content_hash"))
    known: dict[int, list[Redaction]] = defaultdict(list)
    for row in Redaction.objects.filter(conversation__in=list(hashes)):
        known[row.conversation_id].append(row)
    closely = [
        key for key, found in hashes.items() if key in known or (clean or {}).get(key) != found
    ]
    conversations = list(
        Conversation.objects.filter(pk__in=closely)
        .order_by("pk")
        .only("project_id", "turns", "reference", "metadata", "content_hash", "language")
    )
    new, gone = [], []
    for conversation in conversations:
        fresh, stale = proposals(conversation, known[conversation.pk], names)
        new += fresh
        gone += stale
    n_open = recall(conversations, new)
    Redaction.objects.filter(pk__in=[one.pk for one in gone]).delete()
    Redaction.objects.bulk_create(new, batch_size=500)
    note_scans(list(hashes), names, now)
    return n_open


def note_scans(keys: Sequence[int], names: Sequence[str], now: datetime) -> None:
    """Write down that these locked conversations were looked through as they stand."""
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            NOTE_SCANS.format(places=", ".join(["%s"] * len(keys))),
            [looked_for(names), connection.ops.adapt_datetimefield_value(now), *keys],
        )


def proposals(
    conversation: Conversation, known: Sequence[Redaction], names: Sequence[str]
) -> tuple[list[Redaction], list[Redaction]]:
    """What is new in a conversation, and the open proposals that are found no more."""
    found = [
        proposal(conversation, text, span)
        for text in texts_in(conversation)
        for span in find(text.text, names)
    ]
    places = {(*place_of(one), one.kind) for one in found}
    stale = [one for one in known if is_stale(one) and (*place_of(one), one.kind) not in places]
    standing: dict[tuple[int, str], list[Redaction]] = defaultdict(list)
    for row in known:
        if row not in stale:
            standing[row.turn, row.part].append(row)
    fresh = [
        one
        for one in found
        if not any(
            one.start < row.end and row.start < one.end for row in standing[one.turn, one.part]
        )
    ]
    return fresh, stale


def proposal(conversation: Conversation, text: Text, span: Span) -> Redaction:
    return Redaction(
        project_id=conversation.project_id,
        conversation=conversation,
        turn=text.turn,
        part=text.part,
        start=span.start,
        end=span.end,
        kind=span.kind,
        label=label_of(span.kind, text.text, conversation.language),
        text_mark=mark_of(span.of(text.text)),
    )


def place_of(one: Redaction) -> tuple[int, str, int, int]:
    return one.turn, one.part, one.start, one.end


def is_stale(one: Redaction) -> bool:
    """Whether it goes when it is found no more."""
    return one.state == Redaction.State.PROPOSED and one.found_by == Redaction.FoundBy.FINDER
