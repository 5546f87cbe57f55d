"""The page of the loop: how good answers are, and what a thumb is worth."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import May, get_place_for
from accounts.models import Project
from accounts.pages import page
from analytics.reports.feedback_measures import FEWEST
from analytics.reports.loop import (
    LoopReport,
    judging_criteria,
    loop_report,
    most_telling,
    studies_with_verdicts,
    usually_good_from,
)
from analytics.reports.why import reason_words
from analytics.views import attached
from annotation.models import Criterion, Study
from core.csv_cells import lines
from core.http import AuthedRequest
from core.templatetags.prose import chosen
from surveys.reason_words import REASON_WORDS


class LoopForm(forms.Form):
    """Which verdicts, and from which point on they are good."""

    study = forms.ModelChoiceField(Study.objects.none(), label=gettext_lazy("Study"))
    criterion = forms.ModelChoiceField(Criterion.objects.none(), label=gettext_lazy("Criterion"))
    good_from = forms.IntegerField(
        label=gettext_lazy("Good from point"), min_value=1, max_value=100, required=False
    )

    def __init__(self, data: Any, *, project: Project) -> None:
        super().__init__(data)
        study, criterion = self.fields["study"], self.fields["criterion"]
        study.queryset = studies_with_verdicts(project)  # type: ignore[attr-defined]
        criterion.queryset = judging_criteria(project).select_related("version__rubric")  # type: ignore[attr-defined]
        criterion.label_from_instance = label_of(project)  # type: ignore[attr-defined]


def label_of(project: Project) -> Callable[[Criterion], str]:
    """What a criterion is called, with its rubric where several have verdicts."""
    versions = judging_criteria(project).order_by().values("version").distinct()
    if versions.count() < 2:
        return lambda one: chosen(one.name)[0]
    return lambda one: (
        f"{chosen(one.name)[0]} · {chosen(one.version.rubric.name)[0]} {one.version.number}"
    )


def asked_loop(request: HttpRequest, project: Project) -> tuple[LoopForm | None, LoopReport | None]:
    """The report that is asked for, else that which tells most; no form without verdicts."""
    study = most_telling(project)
    if study is None:
        return None, None
    asked = request.GET if "study" in request.GET else None
    form = LoopForm(asked, project=project)
    given = form.cleaned_data if form.is_valid() else {}
    study = given.get("study") or study
    wanted: Criterion | None = given.get("criterion")
    criterion = criterion_in(study, wanted)
    if criterion is None:
        return form, None
    good_from = (given.get("good_from") or 0) if criterion == wanted else 0
    is_point = 0 < good_from <= len(criterion.points)
    position = good_from - 1 if is_point else usually_good_from(criterion)
    if asked is None or given:
        shown = {"study": study.pk, "criterion": criterion.pk, "good_from": position + 1}
        form = LoopForm(shown, project=project)
    return form, loop_report(project, study, criterion, position)


def criterion_in(study: Study, wanted: Criterion | None) -> Criterion | None:
    """The one asked for, as the study's rubric has it, else the first that judges."""
    judging = judging_criteria(study.project).filter(version=study.rubric_version_id)
    criteria = list(judging.order_by("position"))
    same = [one for one in criteria if wanted and one.key == wanted.key]
    return next(iter([*same, *criteria]), None)


@require_safe
def loop(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    form, report = asked_loop(request, place.project)
    context = {
        "form": form,
        "report": report,
        "good_words": good_words(report) if report else "",
        "level_reason": reason_words(report.level.level.reason) if report else "",
        "reasons": [
            (REASON_WORDS.get(key, key), found) for key, found in report.matrix.by_reason.items()
        ]
        if report
        else [],
        "fewest": FEWEST,
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "analytics/loop.html", context, nav="feedback")


def good_words(report: LoopReport) -> str:
    """The point from which a verdict is good: its key, and its words where it has any."""
    point = report.criterion.points[report.good_from]
    label = chosen(point.get("label") or {})[0]
    return f"{point['key']} {label}".strip() if label != point["key"] else label


@require_safe
def loop_csv(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    _form, report = asked_loop(request, place.project)
    rows: list[list[Any]] = [["figure", "value", "low", "high", "n", "method"]]
    if report:
        matrix, level = report.matrix, report.level
        found = {
            "thumbs up": report.thumbs,
            "good answers": level.level,
            "good answers, verdicts alone": level.labels_only,
            "agreement": matrix.agreement,
            "thumbs down on bad answers": matrix.down_right,
            "thumbs up on good answers": matrix.up_right,
            "bad answers found": matrix.bad_found,
            **{f"bad where the reason is {key}": one for key, one in matrix.by_reason.items()},
        }
        rows += [
            [name, one.value, one.low, one.high, one.n, one.method] for name, one in found.items()
        ]
    answer = HttpResponse("".join(lines(rows)), content_type="text/csv; charset=utf-8")
    return attached(answer, f"{place.project.slug}-loop.csv")
