"""What an audit of labels measures, and what it could be drawn from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Count
from django.utils import formats
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import Item, RubricVersion, Verdict
from annotation.ranking_page import answers_of_item
from core.phrases import consecutive
from core.scales import Level
from core.templatetags.numerals import interval, percent, thousands
from gold.independence import rated_again
from gold.models import GoldDataset, LabelAudit, Tier
from gold.numbers import even
from gold.payload import labels_of
from gold.relabelled import Compared, compared

CHUNK = 200
BESIDE = 2
"""Of so few points none lie further apart than one."""


def pool_of(dataset: GoldDataset, version: RubricVersion) -> dict[tuple[int, int | None], Any]:
    """The uids of the current items judged by the version; of a conversation the first alone.

    Contested items are not among them: they state no label that could be wrong.
    """
    current = dataset.gold_items.filter(retired_at=None, tier=Tier.GOLD)
    rows = (
        current.filter(candidate__item__study__rubric_version=version)
        .order_by("-pk")
        .values_list("candidate__item__conversation", "candidate__item__conversation_b", "uid")
    )
    return {(one, other): uid for one, other, uid in rows}


def versions_of(dataset: GoldDataset) -> list[RubricVersion]:
    """The rubric versions of the current items, most used first."""
    counts = dict(
        dataset.gold_items.filter(retired_at=None)
        .values_list("candidate__item__study__rubric_version")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found = RubricVersion.objects.filter(pk__in=counts).select_related("rubric")
    return sorted(found, key=lambda one: (-counts[one.pk], one.pk))


def answers_of(item: Item) -> tuple[int, ...]:
    """The conversations that the item shows, each once: of a single item, one."""
    return tuple(dict.fromkeys(one.pk for one in answers_of_item(item)))


def measured(audit: LabelAudit) -> dict[str, Any]:
    """The share of labels that differ, over all and by criterion, and which those are."""
    points = {
        one.key: [point["key"] for point in one.points]
        for one in audit.study.rubric_version.criteria.all()
        if one.level != Level.NOMINAL and len(one.points) > BESIDE
    }
    names = dict(audit.study.rubric_version.criteria.values_list("key", "name"))
    found = {
        number: compared(audit.sample[number]["labels"], again, points)
        for number, again in _labels_again(audit).items()
    }
    by_criterion: dict[str, list[tuple[int, Compared]]] = defaultdict(list)
    for number, labels in found.items():
        for one in labels:
            by_criterion[one.criterion].append((number, one))
    every = [pair for pairs in by_criterion.values() for pair in pairs]
    return dict(
        even(
            {
                "pool_size": audit.pool_size,
                "n_sampled": len(audit.sample),
                "n_items": len(found),
                "n_again": rated_again(audit),
                "overall": _error(every, audit.pool_size),
                "criteria": [
                    {
                        "criterion": key,
                        "name": names.get(key) or {},
                        **_error(by_criterion[key], audit.pool_size),
                    }
                    for key in sorted(by_criterion)
                ],
                "differ": [
                    {
                        "gold": audit.sample[number]["gold"],
                        "item": audit.sample[number]["item"],
                        **asdict(one),
                    }
                    for number, one in sorted(every, key=lambda pair: pair[0])
                    if one.differs
                ],
            }
        )
    )


def _labels_again(audit: LabelAudit) -> dict[int, Mapping[str, Any]]:
    """What the audit's study settled on, by the item's place in the sample."""
    numbers = {one["item"]: number for number, one in enumerate(audit.sample)}
    items = audit.study.items.filter(state=Item.State.SETTLED).select_related("conversation")
    verdicts: dict[int, list[Verdict]] = defaultdict(list)
    current = Verdict.objects.filter(item__study=audit.study, current=True)
    for verdict in current.select_related("criterion").iterator(chunk_size=CHUNK):
        verdicts[verdict.item_id].append(verdict)
    return {
        numbers[str(item.uid)]: labels_of(verdicts[item.pk], item)
        for item in items
        if str(item.uid) in numbers
    }


def _error(pairs: Sequence[tuple[int, Compared]], pool_size: int) -> dict[str, Any]:
    from analytics.stats.comparisons.finite_share import sampled_share

    labels = [one for _number, one in pairs]
    error = sampled_share(
        [one.differs for one in labels], [number for number, _ in pairs], pool_size
    )
    ordered = [(number, one.steps > 1) for number, one in pairs if one.steps is not None]
    far = sampled_share(
        [is_far for _number, is_far in ordered], [number for number, _ in ordered], pool_size
    )
    return {
        "n": len(labels),
        "n_differ": sum(one.differs for one in labels),
        "n_ordered": len(ordered),
        "n_far": sum(is_far for _number, is_far in ordered),
        "error": error.as_dict(),
        "far": far.as_dict() if ordered else None,
    }


def in_words(stated: Mapping[str, Any]) -> str:
    """“Estimated label error 3.1 % [1.2, 6.4] from 120 labels …”, or why there is none."""
    overall = stated["overall"]
    error = overall["error"]
    if error["value"] is None:
        return str(error["reason"] or "")
    said = [_error_words(stated)]
    if far := overall.get("far"):
        said.append(_far_words(far, overall["n_ordered"]))
    if n := stated.get("n_again"):
        said.append(
            ngettext(
                "%(n)s of these items was rated again by somebody who had rated it before, so the "
                "error may be larger.",
                "%(n)s of these items were rated again by somebody who had rated them before, so "
                "the error may be larger.",
                n,
            )
            % {"n": thousands(n)}
        )
    return consecutive(said)


def _far_words(far: Mapping[str, Any], n: int) -> str:
    return ngettext(
        "Of %(n)s label on a scale of several points, %(share)s differ by more than a point, "
        "%(interval)s.",
        "Of %(n)s labels on scales of several points, %(share)s differ by more than a point, "
        "%(interval)s.",
        n,
    ) % {"n": thousands(n), "share": percent(far["value"], 1), "interval": interval(far, "percent")}


def _error_words(stated: Mapping[str, Any]) -> str:
    overall = stated["overall"]
    error = overall["error"]
    at = parse_datetime(stated.get("finished_at") or "")
    facts = {
        "share": percent(error["value"], 1),
        "interval": interval(error, "percent"),
        "n": overall["n"],
        "items": stated["n_items"],
        "pool": stated["pool_size"],
        "date": formats.date_format(at, "DATE_FORMAT") if at else "",
    }
    if at is None:
        return (
            _(
                "So far %(share)s of the labels differ, %(interval)s, from %(n)d labels on "
                "%(items)d of %(pool)d items."
            )
            % facts
        )
    return (
        _(
            "Estimated label error %(share)s, %(interval)s, from %(n)d labels on %(items)d of "
            "%(pool)d items that were rated again, blind, by %(date)s."
        )
        % facts
    )
