"""Into which lane an item goes: by its conversation, or dealt out to balanced blocks of raters."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count

from annotation.blocks import Blocks, blocks, deal
from annotation.lanes import Lane, lanes_in, sorter
from annotation.models import Draw, Study
from annotation.services.lane_raters import count_planned

BATCH = 1_000
LaneOf = Callable[[Mapping[str, Any]], int]


def lane_chooser(study: Study, ledger: Draw) -> LaneOf:
    """Tells the lane of each item of a draw, in the order in which they come in."""
    lanes = lanes_in(study.lanes)
    if study.policy != Study.Policy.BLOCKS or not lanes:
        return sorter(lanes)
    design = _design_of(study, ledger.seed)
    dealt = iter(deal(ledger.size, design, ledger.seed, _counts(study)))
    return lambda _facts: next(dealt)


@transaction.atomic
def lay_out_blocks(study: Study) -> Blocks:
    """Make balanced blocks of the study's raters its lanes, and deal its items to them.

    Before a study opens: who draws from which lane is settled with the first rating. The seed is
    the study's own identity, so that nobody can try seeds until a favoured rater gets less.
    """
    seed = study.uid.int % 2**62
    named = study.study_raters.filter(excluded_at=None).select_related("rater")
    design = blocks([str(one.rater.uid) for one in named], study.overlap, seed)
    study.lanes = [
        Lane(str(number), raters=raters).to_json()
        for number, raters in enumerate(design.blocks, start=1)
    ]
    study.save(update_fields=["lanes"])
    items = list(study.items.order_by("seq").only("pk", "lane"))
    for item, lane in zip(items, deal(len(items), design, seed), strict=True):
        item.lane = lane
    study.items.bulk_update(items, ["lane"], batch_size=BATCH)
    count_planned(study)
    return design


def _design_of(study: Study, seed: int) -> Blocks:
    return Blocks.of([lane.raters for lane in lanes_in(study.lanes)], seed)


def _counts(study: Study) -> list[int]:
    """Items of each lane."""
    held = dict(study.items.order_by().values_list("lane").annotate(n=Count("pk")))
    return [held.get(lane, 0) for lane in range(len(study.lanes))]
