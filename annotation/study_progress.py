"""How far a study is: what its page and the project's home show.

A study of up to `LARGE` items is counted when somebody looks. Of a larger one all lookers share
what was counted within the last minute, so that a page that asks again and again stays cheap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from annotation.models import Item, Study

LARGE = 20_000
KEPT_SECONDS = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """Counts of one study; slots are places for ratings, k an item."""

    items: int
    settled: int
    disputed: int
    slots: int
    submitted: int

    @property
    def is_complete(self) -> bool:
        return self.slots > 0 and self.submitted >= self.slots


NOTHING = Progress(items=0, settled=0, disputed=0, slots=0, submitted=0)


def progress_of(study: Study) -> Progress:
    return progress_by_study([study])[study.pk]


def progress_by_study(studies: Sequence[Study]) -> dict[int, Progress]:
    """One query, however many studies a list has."""
    return kept_each(studies, "progress", _count)


def _count(studies: Sequence[Study]) -> dict[int, Progress]:
    rows = Item.objects.filter(study__in=[study.pk for study in studies]).order_by()
    counts = rows.values("study").annotate(
        items=Count("id"),
        settled=Count("id", filter=Q(state=Item.State.SETTLED)),
        disputed=Count("id", filter=Q(state=Item.State.DISPUTED)),
        slots=Sum("slots_total"),
        submitted=Sum("n_submitted"),
    )
    found = {row.pop("study"): Progress(**row) for row in counts}
    return {study.pk: found.get(study.pk, NOTHING) for study in studies}


def states_of(study: Study) -> Sequence[tuple[str, str, int]]:
    """What the list of items can be narrowed to, and how many items that leaves."""
    counts = kept(study, "states", lambda: _states(study))
    found = [(str(state), str(state.label), counts.get(state, 0)) for state in Item.State]
    return [("", _("all"), sum(counts.values())), *(one for one in found if one[2])]


def _states(study: Study) -> dict[str, int]:
    return dict(study.items.order_by().values_list("state").annotate(n=Count("id")))


def kept(study: Study, what: str, count: Callable[[], T]) -> T:
    return kept_each([study], what, lambda _studies: {study.pk: count()})[study.pk]


def kept_each(
    studies: Sequence[Study],
    what: str,
    count: Callable[[Sequence[Study]], dict[int, T]],
    *,
    large: int | None = None,
) -> dict[int, T]:
    """What `count` says of each; of a large study what it said within the last minute.

    A draw, an extension or another state is seen at once: they are part of the name. What may be
    a minute old of smaller studies as well says from which size on.
    """
    most = LARGE if large is None else large
    names = {study.pk: _name(study, what) for study in studies if study.next_seq > most}
    known = cache.get_many(list(names.values())) if names else {}
    found: dict[int, T] = {pk: known[name] for pk, name in names.items() if name in known}
    missing = [study for study in studies if study.pk not in found]
    counted = count(missing) if missing else {}
    if names.keys() & counted.keys():
        fresh = {name: counted[pk] for pk, name in names.items() if pk in counted}
        cache.set_many(fresh, KEPT_SECONDS)
    return found | counted


def _name(study: Study, what: str) -> str:
    return f"study-{study.pk}-{what}-{study.state}-{study.next_seq}-{study.overlap}"
