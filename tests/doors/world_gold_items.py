"""Of a side of the world: gold items that were changed, and one that is retired."""

from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Role
from gold.models import GoldItem
from gold.services.items import revise
from gold.writing import write
from tests import factories
from tests.doors.world_rated import settle

if TYPE_CHECKING:
    from tests.doors.world import Side


def gold_items(side: "Side") -> None:
    say, owner, now = side.say, side.people[Role.OWNER], timezone.now()
    fresh = one_more(side, "revised")
    revised = revise(
        actor=owner,
        gold_item=fresh,
        changes={
            "expected": say("expected answer"),
            "guidance": say("guidance of an item"),
            "tags": [say("tag")[:40].strip()],
        },
        reason=say("reason of a revision"),
        seen=fresh.content_hash,
        now=now,
    )
    retired = one_more(side, "retired")
    retired.retired_at, retired.retired_reason = now, say("reason of retiring")
    retired.save()
    side.put(revised_gold_item=revised, retired_gold_item=retired)


def one_more(side: "Side", what: str) -> GoldItem:
    item = factories.make_item(side.study, side.make_conversation(f"{side.name} {what} gold"))
    settle(side, item)
    candidate = side.dataset.candidates.create(item=item, state="approved")
    owner = side.people[Role.OWNER]
    made = GoldItem(dataset=side.dataset, candidate=candidate, approved_by=owner)
    write(made).save()
    return made
