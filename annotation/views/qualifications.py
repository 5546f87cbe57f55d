"""Qualifications: what raters can show, who holds it, and how often whom a bar lets through."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from annotation import quality_forms as forms
from annotation.access import get_holder_for, get_qualification_for, get_study_for
from annotation.models import Qualification
from annotation.services import qualifying
from annotation.services.answer_keys import keyed_items
from annotation.views.answer_keys import bars_for, show_keys
from core.errors import InvalidError
from core.http import AuthedRequest


@require_safe
def qualification_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    return show_list(request, place, forms.QualificationForm())


def show_list(
    request: AuthedRequest, place: Place, form: forms.QualificationForm, status: int = 200
) -> HttpResponse:
    holders = Count("holders", filter=Q(holders__revoked_at=None))
    context = {
        "rows": list(
            place.project.qualifications.select_related("training")
            .annotate(n_holders=holders)
            .order_by("name")
        ),
        "form": form,
        "may_manage": place.may(May.MANAGE),
    }
    return page(
        request, place, "annotation/qualifications.html", context, nav="studies", status=status
    )


@require_POST
def make(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """One that is given by hand."""
    place = get_place_for(request.user, uid, May.MANAGE)
    form = forms.QualificationForm(request.POST)
    if not form.is_valid():
        return show_list(request, place, form, status=422)
    made = qualifying.make_qualification(
        actor=request.user, project=place.project, name=form.cleaned_data["name"]
    )
    return redirect(made)


@require_POST
def make_by_training(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """One that whoever gets enough items of this training right holds from then on."""
    study, place = get_study_for(request.user, uid, May.MANAGE)
    form = forms.TrainedForm(request.POST)
    if not form.is_valid():
        return show_keys(request, study, place, trained_form=form, status=422)
    try:
        made = qualifying.make_qualification(
            actor=request.user, project=place.project, training=study, **form.cleaned_data
        )
    except InvalidError as refused:
        form.add_error(None, refused.message)
        return show_keys(request, study, place, trained_form=form, status=422)
    return redirect(made)


@require_safe
def qualification(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_qualification_for(request.user, uid, May.MANAGE)
    return show(request, found, place)


def show(
    request: AuthedRequest,
    found: Qualification,
    place: Place,
    *,
    grant_form: forms.GrantForm | None = None,
    needed_form: forms.NeededForm | None = None,
    status: int = 200,
) -> HttpResponse:
    n_keyed = keyed_items(found.training).count() if found.training else 0
    holders = found.holders.select_related("rater", "by").order_by("rater__display_name", "-at")
    context = {
        "qualification": found,
        "holders": [one for one in holders if one.revoked_at is None],
        "former": [one for one in holders if one.revoked_at is not None],
        "studies": list(found.studies.order_by("name")),
        "n_keyed": n_keyed,
        "needed": found.needed,
        "chances": bars_for(n_keyed),
        "needed_form": needed_form or forms.NeededForm(initial={"needed": found.needed}),
        "grant_form": grant_form or forms.GrantForm(qualification=found),
    }
    return page(
        request, place, "annotation/qualification.html", context, nav="studies", status=status
    )


@require_POST
def change_needed(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_qualification_for(request.user, uid, May.MANAGE)
    form = forms.NeededForm(request.POST)
    if not form.is_valid():
        return show(request, found, place, needed_form=form, status=422)
    try:
        qualifying.change_needed(
            actor=request.user, qualification=found, needed=form.cleaned_data["needed"]
        )
    except InvalidError as refused:
        form.add_error("needed", refused.message)
        return show(request, found, place, needed_form=form, status=422)
    messages.success(request, _("The bar is set. Whoever holds the qualification keeps it."))
    return redirect(found)


@require_POST
def grant(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_qualification_for(request.user, uid, May.MANAGE)
    form = forms.GrantForm(request.POST, qualification=found)
    if not form.is_valid():
        return show(request, found, place, grant_form=form, status=422)
    qualifying.grant(
        actor=request.user, qualification=found, now=timezone.now(), **form.cleaned_data
    )
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    """Taking it away wants a reason, so it is asked once more."""
    held, place = get_holder_for(request.user, uid, rater, May.MANAGE)
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        qualifying.revoke(
            actor=request.user, held=held, reason=form.cleaned_data["reason"], now=timezone.now()
        )
        return redirect(held.qualification)
    names = {"name": held.qualification.name, "rater": held.rater}
    context = {
        "title": _("Take “%(name)s” away from %(rater)s?") % names,
        "finding": _("Studies that ask for it give %(rater)s no more items.") % names,
        "words": _("What was rated until now stays. It can be passed or given again."),
        "action": request.path,
        "button": _("Take it away"),
        "back": held.qualification.get_absolute_url(),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return page(request, place, "components/_confirm.html", context, nav="studies", status=status)
