"""What a release states about itself at the moment of publication."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count

from analytics.models import AgreementSnapshot, has_newer_ratings
from annotation.models import Study
from gold.manifest import ManifestHash
from gold.models import GoldDataset, GoldItem
from gold.numbers import even

CHUNK = 500
Tell = Callable[[int, int], None]


class Facts:
    """What is told of a dataset's items, gathered in one pass that holds none of them."""

    def __init__(self) -> None:
        self.manifest = ManifestHash()
        self.n_ratings = self.n_drawn = 0
        self.counts: dict[str, Counter[str]] = {
            name: Counter()
            for name in ("languages", "variants", "labels_by_source", "splits", "tiers", "sources")
        }
        self.rubrics: dict[str, dict[str, Any]] = {}
        self.studies: set[str] = set()

    def add(self, item: GoldItem) -> None:
        self.manifest.add(str(item.uid), item.content_hash)
        payload = item.payload
        said, rubric = payload["conversation"], payload["rubric"]
        count = self.counts
        count["languages"][said["language"] or "unknown"] += 1
        count["variants"][(said["variant"] or {}).get("name", "")] += 1
        count["splits"][item.split] += 1
        count["tiers"][item.tier] += 1
        count["sources"][item.source] += 1
        for label in payload["labels"].values():
            for one in label if isinstance(label, list) else [label]:
                count["labels_by_source"][one["source"]] += 1
        self.rubrics[rubric["uid"]] = rubric
        self.studies.add(item.provenance["study"])
        self.n_ratings += len(item.provenance["ratings"])
        self.n_drawn += payload["inclusion_probability"] is not None

    @property
    def rubric_versions(self) -> list[dict[str, Any]]:
        """The rubric versions that the items were judged by, each once."""
        return [self.rubrics[uid] for uid in sorted(self.rubrics)]


def gather(dataset: GoldDataset, tell: Tell = lambda done, total: None) -> Facts:
    """Read what the dataset holds now, item by item, in the order of a release."""
    facts = Facts()
    current = dataset.gold_items.filter(retired_at=None)
    total = current.count()
    rows = current.only(
        "uid", "content_hash", "payload", "provenance", "split", "tier", "source"
    ).order_by("pk")
    for number, item in enumerate(rows.iterator(chunk_size=CHUNK), start=1):
        facts.add(item)
        if number % CHUNK == 0:
            tell(number, total)
    return facts


def datasheet_of(dataset: GoldDataset, facts: Facts, now: datetime) -> dict[str, Any]:
    """Facts that a user of the data asks first: what, how many, in which languages, by whom."""
    groups = dataset.gold_items.filter(retired_at=None).aggregate(
        n=Count("candidate__item__group_key", distinct=True)
    )
    return {
        "dataset": dataset.name,
        "description": dataset.description,
        "licence": dataset.licence,
        "consent": dataset.consent,
        "published_at": now.isoformat(),
        "synthetic": dataset.project.synthetic,
        "items": facts.manifest.n_items,
        "groups": groups["n"],
        **{name: dict(sorted(found.items())) for name, found in facts.counts.items()},
        "ratings": facts.n_ratings,
        "drawn_with_known_probability": facts.n_drawn,
    }


def agreement_snapshot(studies: set[str], now: datetime) -> list[dict[str, Any]]:
    """Agreement in every study that the items came from, as it is now, per criterion."""
    from analytics.reports.tables import public_data

    found = Study.objects.filter(uid__in=studies).order_by("pk")
    told = [
        {
            "study": str(study.uid),
            "name": study.name,
            "criteria": with_names(public_data(criteria_of(study, now)), study),
        }
        for study in found
    ]
    return list(even(told))


def criteria_of(study: Study, now: datetime) -> list[dict[str, Any]]:
    """The report of the study as it was computed last; computed and kept if ratings came since."""
    from analytics.reports.snapshots import take_snapshot

    kept = AgreementSnapshot.objects.filter(study=study).first()
    if kept is None or has_newer_ratings(kept):
        kept = take_snapshot(study, now=now)
    return list(kept.data["criteria"])


def with_names(criteria: list[dict[str, Any]], study: Study) -> list[dict[str, Any]]:
    """Each criterion with its name in every language: a release is read without its rubric."""
    names = dict(study.rubric_version.criteria.values_list("key", "name"))
    return [{**one, "name": names[one["criterion"]]} for one in criteria]
