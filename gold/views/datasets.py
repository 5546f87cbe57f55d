"""Gold datasets: the list, and what stands in one."""

from uuid import UUID

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from core.http import AuthedRequest
from gold import forms
from gold.access import get_dataset_for
from gold.candidate_list import counts_of, waiting_in_studies
from gold.changes import unpublished
from gold.home import dataset_lines
from gold.manifest import HEAVY
from gold.models import GoldDataset
from gold.services import candidates, terms


@require_safe
def dataset_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    context = {
        "lines": dataset_lines(place),
        "form": forms.DatasetForm(),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "gold/datasets.html", context, nav="gold")


@require_POST
def create_dataset(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = forms.DatasetForm(request.POST)
    if not form.is_valid():
        context = {"lines": dataset_lines(place), "form": form, "may_manage": True}
        return page(request, place, "gold/datasets.html", context, nav="gold", status=422)
    dataset = candidates.create_dataset(
        actor=request.user, project=place.project, **form.cleaned_data
    )
    return redirect(dataset)


@require_safe
def dataset_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    return show_dataset(request, dataset, place)


def show_dataset(
    request: AuthedRequest,
    dataset: GoldDataset,
    place: Place,
    form: forms.ReleaseForm | None = None,
    words: forms.TermsForm | None = None,
) -> HttpResponse:
    releases = list(
        dataset.releases.select_related("published_by").defer(*HEAVY).order_by("-number")
    )
    context = {
        "dataset": dataset,
        "counts": counts_of(dataset),
        "n_current": dataset.gold_items.filter(retired_at=None).count(),
        "releases": releases,
        "unpublished": unpublished(releases[0], dataset) if releases else None,
        "to_propose": waiting_in_studies(dataset) if place.may(May.MANAGE) else [],
        "release_form": form or forms.ReleaseForm(),
        "terms_form": words or forms.TermsForm(initial=model_to_dict(dataset)),
        "may_manage": place.may(May.MANAGE),
    }
    status = 422 if form or words else 200
    return page(request, place, "gold/dataset.html", context, nav="gold", status=status)


@require_POST
def change_dataset(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    form = forms.TermsForm(request.POST)
    if not form.is_valid():
        return show_dataset(request, dataset, place, words=form)
    job = terms.change_dataset(actor=request.user, dataset=dataset, **form.cleaned_data)
    if job is not None:
        return redirect("accounts:job", job.uid)
    messages.success(request, _("Saved. Licence and consent go into the next release."))
    return redirect(dataset)
