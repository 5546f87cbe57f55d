"""What a release states about itself at the moment of publication."""

from collections import Counter
from datetime import datetime
from typing import Any

from annotation.models import Study
from gold.models import GoldDataset, GoldItem


def agreement_snapshot(items: list[GoldItem]) -> list[dict[str, Any]]:
    """Agreement in every study that the items came from, as it is now, per criterion."""
    from analytics.reports.agreement import agreement_of
    from analytics.reports.tables import public_data

    uids = sorted({item.provenance["study"] for item in items})
    studies = Study.objects.filter(uid__in=uids).order_by("pk")
    return [
        {
            "study": str(study.uid),
            "name": study.name,
            "criteria": with_names(public_data(agreement_of(study).as_data()), study),
        }
        for study in studies
    ]


def with_names(criteria: list[dict[str, Any]], study: Study) -> list[dict[str, Any]]:
    """Each criterion with its name in every language: a release is read without its rubric."""
    names = dict(study.rubric_version.criteria.values_list("key", "name"))
    return [{**one, "name": names[one["criterion"]]} for one in criteria]


def datasheet_of(dataset: GoldDataset, items: list[GoldItem], now: datetime) -> dict[str, Any]:
    """Facts that a user of the data asks first: what, how many, in which languages, by whom."""
    conversations = [item.payload["conversation"] for item in items]
    variants = Counter((one["variant"] or {}).get("name", "") for one in conversations)
    sources = Counter(
        one["source"]
        for item in items
        for label in item.payload["labels"].values()
        for one in (label if isinstance(label, list) else [label])
    )
    return {
        "dataset": dataset.name,
        "description": dataset.description,
        "published_at": now.isoformat(),
        "synthetic": dataset.project.synthetic,
        "items": len(items),
        "groups": len({item.payload["group"] for item in items}),
        "languages": dict(Counter(one["language"] or "unknown" for one in conversations)),
        "variants": dict(variants),
        "labels_by_source": dict(sources),
        "ratings": sum(len(item.provenance["ratings"]) for item in items),
        "drawn_with_known_probability": sum(
            item.payload["inclusion_probability"] is not None for item in items
        ),
    }
