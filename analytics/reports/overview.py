"""The studies of a project with their headline numbers, from what was computed last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.models import AgreementSnapshot
from analytics.reports.sentences import Verdict, verdict_of, verdict_words
from annotation.criteria import spoken
from annotation.models import Study


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


def overview_of(studies: Sequence[Study]) -> list[StudyLine]:
    """Studies whose agreement was never computed are there without numbers."""
    known = {
        snapshot.study_id: snapshot
        for snapshot in AgreementSnapshot.objects.filter(study__in=studies)
    }
    return [_line(study, known.get(study.pk)) for study in studies]


def _line(study: Study, snapshot: AgreementSnapshot | None) -> StudyLine:
    if snapshot is None:
        return StudyLine(study, None, 0, 0, [])
    data = snapshot.data
    return StudyLine(
        study,
        snapshot.computed_at,
        data["n_items"],
        data["n_ratings"],
        [_headline(criterion, study.bar) for criterion in data["criteria"]],
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
