"""Bringing items into a study: recorded random draws, repeatable from their seed."""

from collections.abc import Iterator, Sequence
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
from annotation.criteria import is_about_sides
from annotation.draws import DrawError, draw, rank_of
from annotation.earlier_draws import EarlierDraw
from annotation.models import Draw, Item, ItemAnswer, Study
from annotation.pairings import draw_comparisons
from annotation.rankings import MOST_ANSWERS
from annotation.services.lane_choice import lane_chooser
from annotation.services.lane_raters import count_planned
from annotation.services.reveals import keep_from_who_saw
from annotation.services.same_answers import keep_from_who_met
from conversations.models import Variant
from core.errors import DomainError, InvalidError
from core.registry import announce

BATCH = 1_000
SIDES = 0
"""The seed of the order of an item's answers, one for all studies."""
BALANCED = "balanced"
"""The allocation of a draw over several variants: those who met least come next."""
ROUTED = "routed"
"""The allocation of what feedback brings in, one by one, for as long as its route is open."""

NAMED = "named"
"""The allocation of what was chosen elsewhere and comes in by name (`services.naming`)."""


@dataclass(frozen=True)
class Taken:
    """A drawn unit by its conversations, one or those compared, and its probability in the draw."""

    conversations: tuple[int, ...]
    conditional: float


@dataclass(frozen=True)
class Made:
    """What a draw found; `taken` is in the order of the study."""

    taken: list[Taken]
    pool_size: int
    table: list[dict[str, Any]]


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
    variants: Sequence[Variant] | None = None,
    answers: int = 2,
    per_input: int | None = None,
) -> Draw:
    """Draw conversations (or pairs of answers) into the study and write the ledger of it.

    A later draw leaves out what the study holds; every item keeps the probability of this draw
    and the overall one, so that averages over several draws stay honest.

    Where the rubric compares pairs, `variants` says whose answers, None all of the project. Of two
    variants each input is a unit; of more, each pair of them is a stratum of its own, with at most
    `per_input` pairs on one input. With more than two `answers` an item each set of so many is one:
    raters put them in order.
    """
    study = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    if study.state == Study.State.CLOSED:
        raise DomainError(
            _("Study “%(study)s” is closed; nothing can be drawn into it.") % {"study": study}
        )
    pool.check_field(strata)
    compared = compared_variants(study, variants)
    if compared and answers > 2:
        refuse_unranked(study, answers)
    if len(compared) > 2 or (compared and answers > 2):
        if strata:
            raise DrawError(
                _(
                    "With %(variants)d variants each pair of them is a stratum already. "
                    "Leave the strata empty, or compare two variants."
                )
                % {"variants": len(compared)}
            )
        allocation = BALANCED
        made = _balanced(study, compared, where, size, seed, answers, per_input)
    else:
        per_input = None
        made = _by_strata(study, compared, where, strata, allocation, size, seed)
    earlier = earlier_draws(study)
    ledger = Draw.objects.create(
        study=study,
        pool_filter=where,
        pair=[str(variant.uid) for variant in compared] or None,
        per_input=per_input,
        strata=strata,
        allocation=allocation,
        seed=seed,
        size=size,
        pool_size=made.pool_size,
        table=made.table,
        actor=actor,
        at=now,
    )
    add_items(study, ledger, made.taken, earlier)
    record(actor, "study.drawn", target=study, project=study.project, size=size, seed=seed)
    return ledger


def refuse_unranked(study: Study, answers: int) -> None:
    if answers > MOST_ANSWERS:
        raise DrawError(
            _("%(answers)d answers are too many to put in order. Take at most %(most)d.")
            % {"answers": answers, "most": MOST_ANSWERS}
        )
    if not any(is_about_sides(one) for one in study.rubric_version.criteria.all()):
        raise DrawError(
            _(
                "This rubric does not ask which of two answers is better, so several cannot be put "
                "in order. Take two, or another rubric."
            )
        )


def compared_variants(study: Study, variants: Sequence[Variant] | None) -> list[Variant]:
    """The variants whose answers are put side by side; none where the rubric compares nothing."""
    if not pool.compares_pairs(study):
        return []
    chosen = list(study.project.variants.order_by("name", "pk") if variants is None else variants)
    if len(chosen) < 2 or len({variant.pk for variant in chosen}) < len(chosen):
        raise InvalidError(
            _(
                "This rubric compares two answers. Choose two different variants or more whose "
                "answers to the same input are put side by side."
            )
        )
    return chosen


def candidates(
    study: Study, compared: Sequence[Variant], keys: Sequence[str] | None = None
) -> Iterator[pool.Unit]:
    """What can be drawn: conversations, or the answers of two variants to one input."""
    if not compared:
        return pool.singles(study, keys)
    return pool.pairs(study, compared[0], compared[1], keys)


def _by_strata(
    study: Study,
    compared: Sequence[Variant],
    where: str,
    strata: str,
    allocation: str,
    size: int,
    seed: int,
) -> Made:
    listed = (
        (unit.key, pool.stratum_of(unit.facts, strata))
        for unit in pool.matching(candidates(study, compared), where)
    )
    result = draw(listed, size=size, seed=seed, strata=allocation)

    taken = []
    for start in range(0, size, BATCH):
        chunk = result.drawn[start : start + BATCH]
        units = {u.key: u for u in candidates(study, compared, [one.id for one in chunk])}
        for one in chunk:
            pair = (units[one.id].conversation, units[one.id].conversation_b)
            taken.append(Taken(tuple(pk for pk in pair if pk is not None), one.conditional))
    table = [
        {
            "stratum": share.stratum,
            "pool": share.pool,
            "drawn": share.drawn,
            "probability": share.probability,
        }
        for share in result.strata
    ]
    return Made(taken, sum(share.pool for share in result.strata), table)


def _balanced(
    study: Study,
    compared: Sequence[Variant],
    where: str,
    size: int,
    seed: int,
    answers: int,
    per_input: int | None,
) -> Made:
    labels = pool.labels_of(study.project)
    of_compared = {variant.pk: labels[variant.pk] for variant in compared}
    result = draw_comparisons(
        pool.answered(study, of_compared, where),
        list(of_compared.values()),
        size=size,
        seed=seed,
        answers=answers,
        per_input=per_input,
        held=pool.held(study, labels),
    )
    uids = {labels[variant.pk]: str(variant.uid) for variant in compared}
    table = [
        {
            "stratum": " · ".join(share.variants),
            "variants": [uids[name] for name in share.variants],
            "pool": share.pool,
            "drawn": share.drawn,
            "probability": share.probability,
            "is_exact": share.is_exact,
        }
        for share in result.shares
        if share.drawn
    ]
    taken = [Taken(one.answers, one.conditional) for one in result.drawn]
    return Made(taken, sum(share.pool for share in result.shares), table)


def earlier_draws(study: Study) -> list[EarlierDraw]:
    """The draws whose ledger says what they would have taken."""
    drawn = study.draws.exclude(allocation__in=(ROUTED, NAMED))
    return [EarlierDraw.of(one) for one in drawn.order_by("at")]


def add_items(
    study: Study, ledger: Draw, taken: Sequence[Taken], earlier: Sequence[EarlierDraw]
) -> None:
    """In the order of the draw, so that any beginning of the study is itself a random sample."""
    first = take_numbers(study, len(taken))
    lane_of = lane_chooser(study, ledger)
    slots = study.overlap if study.has_slots else 0
    came_otherwise = _other_ways_in(study, taken)
    for start in range(0, len(taken), BATCH):
        chunk = taken[start : start + BATCH]
        answers = pool.answers([pk for one in chunk for pk in one.conversations])
        items, orders = [], []
        for seq, one in enumerate(chunk, start=first + start):
            unit = [answers[pk] for pk in one.conversations]
            order = order_by_lot(unit)
            stored = [one.conversations[place] for place in order]
            orders.append(stored)
            left_out = prod(before.left_out(unit) for before in earlier) * (1 - one.conditional)
            left_out *= 1 - came_otherwise.get(one.conversations[0], 0.0)
            items.append(
                Item(
                    study=study,
                    draw=ledger,
                    seq=seq,
                    conversation_id=stored[0],
                    conversation_b_id=stored[1] if len(unit) > 1 else None,
                    n_answers=len(unit),
                    group_key=unit[0].group_key,
                    conditional_probability=one.conditional,
                    inclusion_probability=1 - left_out,
                    lane=lane_of(unit[order[0]].facts),
                    slots_open=slots,
                    slots_total=slots,
                )
            )
        Item.objects.bulk_create(items)
        ItemAnswer.objects.bulk_create(
            ItemAnswer(item=item, position=position, conversation_id=pk)
            for item, stored in zip(items, orders, strict=True)
            if item.n_answers > 2
            for position, pk in enumerate(stored)
        )
        keep_from_who_met(study, items)
        keep_from_who_saw(study, items, ledger.at)
    count_planned(study)


def order_by_lot(unit: Sequence[pool.Answer]) -> list[int]:
    """In which order an item holds the answers that it compares.

    In the order of their variants' names “the first is better” would mean one variant throughout,
    and agreement by chance would rest on which variant is better. The lot is that of the input and
    the variants alone: the same answers lie the same way in every study, so what was settled in one
    holds in another.
    """
    lots = [
        (rank_of(SIDES, f"{one.facts['input']}\0{one.facts['variant']}"), one.variant)
        for one in unit
    ]
    return sorted(range(len(unit)), key=lots.__getitem__)


def _other_ways_in(study: Study, taken: Sequence[Taken]) -> dict[int, float]:
    """How likely each conversation would have come into the study without a draw, by a floor above.

    What routes from feedback bring in is not drawn from the pool's own facts, so a ledger cannot
    repeat it.
    """
    probabilities: dict[int, float] = {}
    announce(
        "ways_in",
        study=study,
        conversations=[one.conversations[0] for one in taken if len(one.conversations) == 1],
        probabilities=probabilities,
    )
    return probabilities


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
        "variants": ledger.pair,
        "per_input": ledger.per_input,
        "table": ledger.table,
    }
