"""The items of a study as a list: by state and by words, in the order of the study."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from annotation.item_search import PAGE, Looked, look_through
from annotation.models import Item, Study
from conversations.searching import Said
from core.http import whole
from core.text import storable

FEW = 8
"""So many are seen at a glance: a search above them would only stand in the way."""
LONGEST = 120


@dataclass(frozen=True)
class FoundItems:
    """One page of what was asked for; where words were sought, how far was looked."""

    items: list[tuple[Item, Said | None]]
    search: str
    state: str
    is_begun: bool
    after: int | None
    """The number after which the next page begins."""
    has_many: bool
    looked: Looked | None = None

    @property
    def first(self) -> str:
        """The query of the first page."""
        return urlencode({"q": self.search, "state": self.state})

    @property
    def further(self) -> str:
        """The query of the next page, or nothing."""
        return f"{self.first}&after={self.after}" if self.after is not None else ""


def find_items(study: Study, asked: Mapping[str, str]) -> FoundItems:
    """`q` and `state` narrow, `after` goes on; what no item can be asked for narrows nothing."""
    search, state = asked.get("q", "").strip()[:LONGEST], asked.get("state", "")
    words = search.split() if storable(search) else []
    state = state if state in Item.State.values else ""
    after = whole(asked.get("after"))
    items = study.items.select_related("conversation__variant").defer("conversation__turns")
    if state:
        items = items.filter(state=state)
    looked = look_through(items, words, after) if words else None
    if looked:
        shown, last = looked.items, looked.further
    else:
        later = items if after is None else items.filter(seq__gt=after)
        rows = list(later.order_by("seq")[: PAGE + 1])
        shown = [(one, None) for one in rows[:PAGE]]
        last = rows[PAGE - 1].seq if len(rows) > PAGE else None
    return FoundItems(
        items=shown,
        search=" ".join(words),
        state=state,
        is_begun=after is not None,
        after=last,
        has_many=study.next_seq - 1 > FEW,
        looked=looked,
    )
