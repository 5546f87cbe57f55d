"""Runs of variants on releases: held against each other, put before raters, and taken away."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from analytics.views import attached
from annotation.services.raters import rater_for
from core.http import AuthedRequest, uid_in, whole
from gold.access import get_dataset_for, get_release_for, get_run_for
from gold.manifest import HEAVY, HEAVY_THROUGH
from gold.models import GoldDataset, OutputFile, Run
from gold.run_forms import GateForm, OutputsForm, RunForm
from gold.runs.bars import bar_of
from gold.runs.inputs import inputs_of
from gold.runs.judging import rule_from
from gold.runs.outcomes import predecessor_of
from gold.runs.shown import FILTERS, PAGE, item_lines, labels_of, report_of, run_lines
from gold.runs.storing import remove_run
from gold.runs.words import rule_words
from gold.services.run_studies import put_outputs_before_raters

WAITING = (OutputFile.State.CHECKING, OutputFile.State.CHECKED, OutputFile.State.STORING)
FILES = 20


@require_safe
def run_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    return show_runs(request, dataset, place)


def show_runs(
    request: AuthedRequest, dataset: GoldDataset, place: Place, form: RunForm | None = None
) -> HttpResponse:
    releases = list(dataset.releases.defer(*HEAVY).order_by("-number"))
    context = {
        "dataset": dataset,
        "part": "runs",
        "releases": releases,
        "runs": run_lines(dataset),
        "files": OutputFile.objects.filter(release__dataset=dataset, state__in=WAITING)
        .select_related("release")
        .defer(*HEAVY_THROUGH)
        .order_by("-pk")[:FILES],
        "form": form or RunForm(releases=release_choices(dataset)),
        "may_manage": place.may(May.MANAGE),
    }
    status = 422 if form else 200
    return page(request, place, "gold/runs.html", context, nav="gold", status=status)


def release_choices(dataset: GoldDataset) -> list[tuple[str, str]]:
    numbers = dataset.releases.order_by("-number").values_list("uid", "number")
    return [(str(uid), _("Release %(number)d") % {"number": number}) for uid, number in numbers]


@require_safe
def run_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, place = get_run_for(request.user, uid, May.READ)
    return show_run(request, run, place)


def show_run(
    request: AuthedRequest, run: Run, place: Place, outputs_form: OutputsForm | None = None
) -> HttpResponse:
    others = Run.objects.filter(release__dataset=run.release.dataset_id).exclude(pk=run.pk)
    others = others.select_related("release__dataset").defer(*HEAVY_THROUGH).order_by("-pk")
    form = GateForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    named = uid_in(asked.get("against"))
    earlier = others.filter(uid=named).first() if named else predecessor_of(run)
    report = report_of(
        run,
        earlier,
        margin=(asked.get("margin") or 0) / 100,
        at_least=None if asked.get("at_least") is None else asked["at_least"] / 100,
        by=asked.get("judged") or "",
    )
    show, by, value = (request.GET.get(name, "") for name in ("show", "by", "value"))
    after = whole(request.GET.get("after"))
    lines = item_lines(report, show=show, by=by, value=value, after=-1 if after is None else after)
    query = request.GET.copy()
    query.pop("after", None)
    studies = run.studies.select_related("study__rubric_version")
    context = {
        "run": run,
        "dataset": run.release.dataset,
        "part": "runs",
        "report": report,
        "others": others[:100],
        "form": form,
        "rule": rule_words(rule_from(run.rule), labels_of(run.release)),
        "show": show,
        "filters": FILTERS,
        "by": by,
        "value": value,
        "lines": lines[:PAGE],
        "query": query.urlencode(),
        "after": lines[PAGE - 1].position if len(lines) > PAGE else None,
        "may_manage": place.may(May.MANAGE),
        "studies": [(one, bar_of(one)) for one in studies.order_by("-pk")],
        "outputs_form": outputs_form
        or OutputsForm(run=run, place=place, initial={"seed": secrets.randbelow(10**6)}),
    }
    status = 422 if outputs_form else 200
    return page(request, place, "gold/run.html", context, nav="gold", status=status)


@require_POST
def put_before_raters(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, place = get_run_for(request.user, uid, May.MANAGE)
    form = OutputsForm(request.POST, run=run, place=place)
    if not form.is_valid():
        return show_run(request, run, place, form)
    chosen = form.cleaned_data
    made = put_outputs_before_raters(
        actor=request.user,
        run=run,
        bar=form.bar_chosen,
        which=chosen["which"],
        size=chosen["size"],
        seed=chosen["seed"],
        overlap=chosen["overlap"],
        raters=[rater_for(member.user, place.project) for member in chosen["raters"]],
        now=timezone.now(),
    )
    messages.success(request, _("The outputs are drawn and their raters can begin."))
    return redirect(made.study)


@require_POST
def remove(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, _place = get_run_for(request.user, uid, May.MANAGE)
    dataset = run.release.dataset
    remove_run(actor=request.user, run=run)
    messages.success(request, _("The run is gone; the release is as it was."))
    return redirect("gold:runs", dataset.uid)


@require_safe
def inputs(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    """What a variant has to answer; with ?references=1 also what people settled."""
    release, _place = get_release_for(request.user, uid, May.READ)
    lines = inputs_of(release, with_references=request.GET.get("references") == "1")
    stream = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    return attached(stream, f"{release.dataset.slug}-{release.number}-inputs.jsonl")
