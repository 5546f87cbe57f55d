"""The list of a project's conversations: filters, pages by key, counts that stay cheap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Subquery

from accounts.models import Project
from conversations.models import Conversation, ConversationQuerySet

PAGE = 50
COUNTED = 10_000
"""A list is counted this far; a million rows are not read to print their number."""


@dataclass(frozen=True)
class Page:
    rows: list[Conversation]
    newer: UUID | None
    older: UUID | None
    count: int | None
    """How many there are in all; None when counting them would cost more than showing them."""

    @property
    def is_more(self) -> bool:
        return self.count is not None and self.count > COUNTED


def filtered(project: Project, wanted: Mapping[str, Any]) -> ConversationQuerySet:
    """The project's conversations that match; each filter is one that an index serves."""
    return chosen(project, wanted).filter(named((wanted.get("q") or "").split()))


def named(words: Sequence[str]) -> Q:
    """Every word stands in the opening words or in the id."""
    found = Q()
    for word in words:
        found &= Q(title__icontains=word) | Q(external_id__icontains=word)
    return found


def chosen(project: Project, wanted: Mapping[str, Any]) -> ConversationQuerySet:
    """Whatever words are sought: the conversations among which to look for them."""
    found = Conversation.objects.filter(project=project)
    if variant := wanted.get("variant"):
        found = found.filter(variant=variant)
    if language := wanted.get("language"):
        found = found.filter(language=language)
    if group := wanted.get("group"):
        alone = Q(external_id=group)
        found = found.filter(alone | (Q(group_key=group) & ~Q(group_key=F("external_id"))))
    if key := wanted.get("input"):
        found = found.filter(input_key=key).exclude(input_key="")
    if run := wanted.get("run"):
        found = found.filter(run=run)
    return found


def page_of(
    project: Project,
    wanted: dict[str, Any],
    *,
    older_than: UUID | None = None,
    newer_than: UUID | None = None,
) -> Page:
    """One page, newest first unless the oldest were asked for; `older` is then what comes next."""
    found = filtered(project, wanted)
    forward = wanted.get("order") != "oldest"
    cursor = older_than or newer_than
    back = newer_than is not None
    ascending = forward == back
    keys = found.order_by("pk" if ascending else "-pk")
    if cursor:
        edge = Subquery(project.conversations.filter(uid=cursor).values("pk"))
        keys = keys.filter(pk__gt=edge) if ascending else keys.filter(pk__lt=edge)
    chosen = list(keys.values_list("pk", flat=True)[: PAGE + 1])
    more = len(chosen) > PAGE
    rows = list(
        Conversation.objects.for_list()
        .filter(pk__in=chosen[:PAGE])
        .order_by("-pk" if forward else "pk")
    )
    before, after = (more, bool(cursor)) if back else (bool(cursor), more)
    return Page(
        rows=rows,
        newer=rows[0].uid if rows and before else None,
        older=rows[-1].uid if rows and after else None,
        count=count_of(found, wanted, rows, alone=not cursor and not more),
    )


def count_of(
    found: QuerySet[Conversation], wanted: dict[str, Any], rows: list[Conversation], *, alone: bool
) -> int | None:
    if alone:
        return len(rows)
    if wanted.get("q"):
        return None
    return found.order_by()[: COUNTED + 1].count()


def languages_of(project: Project) -> list[str]:
    """The languages there are, one step of the index each instead of a pass over all rows."""
    found: list[str] = []
    while len(found) < PAGE:
        following = (
            project.conversations.filter(language__gt=found[-1] if found else "")
            .order_by("language")
            .values_list("language", flat=True)
            .first()
        )
        if following is None:
            break
        found.append(following)
    return found
