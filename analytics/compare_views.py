"""Two variants on feedback: the page, its days, its tables, and the plan before it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.models import Project
from accounts.pages import page
from analytics.compare_forms import CompareForm, PlanForm
from analytics.compare_plans import lock_plan
from analytics.reports.compare import Comparison, checked, compare
from analytics.reports.compare_days import day_lines, days_of, figure
from analytics.reports.compare_page import compare_page
from analytics.reports.compare_power import PowerPlan, plan_of
from analytics.reports.compare_sums import Asked
from analytics.reports.compare_tables import TABLES
from analytics.reports.compare_usual import usual_plan
from analytics.views import attached
from core.csp import plots_allowed
from core.csv_cells import lines
from core.errors import InvalidError, NotFoundError
from core.http import AuthedRequest


@require_safe
def comparison(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    form = CompareForm(request.GET, project=place.project)
    context: dict[str, Any] = {"form": form, "tables": list(TABLES), "query": ""}
    if not (form.data.get("a") and form.data.get("b")):
        return page(request, place, "analytics/compare.html", context, nav="feedback")
    if not form.is_valid():
        return page(request, place, "analytics/compare.html", context, nav="feedback", status=422)
    report = compare_page(place.project, compared(place.project, form))
    context |= {"report": report, "query": query_of(form), "may_manage": place.may(May.MANAGE)}
    return page(request, place, "analytics/compare.html", context, nav="feedback")


@plots_allowed
@require_safe
def comparison_days(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The sequence at the end of each day."""
    place, form, found = asked_comparison(request, uid)
    days = day_lines(days_of(asked_of(place.project, form, found)), found.formula)
    context = {"found": found, "days": days, "query": query_of(form)}
    return page(request, place, "analytics/compare_days.html", context, nav="feedback")


@require_safe
def comparison_days_json(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The same as a figure."""
    place, form, found = asked_comparison(request, uid)
    days = days_of(asked_of(place.project, form, found))
    return JsonResponse({"days": figure(days, found.formula.scale)})


@require_safe
def comparison_table(request: AuthedRequest, uid: UUID, name: str) -> HttpResponse:
    """One table of the comparison as a file."""
    if name not in TABLES:
        get_place_for(request.user, uid, May.READ)
        raise NotFoundError(
            _("The comparison has no table “%(name)s”; it has %(known)s.")
            % {"name": name, "known": ", ".join(TABLES)}
        )
    place, form, found = asked_comparison(request, uid)
    rows = TABLES[name](place.project, found, asked_of(place.project, form, found))
    answer = HttpResponse("".join(lines(rows)), content_type="text/csv; charset=utf-8")
    return attached(answer, f"{place.project.slug}-compare-{name}.csv")


@require_safe
def comparison_plan(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """How much feedback a difference takes."""
    place = get_place_for(request.user, uid, May.READ)
    usual = usual_plan(place.project, request.GET)
    if not ({"a", "b"} & set(request.GET)):  # nothing is asked yet, so nothing is missing
        return _plan_page(request, place, PlanForm(initial=usual), None)
    form = PlanForm({**usual, **request.GET.dict()})
    return _plan_page(request, place, form, planned_by(form) if form.is_valid() else None)


@require_POST
def lock(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """From now on one look at that number decides."""
    place = get_place_for(request.user, uid, May.MANAGE)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, place, form, None, status=422)
    wanted = form.cleaned_data
    lock_plan(
        actor=request.user,
        project=place.project,
        formula=form.formula,
        a=wanted["a"],
        b=wanted["b"],
        answers=planned_by(form).answers,
        difference=wanted["difference"] / form.formula.scale,
        today=timezone.localdate(),
    )
    named = urlencode({name: wanted[name] for name in ("a", "b", "metric")})
    return redirect(f"{reverse('analytics:compare', args=[place.project.uid])}?{named}")


def _plan_page(
    request: HttpRequest, place: Place, form: PlanForm, plan: PowerPlan | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "plan": plan, "may_manage": place.may(May.MANAGE)}
    return page(
        request, place, "analytics/compare_plan.html", context, nav="feedback", status=status
    )


def planned_by(form: PlanForm) -> PowerPlan:
    wanted, scale = form.cleaned_data, form.formula.scale
    return plan_of(
        form.formula,
        baseline=(wanted["baseline"] or 0) / 100,
        difference=wanted["difference"] / scale,
        coverage=wanted["coverage"] / 100,
        per_person=wanted["per_person"],
        alike=wanted["alike"],
        spread=form.formula.length / 2,
    )


def asked_comparison(request: AuthedRequest, uid: UUID) -> tuple[Place, CompareForm, Comparison]:
    """What the address asks for, or a refusal."""
    place = get_place_for(request.user, uid, May.READ)
    form = CompareForm(request.GET, project=place.project)
    if not form.is_valid():
        raise InvalidError(_("Name two variants to compare: ?a= and &b=."))
    return place, form, compared(place.project, form)


def compared(project: Project, form: CompareForm) -> Comparison:
    wanted = form.cleaned_data
    return compare(
        project,
        wanted["a"],
        wanted["b"],
        metric=wanted["metric"],
        by=wanted["by"],
        trust=wanted["trust"],
        since=wanted["since"],
    )


def asked_of(project: Project, form: CompareForm, found: Comparison) -> Asked:
    """The rows that a comparison stands on, its first day included."""
    wanted = form.cleaned_data
    asked = checked(
        project, wanted["a"], wanted["b"], wanted["metric"], wanted["trust"], wanted["since"]
    )
    return replace(asked, since=found.facts.since)


def query_of(form: CompareForm) -> str:
    said = {name: value for name, value in form.cleaned_data.items() if value}
    return "?" + urlencode(said)
