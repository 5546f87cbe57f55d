"""What the team's list of surveys shows of each."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Prefetch, Q

from accounts.models import Project
from surveys.models import Response, Survey, SurveyVersion


@dataclass(frozen=True)
class SurveyRow:
    survey: Survey
    published: SurveyVersion | None
    draft: SurveyVersion | None
    n_complete: int
    n_begun: int
    last_answer: datetime | None


def survey_rows(project: Project, search: str = "", state: str = "") -> list[SurveyRow]:
    """The newest first; `search` looks into name and address."""
    surveys = Survey.objects.filter(project=project)
    if search:
        surveys = surveys.filter(Q(name__icontains=search) | Q(slug__icontains=search))
    if state in Survey.State.values:
        surveys = surveys.filter(state=state)
    versions = SurveyVersion.objects.order_by("-number").defer("document")
    counted = surveys.annotate(
        complete=Count("responses", filter=Q(responses__state=Response.State.COMPLETE)),
        begun=Count("responses", filter=Q(responses__state=Response.State.PARTIAL)),
        last_answer=Max("responses__updated_at"),
    )
    return [
        _row(survey)
        for survey in counted.prefetch_related(Prefetch("versions", versions)).order_by("-pk")
    ]


def _row(survey: Survey) -> SurveyRow:
    by_state = {version.state: version for version in reversed(survey.versions.all())}
    return SurveyRow(
        survey,
        published=by_state.get(SurveyVersion.State.PUBLISHED),
        draft=by_state.get(SurveyVersion.State.DRAFT),
        n_complete=survey.complete,  # type: ignore[attr-defined]
        n_begun=survey.begun,  # type: ignore[attr-defined]
        last_answer=survey.last_answer,  # type: ignore[attr-defined]
    )
