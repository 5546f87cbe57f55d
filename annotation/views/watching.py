"""Watching a study: how far it is, what was skipped and flagged, and more raters for its items."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import May
from accounts.pages import page
from annotation import steering_words as words
from annotation.access import get_study_for
from annotation.left_to_rate import outlook
from annotation.rater_lines import comes_unnamed, end_users, rater_lines
from annotation.rater_work import flagged_in, flags, skipped_in
from annotation.services.extending import extend_study, refuse_extending
from annotation.steering_forms import ExtendForm
from annotation.study_progress import progress_of
from core.errors import InvalidError
from core.http import AuthedRequest, whole

PAGE = 50


@require_safe
def progress(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The part of the study's page that asks for itself again and again."""
    study, place = get_study_for(request.user, uid, May.READ)
    done, now = progress_of(study), timezone.now()
    _left, forecast = outlook(study, done, now)
    raters = rater_lines(study, now)
    context = {
        "study": study,
        "progress": done,
        "forecast": forecast,
        "raters": raters,
        "has_raters": bool(raters) or comes_unnamed(study, now),
        "end_users": end_users(study),
        "may_manage": place.may(May.MANAGE),
        "is_part": True,
    }
    return render(request, "annotation/_study_live.html", context)


@require_safe
def skipped(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    rows = skipped_in(study)
    if (before := whole(request.GET.get("before"))) is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    context = {
        "study": study,
        "skipped": found[:PAGE],
        "before": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return page(request, place, "annotation/skipped.html", context, nav="studies")


@require_safe
def flagged(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    rows = flagged_in(study)
    if (before := whole(request.GET.get("before"))) is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    context = {
        "study": study,
        "flagged": flags(study, found[:PAGE], request.user, timezone.now()),
        "before": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return page(request, place, "annotation/flagged.html", context, nav="studies")


@require_safe
def confirm_pause(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    context = words.pausing_study(study).as_context(
        action=reverse("annotation:study_state", args=[study.uid, "pause"]),
        back=study.get_absolute_url(),
    )
    return page(request, place, "components/_confirm.html", context, nav="studies")


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    refuse_extending(study)
    form, status = ExtendForm(request.POST or None, study=study), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                job = extend_study(actor=request.user, study=study, more=form.cleaned_data["more"])
            except InvalidError as refused:
                form.add_error("more", refused.message)
            else:
                if job is not None:
                    return redirect("accounts:job", job.uid)
                messages.success(request, _("The items ask for more raters now."))
                return redirect(study)
    context = words.extending_study(study).as_context(
        action=request.path, back=study.get_absolute_url(), form=form
    )
    return page(request, place, "components/_confirm.html", context, nav="studies", status=status)
