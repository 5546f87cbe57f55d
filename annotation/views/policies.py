"""How a study gives out its items: who, in which order, in which lanes; while it is a draft."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import May, Place
from accounts.pages import page
from annotation.access import get_study_for
from annotation.lane_preview import Preview, preview
from annotation.models import Study
from annotation.policy_forms import LanesForm, PolicyForm, by_language, urgent_first
from annotation.services.policies import change_policy, check_lanes
from core.errors import InvalidError
from core.http import AuthedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    if request.method == "POST":
        return change_or_count(request, study, place)
    if study.state != Study.State.DRAFT:
        messages.warning(request, _("The study has been opened, so this stays as it is."))
        return redirect(study)
    return show_policy(request, study, place, PolicyForm.of(study), LanesForm(study))


def change_or_count(request: AuthedRequest, study: Study, place: Place) -> HttpResponse:
    """Save, or fill the lanes in or count what they would take without saving anything."""
    form, lanes_form = PolicyForm.of(study, request.POST), LanesForm(study, request.POST)
    match request.POST.get("do"):
        case "by_language":
            lanes_form = LanesForm(study, lanes=by_language(study))
            return show_policy(request, study, place, form, lanes_form)
        case "urgent_first":
            lanes_form = LanesForm(study, lanes=urgent_first())
            return show_policy(request, study, place, form, lanes_form)
    if not (form.is_valid() & lanes_form.is_valid()):
        return show_policy(request, study, place, form, lanes_form, status=422)
    lanes = lanes_form.lanes()
    try:
        if request.POST.get("do") == "preview":
            check_lanes(study, lanes)
            counted = preview(study, lanes)
            return show_policy(request, study, place, form, lanes_form, counted=counted)
        changes = form.cleaned_data | {"lanes": [lane.to_json() for lane in lanes]}
        change_policy(actor=request.user, study=study, changes=changes)
    except InvalidError as refused:
        for field, words in refused.fields.items():
            form.add_error(field if field in form.fields else None, words)
        return show_policy(request, study, place, form, lanes_form, status=422)
    messages.success(request, _("Saved. It holds from the opening of the study."))
    return redirect(study)


def show_policy(
    request: AuthedRequest,
    study: Study,
    place: Place,
    form: PolicyForm,
    lanes_form: LanesForm,
    *,
    counted: Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"study": study, "form": form, "lanes": lanes_form.shown, "preview": counted}
    return page(
        request, place, "annotation/study_policy.html", context, nav="studies", status=status
    )
