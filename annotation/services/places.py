"""The places of an item: which slot is free, and in which layer whoever takes it rates.

The rule is written twice. A claim works its place out in the statement that writes it, which saves
a way to the database and back for every item that is given out; doors that are seldom knocked at,
and those that place many at once, go by the functions. A test holds the two against each other.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BigIntegerField

from annotation.models import Assignment, Layer
from annotation.models.ratings import COUNTED
from core.prepared import Parameter, PreparedValues
from core.prepared_writes import Source

Place = Sequence[Any]
"""Rater, state, slot and layer of an assignment."""
ON_ITEM = PreparedValues(
    lambda: Assignment.objects.filter(
        item=Parameter("item", BigIntegerField()), layer__in=COUNTED, occasion=0
    ).values_list("rater_id", "state", "slot", "layer")
)
LIVE = (Assignment.State.LEASED, Assignment.State.SUBMITTED)


def free_slot(places: Iterable[Place], slots_total: int) -> int:
    """The lowest number that no live assignment of the item bears."""
    taken = {slot for _rater, state, slot, _layer in places if state in LIVE}
    return next(slot for slot in range(1, slots_total + 1) if slot not in taken)


def layer_of_next(places: Iterable[Place], overlap: int) -> str:
    """Blind up to the overlap; who comes beyond it comes because the first ones disagreed."""
    blind = sum(state in LIVE and layer == Layer.BLIND for _r, state, _s, layer in places)
    return Layer.BLIND if blind < overlap else Layer.TOPUP


FREE_PLACE = """
    WITH live AS (
        SELECT slot, layer FROM annotation_assignment
        WHERE item_id = %s AND layer IN ('blind', 'topup') AND occasion = 0
          AND state IN ('leased', 'submitted'))
    SELECT MIN(taken.slot) + 1 AS slot,
        CASE WHEN (SELECT COALESCE(SUM(1), 0) FROM live WHERE layer = 'blind') < %s
            THEN 'blind' ELSE 'topup' END AS layer
    FROM (SELECT 0 AS slot UNION ALL SELECT slot FROM live) taken
    WHERE NOT EXISTS (SELECT 1 FROM live WHERE live.slot = taken.slot + 1)
      AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment own
        WHERE own.item_id = %s AND own.rater_id + 0 = %s
          AND own.layer IN ('blind', 'topup') AND own.occasion = 0)
    HAVING MIN(taken.slot) IS NOT NULL"""


def newcomers_place(item: int, rater: int, overlap: int) -> Source:
    """The same as a query, of an item that is locked.

    None where the rater has a row on the item already: one that they had and lost.
    """
    return FREE_PLACE, [item, overlap, item, rater]
