"""What a release states about itself at the moment of publication."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db.models import Count, TextField
from django.db.models.functions import Cast

from analytics.models import AgreementSnapshot, has_newer_ratings
from annotation.models import Study
from gold.manifest import ManifestHash
from gold.models import GoldDataset
from gold.numbers import even

CHUNK = 500
Tell = Callable[[int, int], None]


class Read(NamedTuple):
    """What is read of an item; JSON as text, which is parsed in a fraction of a field's time."""

    pk: int
    uid: UUID
    content_hash: str
    payload: str
    provenance: str
    split: str
    tier: str
    source: str


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

    def add(self, item: "Read") -> None:
        self.manifest.add(str(item.uid), item.content_hash)
        payload, provenance = orjson.loads(item.payload), orjson.loads(item.provenance)
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
        self.studies.add(provenance["study"])
        self.n_ratings += len(provenance["ratings"])
        self.n_drawn += payload["inclusion_probability"] is not None

    @property
    def rubric_versions(self) -> list[dict[str, Any]]:
        """The rubric versions that the items were judged by, each once."""
        return [self.rubrics[uid] for uid in sorted(self.rubrics)]


def gather(dataset: GoldDataset, tell: Tell = lambda done, total: None) -> Facts:
    """Read what the dataset holds now, item by item, in the order of a release."""
    facts = Facts()
    current = dataset.gold_items.filter(retired_at=None)
    total, last = current.count(), 0
    rows = current.order_by("pk").values_list(
        "pk",
        "uid",
        "content_hash",
        Cast("payload", TextField()),
        Cast("provenance", TextField()),
        "split",
        "tier",
        "source",
    )
    while page := [Read(*row) for row in rows.filter(pk__gt=last)[:CHUNK]]:
        for item in page:
            facts.add(item)
        last = page[-1].pk
        tell(facts.manifest.n_items, total)
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
