"""The places that ratings from a file take in a study that is rated by hand as well.

Each is held as if it had been rated here: the item does not come to its rater once more, comes
again as a check of their own, and may be changed or set aside.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from annotation.models import Assignment, Item, Study
from annotation.models.ratings import COUNTED
from annotation.services.places import LIVE, free_slot

State = Assignment.State
Whose = tuple[int, int]
"""Item and rater."""


@dataclass(frozen=True, slots=True)
class Place:
    item: Item
    rater: int
    layer: str
    at: datetime
    seconds: int | None
    swapped: bool


def held_in(items: Collection[int]) -> set[Whose]:
    """What is being rated by hand at this moment."""
    rows = Assignment.objects.filter(item__in=items, state=State.LEASED, layer__in=COUNTED)
    return set(rows.values_list("item_id", "rater_id"))


def take_places(study: Study, places: Sequence[Place]) -> dict[Whose, Assignment]:
    """Write each down in a row of its own, or in the one that its rater had and lost."""
    rows = Assignment.objects.filter(
        item__in={place.item.pk for place in places}, layer__in=COUNTED, occasion=0
    )
    taken: dict[int, list[tuple[int, str, int, str]]] = defaultdict(list)
    lost: dict[Whose, Assignment] = {}
    for row in rows:
        taken[row.item_id].append((row.rater_id, row.state, row.slot, row.layer))
        if row.state not in LIVE:
            lost[row.item_id, row.rater_id] = row
    found: dict[Whose, Assignment] = {}
    for place in places:
        whose = place.item.pk, place.rater
        one = lost.get(whose) or Assignment(study=study, item=place.item, rater_id=place.rater)
        one.slot = free_slot(taken[place.item.pk], place.item.slots_total)
        one.layer, one.state, one.skip_reason = place.layer, State.SUBMITTED, ""
        one.claimed_at = one.lease_until = one.submitted_at = place.at
        one.seconds, one.display = place.seconds, {"criteria": "rubric", "swapped": place.swapped}
        taken[place.item.pk].append((place.rater, State.SUBMITTED, one.slot, one.layer))
        found[whose] = one
    Assignment.objects.bulk_create(one for whose, one in found.items() if whose not in lost)
    for whose in found.keys() & lost.keys():
        found[whose].save()
    return found
