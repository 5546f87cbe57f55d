"""A file of outputs on its way in: upload, what was found in it, confirm, result."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import May, Place
from accounts.pages import page
from analytics.views import attached
from conversations.views.imports import bounded
from core.http import AuthedRequest
from gold.access import get_dataset_for, get_output_file_for, get_release_for
from gold.models import OutputFile
from gold.run_forms import RunForm
from gold.runs.judging import rule_from
from gold.runs.shown import labels_of
from gold.runs.words import rule_words, taken_words
from gold.services import output_files
from gold.views.runs import release_choices, show_runs

LINES = 50


@csrf_exempt  # the token is in the body, which `bounded` must come before; csrf_protect reads it
@require_POST
@bounded
@csrf_protect
def bring(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    form = RunForm(request.POST, request.FILES, releases=release_choices(dataset))
    if not form.is_valid():
        return show_runs(request, dataset, place, form)
    given = form.cleaned_data
    release, _place = get_release_for(request.user, UUID(given["release"]), May.MANAGE)
    file = output_files.begin_outputs(
        actor=request.user,
        release=release,
        variant=given["variant"],
        rule=form.rule,
        note=given["note"],
        path=Path(given["file"].temporary_file_path()),
        file_name=given["file"].name,
        now=timezone.now(),
    )
    return redirect(file)


@require_safe
def output_file(request: AuthedRequest, uid: UUID) -> HttpResponse:
    file, place = get_output_file_for(request.user, uid, May.READ)
    context = {
        **context_of(file, place),
        "dataset": file.release.dataset,
        "rule": rule_words(rule_from(file.rule), labels_of(file.release)),
        "taken": taken_words(file.found) if file.found else "",
        "first": first_shown(file),
        "lines": file.refused.order_by("pk")[:LINES],
    }
    return page(request, place, "gold/output_file.html", context, nav="gold")


def first_shown(file: OutputFile) -> list[dict[str, Any]]:
    """The first outputs, each with what was asked."""
    shown = file.found.get("first", ())
    items = file.release.items.filter(gold_item__uid__in=[one["gold"] for one in shown])
    asked = {str(line.gold_item.uid): line.question for line in items.select_related("gold_item")}
    return [{**one, "question": asked.get(one["gold"], "")} for one in shown]


def context_of(file: OutputFile, place: Place) -> dict[str, Any]:
    job = output_files.job_of(file)
    return {
        "file": file,
        "job": job,
        "moving": file.state in output_files.MOVING and job is not None and not job.is_finished,
        "may_manage": place.may(May.MANAGE),
    }


@require_safe
def progress(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """How far it is; once it is over, the browser loads the page anew."""
    file, place = get_output_file_for(request.user, uid, May.READ)
    context = context_of(file, place)
    if not context["moving"]:
        return HttpResponseClientRefresh() if request.htmx else redirect(file)
    return render(request, "gold/_output_progress.html", context)


@require_POST
def confirm(request: AuthedRequest, uid: UUID) -> HttpResponse:
    file, _place = get_output_file_for(request.user, uid, May.MANAGE)
    return redirect(output_files.confirm_outputs(actor=request.user, file=file))


@require_POST
def discard(request: AuthedRequest, uid: UUID) -> HttpResponse:
    file, _place = get_output_file_for(request.user, uid, May.MANAGE)
    output_files.discard_outputs(file=file)
    messages.success(request, _("“%(file)s” was discarded. Nothing came in.") % {"file": file})
    return redirect("gold:runs", file.release.dataset.uid)


@require_safe
def refused(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    """The refused lines with their reasons, one object a line."""
    file, _place = get_output_file_for(request.user, uid, May.READ)

    def lines() -> Iterator[bytes]:
        for one in file.refused.order_by("pk").iterator(chunk_size=500):
            told = {"line": one.line, "reason": one.reason, "raw": one.excerpt}
            yield orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)

    stream = StreamingHttpResponse(lines(), content_type="application/x-ndjson")
    return attached(stream, "refused.jsonl")
