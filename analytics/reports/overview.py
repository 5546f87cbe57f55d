"""The studies of a project with their headline numbers, from what was computed last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.models import AgreementSnapshot
from analytics.reports.sentences import Verdict, verdict_of, verdict_words
from annotation.criteria import spoken
from annotation.models import Study

FACTS = ("criterion", "name", "n_items", "n_pairable_units", "n_ratings", "n_cannot_judge")
SHOWN = ("krippendorff_alpha", "percent_agreement")


@dataclass(frozen=True, slots=True)
class Headline:
    name: str
    alpha: Mapping[str, Any]
    percent: Mapping[str, Any]
    verdict: Verdict
    verdict_words: str


@dataclass(frozen=True, slots=True)
class StudyLine:
    study: Study
    computed_at: datetime | None
    n_items: int
    n_ratings: int
    headlines: Sequence[Headline]


def brief_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Of a report what pages of many studies show: they read no pairs of raters of any of them."""
    return {
        "n_items": data["n_items"],
        "n_ratings": data["n_ratings"],
        "criteria": [
            {
                **{name: one[name] for name in FACTS},
                "coefficients": {name: one["coefficients"][name] for name in SHOWN},
            }
            for one in data["criteria"]
        ],
    }


def overview_of(studies: Sequence[Study]) -> list[StudyLine]:
    """Studies whose agreement was never computed are there without numbers."""
    snapshots = AgreementSnapshot.objects.filter(study__in=studies)
    known = {
        study: (computed_at, brief)
        for study, computed_at, brief in snapshots.values_list("study", "computed_at", "brief")
    }
    return [
        _line(study, *known[study.pk]) if study.pk in known else StudyLine(study, None, 0, 0, [])
        for study in studies
    ]


def _line(study: Study, computed_at: datetime, brief: Mapping[str, Any]) -> StudyLine:
    return StudyLine(
        study,
        computed_at,
        brief["n_items"],
        brief["n_ratings"],
        [_headline(criterion, study.bar) for criterion in brief["criteria"]],
    )


def _headline(criterion: Mapping[str, Any], bar: float) -> Headline:
    verdict = verdict_of(criterion, bar)
    return Headline(
        name=spoken(criterion["name"], criterion["criterion"]),
        alpha=criterion["coefficients"]["krippendorff_alpha"],
        percent=criterion["coefficients"]["percent_agreement"],
        verdict=verdict,
        verdict_words=verdict_words(verdict, bar),
    )
