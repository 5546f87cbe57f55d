"""Rater quality of a study: control items, retests, exclusion."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import May, Place
from accounts.pages import page
from annotation.access import get_study_for, get_study_rater_for
from annotation.models import Study
from annotation.quality_forms import ExclusionForm, QualityForm
from annotation.quality_page import quality_of
from annotation.rounds_ahead import second_round
from annotation.services import calibration, exclusion
from annotation.services.quality import FIELDS, change_quality
from core.errors import InvalidError
from core.http import AuthedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def quality(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """How raters are checked, and how they did; a refused form comes back with its sentence."""
    study, place = get_study_for(request.user, uid, May.MANAGE)
    if request.method != "POST":
        return show_quality(request, study, place, QualityForm(study=study))
    form = QualityForm(request.POST, study=study)
    if not form.is_valid():
        return show_quality(request, study, place, form, status=422)
    kept = {name: getattr(study, name) for name in FIELDS}
    try:
        change_quality(actor=request.user, study=study, changes=kept | form.cleaned_data)
    except InvalidError as refused:
        for name, words in refused.fields.items():
            form.add_error(name if name in form.fields else None, words)
        return show_quality(request, study, place, form, status=422)
    messages.success(request, _("Saved. It holds for what raters are given from now on."))
    return redirect("annotation:study_quality", study.uid)


def show_quality(
    request: AuthedRequest, study: Study, place: Place, form: QualityForm, status: int = 200
) -> HttpResponse:
    is_calibration = study.purpose == Study.Purpose.CALIBRATION
    how_far = second_round if study.revealed_at else calibration.progress
    context = {
        "study": study,
        "form": form,
        "lines": quality_of(study),
        "through": how_far(study) if is_calibration else [],
    }
    return page(request, place, "annotation/quality.html", context, nav="studies", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def exclude(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    """Leaving a rater out wants a reason, and says beforehand what it does not change."""
    study_rater, place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    study = study_rater.study
    form = ExclusionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        exclusion.exclude_rater(
            actor=request.user,
            study_rater=study_rater,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
        messages.success(
            request, _("Left out. Compute the agreement again to see it with and without.")
        )
        return redirect("annotation:study_quality", study.uid)
    n_settled = exclusion.settled_with(study_rater).count()
    settled = ngettext(
        "%(n)d settled item rests in part on this rater’s ratings; its verdict stays.",
        "%(n)d settled items rest in part on this rater’s ratings; their verdicts stay.",
        n_settled,
    )
    context = {
        "title": _("Leave %(rater)s out of “%(study)s”?")
        % {"rater": study_rater.rater, "study": study},
        "finding": _("Nothing is deleted, and you can take it back at any time."),
        "lines": [
            _("Reports show their figures with and without the raters who are left out."),
            _("The rater gets no more items here. Nobody but those who manage sees why."),
            _("What they hold goes to others; what they send in all the same counts no more."),
            settled % {"n": n_settled}
            if n_settled
            else _("No settled item rests on this rater’s ratings."),
            _("To have their items rated anew, set their ratings aside on their page."),
        ],
        "action": request.path,
        "button": _("Leave the rater out"),
        "back": reverse("annotation:study_quality", args=[study.uid]),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return page(request, place, "components/_confirm.html", context, nav="studies", status=status)


@require_POST
def take_in(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    study_rater, _place = get_study_rater_for(request.user, uid, rater, May.MANAGE)
    exclusion.take_in_again(actor=request.user, study_rater=study_rater)
    messages.success(request, _("Taken in again."))
    return redirect("annotation:study_quality", study_rater.study.uid)
