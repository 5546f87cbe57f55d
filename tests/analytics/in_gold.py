"""Verdicts, and their items in gold, without the forms that lead there."""

from typing import Any

from annotation.models import Item, Verdict
from gold.models import Candidate, GoldItem


def settle(item: Item, value: int, **fields: Any) -> Verdict:
    """A verdict by consensus of the item's ratings, unless somebody is said to have decided."""
    source = Verdict.Source.ADJUDICATION if "adjudicator" in fields else Verdict.Source.CONSENSUS
    return Verdict.objects.create(
        item=item,
        criterion=item.study.rubric_version.criteria.get(),
        value=value,
        source=source,
        rating_uids=[str(rating.uid) for rating in item.ratings.all()],
        **fields,
    )


def put_into_gold(verdict: Verdict, **fields: Any) -> GoldItem:
    project = verdict.item.study.project
    dataset = project.gold_datasets.first() or project.gold_datasets.create(name="G", slug="g")
    candidate = Candidate.objects.create(dataset=dataset, item=verdict.item, state="approved")
    return GoldItem.objects.create(
        dataset=dataset,
        candidate=candidate,
        payload={},
        content_hash="0" * 64,
        provenance={"verdicts": [str(verdict.uid)]},
        **fields,
    )
