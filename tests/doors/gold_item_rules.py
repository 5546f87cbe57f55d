"""Doors of gold items; see `tests.doors.rules`."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.access import May
from tests.doors.doors import LOOK, SEE, Ask, Rule, api, project
from tests.doors.world import Side


def seen(of: str, **sent: Any) -> Callable[[Side], Mapping[str, Any]]:
    """A change to an item that was just read."""
    return lambda side: {
        "reason": "It was wrong.",
        "seen": getattr(side, of).content_hash,
        **sent,
    }


GOLD_ITEMS: dict[str, Rule] = {
    "gold:items": project(May.READ, uid="dataset", GET=LOOK),
    "gold:item_tag": project(
        May.MANAGE,
        uid="dataset",
        POST=Ask(
            lambda side: {"tag": "tax", "item": side.gold_item.uid}, foreign={"item": "gold_item"}
        ),
    ),
    "gold:item": project(May.READ, uid="gold_item", GET=SEE),
    "gold:item_edit": project(
        May.MANAGE,
        uid="gold_item",
        GET=LOOK,
        POST=Ask(seen("gold_item", expected="From eight.", difficulty="hard")),
    ),
    "gold:item_difference": project(
        May.MANAGE, uid="gold_item", POST=Ask({"expected": "From eight."})
    ),
    "gold:item_restore": project(
        May.MANAGE, uid="revised_gold_item", POST=Ask(seen("revised_gold_item", number=0))
    ),
    "gold:item_relabel": project(May.MANAGE, uid="gold_item", POST=Ask(seen("gold_item"))),
    "gold:retire": project(May.MANAGE, uid="gold_item", POST=Ask({"reason": "It is wrong."})),
    "gold:reinstate": project(
        May.MANAGE, uid="retired_gold_item", POST=Ask({"reason": "It was right."})
    ),
    "api:gold_item": api(May.READ, uid="gold_item", GET=LOOK),
    "api:gold_item_revise": api(
        May.MANAGE, uid="gold_item", POST=Ask(seen("gold_item", tags=["tax"], passages=[]))
    ),
    "api:gold_item_why": api(May.READ, uid="gold_item", GET=SEE),
}
