"""Removing what an import brought in, but nothing that somebody already built on."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import PROTECT, Exists, ManyToOneRel, OuterRef, ProtectedError, QuerySet
from django.db.utils import IntegrityError

from conversations.models import Conversation, ImportRun

BATCH = 500


def dependants() -> Iterator[tuple[str, Exists]]:
    """Whatever protects a conversation, by the name of its model: this floor knows no other."""
    for relation in Conversation._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            model: Any = relation.related_model
            rows = model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            yield model._meta.label_lower, Exists(rows)


def in_use(conversations: QuerySet[Conversation]) -> Counter[str]:
    """How many of these stay, each by one thing that holds it."""
    found: Counter[str] = Counter()
    for label, exists in sorted(dependants(), key=lambda one: one[0]):
        if count := conversations.filter(exists).count():
            found[label] += count
            conversations = conversations.filter(~exists)
    return found


def free(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    for _label, exists in dependants():
        conversations = conversations.filter(~exists)
    return conversations


def remove_batch(run: ImportRun, after: int) -> tuple[int, int]:
    """Remove the free ones among the next of the run's conversations: (removed, last looked at).

    (0, 0) when there are no more.
    """
    keys = list(
        run.conversations.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    if not keys:
        return 0, 0
    batch = free(Conversation.objects.filter(pk__in=keys))
    gone = batch.delete()[1]  # what was found in them goes along and is not counted
    return gone.get(Conversation._meta.label, 0), keys[-1]


def remove_stored(run: ImportRun) -> int:
    """Remove all free conversations of a run at once; how many."""
    removed = last = 0
    while True:
        count, last = remove_batch(run, last)
        if not last:
            return removed
        removed += count


def remove_in_steps(run: ImportRun, after: int, tell: Callable[[int, int], None]) -> None:
    """The same in committed batches; a batch that somebody began to use meanwhile is redone."""
    while True:
        try:
            with transaction.atomic():
                removed, after_batch = remove_batch(run, after)
                if after_batch:
                    tell(removed, after_batch)
        except (ProtectedError, IntegrityError):
            continue
        if not after_batch:
            return
        after = after_batch
