"""Finding a study among a project's: by words of its name and by state, the newest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from annotation.models import Study
from core.http import whole
from core.text import storable

PAGE = 50
FEW = 8
"""So many are seen at a glance: a search above them would only stand in the way."""
LONGEST = 120


@dataclass(frozen=True)
class FoundStudies:
    """One page of what was asked for."""

    studies: list[Study]
    search: str
    state: str
    older: str
    """The query of the next page, or nothing."""
    is_begun: bool
    states: list[tuple[str, str]]
    has_any: bool
    has_many: bool

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or self.state)


def find_studies(
    studies: QuerySet[Study],
    asked: Mapping[str, str],
    states: Iterable[Study.State] = tuple(Study.State),
) -> FoundStudies:
    """`q` and `state` narrow, `before` goes on; what no study can be asked for narrows nothing."""
    search, state = asked.get("q", "").strip()[:LONGEST], asked.get("state", "")
    search = search if storable(search) else ""
    state = state if state in Study.State.values else ""
    before = whole(asked.get("before"))
    found = studies.filter(_named(search)).order_by("-id")
    if state:
        found = found.filter(state=state)
    if before is not None:
        found = found.filter(pk__lt=before)
    shown = list(found[: PAGE + 1])
    last = shown[PAGE - 1].pk if len(shown) > PAGE else None
    n_first = len(studies.order_by("-id").values_list("pk")[: FEW + 1])
    return FoundStudies(
        studies=shown[:PAGE],
        search=search,
        state=state,
        older=urlencode({"q": search, "state": state, "before": last}) if last else "",
        is_begun=before is not None,
        states=[(str(one), str(one.label)) for one in states],
        has_any=n_first > 0,
        has_many=n_first > FEW,
    )


def _named(search: str) -> Q:
    """Every word stands in the name."""
    named = Q()
    for word in search.split():
        named &= Q(name__icontains=word)
    return named
