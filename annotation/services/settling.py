"""Settling: from the scores of an item to verdicts by the study's rule, and back again.

It runs in the transaction of the submit that fills the last slot; the rule itself is pure
(`annotation.consensus`). The caller holds the item's lock and saves the item.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet

from annotation import consensus
from annotation.answers import Question, Unit
from annotation.criteria import scale_of
from annotation.derived import guidance_labels
from annotation.lanes import lanes_in
from annotation.models import (
    Assignment,
    Criterion,
    CriterionHold,
    Item,
    Layer,
    Score,
    Study,
    Verdict,
)
from annotation.models.ratings import COUNTED, HUMAN
from annotation.rubric_cache import criteria_of
from annotation.services.chairs import is_at_cap
from annotation.services.lane_raters import active_raters, lanes_by_rater
from core.prepared import Parameter, PreparedValues
from core.prepared_writes import PreparedInsert
from core.scales import Scale
from core.writing import Write, carry_out

Key = tuple[int, int, int]
"""Criterion, turn, passage."""


@dataclass
class Said:
    """What an item's raters said: the ratings that count, and each unit's scores by rating.

    `decided` has a verdict of a person already, `held` a criterion that waits for better words.
    """

    ratings: dict[int, str] = field(default_factory=dict)
    topups: set[int] = field(default_factory=set)
    scores: dict[Key, dict[int, int | float | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    decided: set[Key] = field(default_factory=set)
    held: set[Key] = field(default_factory=set)


@dataclass(frozen=True)
class Case:
    """One unit on one criterion before the rule: what was said of it, and what the rule says."""

    criterion: Criterion
    key: Key
    scale: Scale
    rule: consensus.Rule
    outcome: consensus.Outcome
    rating_uids: tuple[str, ...]
    column: tuple[consensus.Given, ...]
    is_decided: bool
    is_held: bool

    @property
    def is_agreed(self) -> bool:
        """By the rule there is nothing for a person to decide."""
        return isinstance(self.outcome, consensus.Settled | consensus.Moot)


def cases_of(item: Item) -> list[Case]:
    """Everything that was rated of an item and can settle, unit by unit; free text cannot."""
    criteria = {one.pk: one for one in criteria_of(item.study.rubric_version)}
    said = _said(item)
    cases = []
    for key, scores in said.scores.items():
        criterion = criteria.get(key[0])
        rule = _rule(item, criterion) if criterion else None
        if criterion is None or rule is None:
            continue
        scale, column = _scale(item, criterion), _column(said, scores, criterion)
        cases.append(
            Case(
                criterion=criterion,
                key=key,
                scale=scale,
                rule=rule,
                outcome=consensus.settle(column, rule, scale, spare=len(said.topups)),
                rating_uids=tuple(said.ratings[rating] for rating in scores),
                column=tuple(column),
                is_decided=key in said.decided,
                is_held=key in said.held,
            )
        )
    return cases


NEW_VERDICTS = PreparedInsert(Verdict)


def settle_item(*, item: Item, now: datetime) -> None:
    """Give a verdict to every unit that the rule settles; anything left makes the item disputed."""
    carry_out(settlement_of(item=item, now=now))


def settlement_of(*, item: Item, now: datetime) -> Write | None:
    """The verdicts to be stored, with the item as it is then.

    What a person has decided stands, and a criterion sent back for rewording waits. Where one rater
    more is asked nothing is settled before that rating is in: it counts for every verdict.
    """
    undecided = [case for case in cases_of(item) if not case.is_decided]
    is_disputed = any(not case.is_agreed and not case.is_held for case in undecided)
    if is_disputed and _may_ask_more(item, now):
        unsettle_item(item=item)
        _ask_one_more(item)
        return None
    verdicts = [
        _verdict(item, case, case.outcome, now)
        for case in undecided
        if isinstance(case.outcome, consensus.Settled) and not case.is_held
    ]
    is_settled = all(case.is_agreed and not case.is_held for case in undecided)
    item.state = Item.State.SETTLED if is_settled else Item.State.DISPUTED
    item.settled_at = now if is_settled else None
    return NEW_VERDICTS.of(*verdicts, keyed=False)


def _ask_one_more(item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(
        slots_total=F("slots_total") + 1, slots_open=F("slots_open") + 1
    )
    item.slots_total += 1
    item.slots_open += 1


def _may_ask_more(item: Item, now: datetime) -> bool:
    """Whether the study asks one rater more about a disputed item, and has one who can come."""
    study = item.study
    if study.overlap_max is None or item.slots_total >= study.overlap_max:
        return False
    if study.state not in {Study.State.OPEN, Study.State.PAUSED}:
        return False
    been = set(
        Assignment.objects.filter(item=item, occasion=0)
        .exclude(state__in=[Assignment.State.EXPIRED, Assignment.State.RELEASED])
        .values_list("rater", flat=True)
    )
    new = [chair for chair in active_raters(study) if chair.rater_id not in been]
    for chair in new:
        chair.study = study
    able = [chair for chair in new if not is_at_cap(chair)]
    lanes = lanes_by_rater(study, able)
    if any(item.lane in open_lanes for open_lanes in lanes.values()):
        return True
    lanes_now = lanes_in(study.lanes)
    if lanes_now and not lanes_now[item.lane].is_open_to("", ()):
        return False  # whoever comes by a link holds nothing and is named by nobody
    links = study.links.filter(revoked_at=None, expires_at__gt=now, n_joined__lt=F("quota"))
    return links.exists()


def unsettle_item(*, item: Item) -> None:
    """Withdraw what rests on ratings that have changed; what a person decided stands."""
    Verdict.objects.filter(item=item, current=True, source=Verdict.Source.CONSENSUS).update(
        current=False
    )
    item.state, item.settled_at = Item.State.OPEN, None


def _said(item: Item) -> Said:
    """One query, because this runs inside the submit that fills the item."""
    said = Said()
    for rating, uid, layer, criterion, turn, passage, value, number, decided, held in SAID.all(
        item=item.pk, study=item.study_id
    ):
        key = (criterion, turn, passage)
        said.ratings[rating] = str(uid)
        if layer == Layer.TOPUP:
            said.topups.add(rating)
        said.scores[key][rating] = value if number is None else number
        if decided:
            said.decided.add(key)
        if held:
            said.held.add(key)
    return said


def _scores_with_standing() -> "QuerySet[Score, Any]":
    item = Parameter("item", BigIntegerField())
    verdicts = Verdict.objects.filter(
        item=item,
        criterion=OuterRef("criterion"),
        turn=OuterRef("turn"),
        passage=OuterRef("passage"),
        current=True,
    )
    holds = CriterionHold.objects.filter(
        study=Parameter("study", BigIntegerField()),
        criterion=OuterRef("criterion"),
        lifted_at=None,
    )
    return (
        Score.objects.filter(item=item, current=True, layer__in=COUNTED, kind__in=HUMAN)
        .annotate(decided=Exists(verdicts), held=Exists(holds))
        .order_by("rating_id")
        .values_list(
            "rating_id", "rating__uid", "layer", "criterion_id", "turn", "passage", "value",
            "number", "decided", "held",
        )
    )  # fmt: skip


SAID = PreparedValues(_scores_with_standing)


def _column(
    said: Said, scores: dict[int, int | float | None], criterion: Criterion
) -> list[consensus.Given]:
    """One entry a rating: no score means hidden by `show_if`, else left out by the rater."""
    absent = consensus.NOT_SHOWN if criterion.show_if else None
    return [scores.get(rating, absent) for rating in said.ratings]


def _rule(item: Item, criterion: Criterion) -> consensus.Rule | None:
    if given := item.study.settling.get(criterion.key):
        return consensus.Rule.from_json(given)
    return consensus.default_rule(scale_of(criterion), item.slots_total)


def _scale(item: Item, criterion: Criterion) -> Scale:
    if not criterion.points_from:
        return scale_of(criterion)
    labels = guidance_labels(item.conversation.guidance, criterion.points_from)
    return Question(criterion, Unit(), labels).scale


def _verdict(item: Item, case: Case, settled: consensus.Settled, now: datetime) -> Verdict:
    return NEW_VERDICTS.row(
        item=item,
        criterion=case.criterion,
        turn=case.key[1],
        passage=case.key[2],
        value=settled.value,
        number=settled.number,
        distribution=dict(settled.distribution),
        rating_uids=list(case.rating_uids),
        rule=case.rule.to_json(),
        source=Verdict.Source.CONSENSUS,
        at=now,
    )
