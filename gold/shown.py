"""Rows of the gold pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from annotation.criteria import spoken
from annotation.models import Study, Verdict
from gold.models import Candidate, GoldDataset, Release, ReleaseItem
from gold.payload import answer_of
from gold.services.candidates import proposable
from gold.services.releases import Difference
from gold.why import in_words


@dataclass(frozen=True)
class CandidateLine:
    candidate: Candidate
    labels: list[tuple[str, str]]
    adjudicated: bool


def candidate_line(candidate: Candidate) -> CandidateLine:
    """A candidate with its verdicts; labels of turns are counted, not listed."""
    verdicts = list(
        candidate.item.verdicts.filter(current=True)
        .select_related("criterion")
        .order_by("criterion__position", "turn", "passage")
    )
    whole = [one for one in verdicts if one.turn < 0]
    return CandidateLine(
        candidate=candidate,
        labels=[
            (
                spoken(one.criterion.name, one.criterion.key),
                in_words(one.criterion, answer_of(one, candidate.item)),
            )
            for one in whole
        ],
        adjudicated=any(one.source == Verdict.Source.ADJUDICATION for one in verdicts),
    )


def waiting_in_studies(dataset: GoldDataset) -> list[Study]:
    """Studies with settled items that are no candidates yet, with how many."""
    items = proposable(dataset).values("pk")
    return list(
        Study.objects.filter(project=dataset.project_id)
        .annotate(n_proposable=Count("items", filter=Q(items__in=items)))
        .filter(n_proposable__gt=0)
        .order_by("-id")
    )


Change = tuple[Any, Any, Any]
"""A criterion's name, its label before and its label now."""


def relabelled_lines(
    difference: Difference, release: Release
) -> list[tuple[ReleaseItem, list[Change]]]:
    """Items with other labels, by the names that the release keeps; an older one has keys alone."""
    names = {
        one["criterion"]: one.get("name")
        for study in release.agreement
        for one in study["criteria"]
    }
    return [
        (now, [(names.get(key) or key, old, new) for key, (old, new) in changed.items()])
        for _before, now, changed in difference.relabelled
    ]
