"""Joining feedback with the conversations that it is about, whenever those come in."""

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import transaction
from django.db.models import F, QuerySet

from conversations.models import Conversation
from surveys.folding import Tally
from surveys.joining import LONGEST_CHAIN, places_of, put
from surveys.models import CurrentFeedback
from surveys.services.projection import hold, write
from surveys.services.routing import note_changes

AT_ONCE = 500
JOINED = ("conversation", "turn", "language", "variant_name")


def join(project: int, rows: Sequence[CurrentFeedback]) -> None:
    """Join rows that have no conversation yet, or took a new event that names no variant."""
    apart = [row for row in rows if row.conversation_id is None or not row.variant_name]
    places = places_of(project, {(row.conversation_key, row.message) for row in apart})
    for row in apart:
        if found := places.get((row.conversation_key, row.message)):
            put(row, *found)


def tell_routes(project: int, rows: Iterable[CurrentFeedback]) -> None:
    found = {row.conversation_id for row in rows if row.conversation_id is not None}
    if found:
        note_changes(project, sorted(found))


@transaction.atomic
def join_batch(project: int, after: str, at_once: int = AT_ONCE) -> str:
    """Join feedback that waits for its conversation, in the order of those; the last looked at.

    Empty at the end. Whatever is folded from now on finds the conversations by itself.
    """
    hold(project)
    waiting = CurrentFeedback.objects.filter(project=project, conversation=None)
    keys = list(
        waiting.filter(conversation_key__gt=after)
        .order_by("conversation_key")
        .values_list("conversation_key", flat=True)
        .distinct()[:at_once]
    )
    if keys:
        here = Conversation.objects.filter(project=project, external_id__in=keys)
        _rejoin(project, waiting.filter(conversation_key__in=here.values("external_id")))
    return keys[-1] if keys else ""


def _rejoin(project: int, which: "QuerySet[CurrentFeedback]") -> None:
    rows = list(which)
    if not rows:
        return
    before = Tally(rows)
    places = places_of(project, {(row.conversation_key, row.message) for row in rows})
    for row in rows:
        if found := places.get((row.conversation_key, row.message)):
            put(row, *found)
    write(rows, before, Tally(rows), JOINED)
    tell_routes(project, rows)


def join_grown(project: int, run: int) -> None:
    """Find messages in the conversations that a run brought in as continuations of others."""
    grown = Conversation.objects.filter(run=run).exclude(continues=None)
    earlier = iter(grown.values_list("continues", flat=True).order_by("pk").iterator())
    while some := {pk for pk in islice(earlier, AT_ONCE) if pk is not None}:
        with transaction.atomic():
            hold(project)
            rows = CurrentFeedback.objects.filter(
                conversation__in=_with_what_they_continue(some), project=project, turn=-1
            )
            _rejoin(project, rows.exclude(message=""))


def _with_what_they_continue(conversations: set[int]) -> set[int]:
    found, last = set(conversations), set(conversations)
    for _step in range(LONGEST_CHAIN):
        rows = Conversation.objects.filter(pk__in=last).exclude(continues=None)
        last = set(rows.values_list(F("continues"), flat=True)) - found
        if not last:
            break
        found |= last
    return found
