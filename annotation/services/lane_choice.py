"""Into which lane an item goes: by its conversation, or dealt out to balanced blocks."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Count

from annotation.blocks import Blocks, deal
from annotation.lanes import lanes_in, sorter
from annotation.models import Draw, Study

LaneOf = Callable[[Mapping[str, Any]], int]


def lane_chooser(study: Study, ledger: Draw) -> LaneOf:
    """Tells the lane of each item of a draw, in the order in which they come in."""
    lanes = lanes_in(study.lanes)
    if study.policy != Study.Policy.BLOCKS or not lanes:
        return sorter(lanes)
    held = dict(study.items.order_by().values_list("lane").annotate(n=Count("pk")))
    counts = [held.get(lane, 0) for lane in range(len(lanes))]
    design = Blocks.of([lane.raters for lane in lanes], ledger.seed)
    dealt = iter(deal(ledger.size, design, ledger.seed, counts))
    return lambda _facts: next(dealt)
