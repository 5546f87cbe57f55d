"""A person's decisions about what was found, and spans marked by hand.

Decisions of one conversation are taken under its row's lock, and what is accepted is kept twice:
as rows, and on the conversation as the cuts that whatever shows words reads (`spans.shown`). The
opening words that lists show follow. Where a project keeps no originals, `rewriting` goes on.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from conversations.importers.records import title_of
from conversations.marks import keep, mark_of, remember
from conversations.models import Conversation, Redaction, RedactionRules
from conversations.repeated import hidings_in
from conversations.rewriting import write_in
from conversations.scanning import label_of
from conversations.spans import Cut, Text, cuts_in, shown, texts_in
from core.errors import DomainError, InvalidError
from core.registry import announce

State, FoundBy = Redaction.State, Redaction.FoundBy
BATCH = 200
MOST_PLACES = 1_000
"""So many places one act marks: more are a word of the language and nothing personal."""


@transaction.atomic
def decide(*, actor: User | None, redaction: Redaction, state: str, now: datetime) -> None:
    """Hide a span, leave it as it is, or take the decision back.

    Taken back, a proposal of the finder is open again and a span marked by hand goes.
    """
    conversation = locked([redaction.conversation_id])[0]
    row = Redaction.objects.filter(pk=redaction.pk).first()
    if row is None:
        raise DomainError(
            _(
                "This proposal is no longer there, because the conversation was looked through "
                "again. Open its page once more."
            ),
            code="redaction_gone",
        )
    refuse_written(row)
    if state == State.PROPOSED and row.found_by == FoundBy.PERSON:
        row.delete()
    else:
        put([row], actor, state, now)
        remember([conversation], [row], actor=actor, state=state, now=now)
    settle([conversation])
    note(actor, conversation, state, 1)


def decide_open(
    *, actor: User | None, conversation: Conversation, state: str, now: datetime
) -> int:
    """The same decision for all that is open in a conversation; how many places."""
    return _decide(actor, Redaction.objects.open().filter(conversation=conversation), state, now)


def decide_same(*, actor: User | None, redaction: Redaction, state: str, now: datetime) -> int:
    """The same decision for one text wherever it is open in the project; how many places."""
    return _decide(actor, same_text(redaction), state, now)


def leave_always(*, actor: User | None, redaction: Redaction, now: datetime) -> int:
    """Leave these words wherever in the project they are open, and in what comes in later.

    They are kept in mind first, so that no scan that runs meanwhile asks about them in between.
    """
    refuse_written(redaction)
    keep(redaction.project_id, [redaction.text_mark], actor, now)
    return decide_same(actor=actor, redaction=redaction, state=State.DISMISSED, now=now)


def refuse_written(row: Redaction) -> None:
    if row.is_written:
        raise DomainError(
            _(
                "This place was rewritten, because the project keeps no originals. What stood "
                "there is gone, so the decision cannot be changed."
            ),
            code="redaction_written",
        )


def same_text(redaction: Redaction) -> QuerySet[Redaction]:
    """The open proposals of the project that show the very same text."""
    return Redaction.objects.open().filter(
        project=redaction.project_id, text_mark=redaction.text_mark
    )


def _decide(actor: User | None, proposals: QuerySet[Redaction], state: str, now: datetime) -> int:
    """In batches, each in the order of keys: two people who decide never wait for each other."""
    keys = sorted(set(proposals.values_list("conversation_id", flat=True)))
    done = 0
    for first in range(0, len(keys), BATCH):
        with transaction.atomic():
            conversations = locked(keys[first : first + BATCH])
            rows = list(proposals.filter(conversation__in=conversations))
            put(rows, actor, state, now)
            remember(conversations, rows, actor=actor, state=state, now=now)
            settle(conversations)
            if rows:
                note(actor, conversations[0], state, len(rows))
        done += len(rows)
    return done


@transaction.atomic
def mark_span(
    *,
    actor: User | None,
    conversation: Conversation,
    place: Cut,
    seen: str,
    kind: str,
    now: datetime,
) -> int:
    """Hide what a person selected in the words whose hash is `seen`."""
    conversation = locked([conversation.pk])[0]
    at = {(one.turn, one.part): one for one in texts_in(conversation)}.get(place[:2])
    if seen != conversation.content_hash or at is None or place.end > len(at.text):
        raise InvalidError(
            _(
                "What was selected does not stand in the conversation as it is now. Open its page "
                "once more and select it again."
            )
        )
    return _mark(actor, conversation, [(at, place.start, place.end)], kind, now)


@transaction.atomic
def mark_words(
    *, actor: User | None, conversation: Conversation, words: str, kind: str, now: datetime
) -> int:
    """Hide these words wherever they stand in the conversation; in how many places."""
    conversation = locked([conversation.pk])[0]
    places = [
        (text, start, start + len(words))
        for text in texts_in(conversation)
        for start in occurrences(text.text, words)
    ]
    if not places:
        raise InvalidError(
            _("“%(words)s” stands nowhere in this conversation. Type it exactly as it is written.")
            % {"words": words[:80]}
        )
    if len(places) > MOST_PLACES:
        raise InvalidError(
            _(
                "“%(words)s” stands in %(n)s places of this conversation; at most %(most)s are "
                "marked at once. Type more of the words around it."
            )
            % {"words": words[:80], "n": len(places), "most": MOST_PLACES}
        )
    return _mark(actor, conversation, places, kind, now)


def _mark(
    actor: User | None,
    conversation: Conversation,
    places: Sequence[tuple[Text, int, int]],
    kind: str,
    now: datetime,
) -> int:
    """What lies within a place marked by hand is hidden with it, so its own row goes."""
    known = list(Redaction.objects.filter(conversation=conversation, is_written=False))
    within = [
        row
        for row in known
        for text, start, end in places
        if (row.turn, row.part) == text[:2] and start <= row.start and row.end <= end
    ]
    remember([conversation], within, actor=actor, state=State.ACCEPTED, now=now)
    Redaction.objects.filter(pk__in=[row.pk for row in within]).delete()
    Redaction.objects.bulk_create(
        Redaction(
            project_id=conversation.project_id,
            conversation=conversation,
            turn=text.turn,
            part=text.part,
            start=start,
            end=end,
            kind=kind,
            state=State.ACCEPTED,
            found_by=FoundBy.PERSON,
            label=label_of(kind, text.text, conversation.language),
            text_mark=mark_of(text.text[start:end]),
            decided_by=actor,
            decided_at=now,
        )
        for text, start, end in places
    )
    settle([conversation])
    note(actor, conversation, State.ACCEPTED, len(places))
    return len(places)


def locked(keys: Collection[int]) -> list[Conversation]:
    rows = Conversation.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return list(rows.defer("guidance"))


def put(rows: Iterable[Redaction], actor: User | None, state: str, now: datetime) -> None:
    is_open = state == State.PROPOSED
    Redaction.objects.filter(pk__in=[row.pk for row in rows], is_written=False).update(
        state=state,
        decided_by=None if is_open else actor,
        decided_at=None if is_open else now,
    )


def settle(conversations: Sequence[Conversation]) -> None:
    """Bring what was decided to where words are read, in the transaction of the decision."""
    if not conversations:
        return
    rewrites = RedactionRules.objects.filter(
        project=conversations[0].project_id, keep_originals=False
    ).exists()
    if rewrites:
        write_in(conversations)
        return
    cuts: dict[int, list[list[object]]] = {one.pk: [] for one in conversations}
    accepted = Redaction.objects.accepted().filter(conversation__in=cuts, is_written=False)
    for row in accepted.order_by("turn", "part", "start"):
        cuts[row.conversation_id].append([row.turn, row.part, row.start, row.end, row.label])
    for one in conversations:
        one.redacted = cuts[one.pk] or None
        one.title = title_of(shown(one.turns, one.redacted))
    Conversation.objects.bulk_update(conversations, ["redacted", "title"], batch_size=BATCH)
    hidden = {one.pk: hidings_in(one, cuts_in(one.redacted)) for one in conversations}
    announce("words_hidden", conversations=list(cuts), hidden=hidden)


def occurrences(text: str, words: str) -> Iterable[int]:
    """Where the words begin; none of them within another.

    >>> list(occurrences("aaaa", "aa"))
    [0, 2]
    """
    place = text.find(words) if words else -1
    while place >= 0:
        yield place
        place = text.find(words, place + len(words))


def note(actor: User | None, conversation: Conversation, state: str, spans: int) -> None:
    record(
        actor,
        "redaction.decided",
        target=conversation,
        project=conversation.project,
        state=state,
        spans=spans,
    )
