"""What lists find gold items by, kept beside their payloads: points of the rubric, tags, words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from annotation.models import Criterion
from gold.models import GoldItem, GoldLabel
from gold.words import keep_words

TAG = ""
"""Where a label names its criterion, a tag has none."""

Points = Mapping[str, frozenset[str]]
"""The keys of the points of each criterion of a rubric."""


def save_with_labels(gold_item: GoldItem, fields: Sequence[str] | None = None) -> None:
    """Save an item whose payload was written, and what a list finds it by."""
    gold_item.save(update_fields=fields)
    keep_labels([gold_item])


def keep_labels(items: Iterable[GoldItem]) -> None:
    """Bring the labels of saved items in line with their payloads; in the caller's transaction.

    Most changes of an item leave what it says alone, so only what differs is written.
    """
    items = list(items)
    keep_words(items)
    rubrics = points_in({rubric_of(one.payload) for one in items})
    wanted = {
        (one.dataset_id, one.pk, *said)
        for one in items
        for said in (
            *said_in(one.payload, rubrics.get(rubric_of(one.payload), {})),
            *((TAG, tag) for tag in one.tags),
        )
    }
    stored = {
        (dataset, item, criterion, point): pk
        for pk, dataset, item, criterion, point in GoldLabel.objects.filter(
            gold_item__in=[one.pk for one in items]
        ).values_list("pk", "dataset_id", "gold_item_id", "criterion", "point")
    }
    if gone := [stored[one] for one in stored.keys() - wanted]:
        GoldLabel.objects.filter(pk__in=gone).delete()
    GoldLabel.objects.bulk_create(
        GoldLabel(dataset_id=dataset, gold_item_id=item, criterion=criterion, point=point)
        for dataset, item, criterion, point in sorted(wanted - stored.keys())
    )


def said_in(payload: Mapping[str, Any], points: Points) -> Iterator[tuple[str, str]]:
    """Criterion and point of each label, of whatever turn; some more than once.

    What was said in somebody's own words, and labels that a conversation brought along, are no
    points of the rubric. Of a ranking each label compares two answers and says none of the whole.
    """
    for criterion, labels in payload["labels"].items():
        known = points.get(criterion, frozenset())
        for label in labels if isinstance(labels, list) else [labels]:
            value = None if "answers" in label else label["value"]
            for point in value if isinstance(value, list) else [value]:
                if isinstance(point, str) and point in known:
                    yield criterion, point


def rubric_of(payload: Mapping[str, Any]) -> str:
    return str(payload["rubric"]["uid"])


def points_in(rubrics: Iterable[str]) -> dict[str, Points]:
    """By the uid of the version, which is published and so never changes."""
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    rows = Criterion.objects.filter(version__uid__in=rubrics).order_by()
    for uid, key, points in rows.values_list("version__uid", "key", "points"):
        found[str(uid)][key] = frozenset(point["key"] for point in points)
    return dict(found)
