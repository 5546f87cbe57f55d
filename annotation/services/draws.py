"""Bringing items into a study: recorded random draws, repeatable from their seed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation import pool
from annotation.draws import DrawResult, draw
from annotation.lanes import lanes_in, sorter
from annotation.models import Draw, Item, Study
from conversations.models import Variant
from core.errors import DomainError
from core.expressions import Ast, evaluate, lookup_in, parse
from core.scales import Target

BATCH = 1_000


@transaction.atomic
def draw_items(
    *,
    actor: User | None,
    study: Study,
    size: int,
    seed: int,
    now: datetime,
    where: str = "",
    strata: str = "",
    allocation: str = "proportional",
    variants: Sequence[Variant] = (),
) -> Draw:
    """Draw conversations (or pairs of answers) into the study and write the ledger of it.

    A later draw leaves out what the study holds; every item keeps the probability of this draw
    and the overall one, so that averages over several draws stay honest.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    if study.state == Study.State.CLOSED:
        raise DomainError(
            _("Study “%(study)s” is closed; nothing can be drawn into it.") % {"study": study}
        )
    pool.check_field(strata)
    listed = (
        (unit.key, pool.stratum_of(unit.facts, strata))
        for unit in pool.matching(candidates(study, variants), where)
    )
    result = draw(listed, size=size, seed=seed, strata=allocation)
    earlier = [EarlierDraw.of(one) for one in study.draws.order_by("at")]
    ledger = Draw.objects.create(
        study=study,
        pool_filter=where,
        pair=[str(variant.uid) for variant in variants] or None,
        strata=strata,
        allocation=allocation,
        seed=seed,
        size=size,
        pool_size=sum(share.pool for share in result.strata),
        table=[
            {
                "stratum": share.stratum,
                "pool": share.pool,
                "drawn": share.drawn,
                "probability": share.probability,
            }
            for share in result.strata
        ],
        actor=actor,
        at=now,
    )
    add_items(study, ledger, result, variants, earlier)
    record(actor, "study.drawn", target=study, project=study.project, size=size, seed=seed)
    return ledger


def candidates(
    study: Study, variants: Sequence[Variant], keys: Sequence[str] | None = None
) -> Iterator[pool.Unit]:
    """What can be drawn: conversations, or pairs of answers where the rubric compares pairs."""
    if not study.rubric_version.criteria.filter(target=Target.PAIR).exists():
        return pool.singles(study, keys)
    if len(variants) != 2 or variants[0] == variants[1]:
        raise DomainError(
            _(
                "This rubric compares two answers. Choose two different variants whose answers to "
                "the same input are put side by side."
            )
        )
    return pool.pairs(study, variants[0], variants[1], keys)


@dataclass(frozen=True)
class EarlierDraw:
    """A draw made before, as far as it says how likely it would have taken a unit."""

    at: datetime
    condition: Ast | None
    strata: str
    probability: Mapping[str, float]

    @classmethod
    def of(cls, ledger: Draw) -> "EarlierDraw":
        return cls(
            at=ledger.at,
            condition=parse(ledger.pool_filter) if ledger.pool_filter else None,
            strata=ledger.strata,
            probability={row["stratum"]: row["probability"] for row in ledger.table},
        )

    def left_out(self, facts: Mapping[str, Any]) -> float:
        """1 for what was not in the project yet, or did not match; else 1 - its stratum's share."""
        if facts["imported_at"] > self.at:
            return 1.0
        if self.condition is not None and not evaluate(self.condition, lookup_in(facts)):
            return 1.0
        return 1 - self.probability.get(pool.stratum_of(facts, self.strata), 0.0)


def add_items(
    study: Study,
    ledger: Draw,
    result: DrawResult,
    variants: Sequence[Variant],
    earlier: Sequence[EarlierDraw],
) -> None:
    """In order of rank, so that any beginning of the study is itself a random sample."""
    first = take_numbers(study, len(result.drawn))
    lane_of = sorter(lanes_in(study.lanes))
    slots = study.overlap if study.has_slots else 0
    for start in range(0, len(result.drawn), BATCH):
        chunk = result.drawn[start : start + BATCH]
        units = {u.key: u for u in candidates(study, variants, [one.id for one in chunk])}
        Item.objects.bulk_create(
            Item(
                study=study,
                draw=ledger,
                seq=first + start + place,
                conversation_id=units[drawn.id].conversation,
                conversation_b_id=units[drawn.id].conversation_b,
                group_key=units[drawn.id].group_key,
                conditional_probability=drawn.conditional,
                inclusion_probability=1
                - prod(one.left_out(units[drawn.id].facts) for one in earlier)
                * (1 - drawn.conditional),
                lane=lane_of(units[drawn.id].facts),
                slots_open=slots,
                slots_total=slots,
            )
            for place, drawn in enumerate(chunk)
        )


def take_numbers(study: Study, count: int) -> int:
    """Reserve `count` running numbers of the study; the first of them."""
    Study.objects.filter(pk=study.pk).update(next_seq=F("next_seq") + count)
    study.refresh_from_db(fields=["next_seq"])
    return study.next_seq - count


def draw_summary(ledger: Draw) -> dict[str, Any]:
    """What a draw prints and what repeats it."""
    return {
        "draw": str(ledger.uid),
        "study": str(ledger.study.uid),
        "size": ledger.size,
        "pool": ledger.pool_size,
        "seed": ledger.seed,
        "where": ledger.pool_filter,
        "strata": ledger.strata,
        "table": ledger.table,
    }
