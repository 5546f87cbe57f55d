"""Keyed digests of texts, by which they are known again, and what was left as it is by them.

Conversations come in more than once: grown by a turn, taken back and brought in anew, said to two
variants. Who said of a place that it is nothing to hide is not asked about it in the same text
again; and who says so of words that stand everywhere, such as the shop's own number, is asked
about them never again. Whoever takes such a decision back, or hides the place, is asked again.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from django.utils.crypto import salted_hmac

from accounts.models import User
from conversations.models import Conversation, LeftText, Redaction
from conversations.spans import texts_in

SALT = "conversations.redaction"
State = Redaction.State


def mark_of(text: str) -> str:
    """A keyed digest of a text: a plain one of ten digits could be turned round by trying all."""
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


def place_mark(text: str, start: int, end: int) -> str:
    """The digest of one place in one whole text."""
    return mark_of(f"{start} {end} {text}")


def remember(
    conversations: Iterable[Conversation],
    rows: Sequence[Redaction],
    *,
    actor: User | None,
    state: str,
    now: datetime,
) -> None:
    """Keep in mind of these places that they were left, or that they no longer are."""
    if not rows:
        return
    places = [mark for _row, mark in places_of(conversations, rows)]
    if state == State.DISMISSED:
        keep(rows[0].project_id, places, actor, now)
        return
    marks = {*places, *(row.text_mark for row in rows)}
    LeftText.objects.filter(project__in={row.project_id for row in rows}, mark__in=marks).delete()


def keep(project: int, marks: Iterable[str], actor: User | None, now: datetime) -> None:
    rows = [
        LeftText(project_id=project, mark=mark, decided_by=actor, decided_at=now)
        for mark in sorted(set(marks))
    ]
    LeftText.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def forget_places(conversations: Sequence[Conversation]) -> None:
    """Keep nothing in mind of what was left in these, whose words are about to go."""
    left = Redaction.objects.filter(conversation__in=conversations, state=State.DISMISSED)
    marks = [mark for _row, mark in places_of(conversations, list(left))]
    LeftText.objects.filter(
        project__in={one.project_id for one in conversations}, mark__in=marks
    ).delete()


def recall(conversations: Iterable[Conversation], proposals: Sequence[Redaction]) -> int:
    """Leave, of new proposals of one project, what was left before; how many are open."""
    if not proposals:
        return 0
    marks = {id(row): (mark, row.text_mark) for row, mark in places_of(conversations, proposals)}
    left = left_among(proposals[0].project_id, {mark for pair in marks.values() for mark in pair})
    n_open = 0
    for row in proposals:
        known = next((left[mark] for mark in marks[id(row)] if mark in left), None)
        if known is None:
            n_open += 1
            continue
        row.state = State.DISMISSED
        row.decided_by_id, row.decided_at = known.decided_by_id, known.decided_at
    return n_open


def left_among(project: int, marks: Collection[str]) -> dict[str, LeftText]:
    return {one.mark: one for one in LeftText.objects.filter(project=project, mark__in=list(marks))}


def places_of(
    conversations: Iterable[Conversation], rows: Sequence[Redaction]
) -> Iterator[tuple[Redaction, str]]:
    """Rows with the mark of each in the whole text it stands in."""
    by_key = {one.pk: one for one in conversations}
    texts: dict[int, dict[tuple[int, str], str]] = {}
    for row in rows:
        key = row.conversation_id
        if key not in texts:
            one = by_key[key]
            texts[key] = {(at.turn, at.part): at.text for at in texts_in(one)}
        text = texts[key].get((row.turn, row.part), "")
        yield row, place_mark(text, row.start, row.end)
