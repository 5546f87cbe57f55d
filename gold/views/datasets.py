"""Gold datasets: candidates in, releases out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from annotation.access import get_study_in
from core.http import AuthedRequest, uid_in, whole
from gold import forms
from gold.access import get_candidate_for, get_dataset_for, get_gold_item_for
from gold.home import dataset_lines
from gold.models import Candidate, GoldDataset
from gold.services import candidates, releases
from gold.shown import candidate_line, waiting_in_studies
from gold.why import why

PAGE = 50


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
) -> HttpResponse:
    waiting = (
        dataset.candidates.filter(state=Candidate.State.WAITING)
        .select_related("item__conversation__variant", "item__study")
        .defer("item__conversation__turns")
        .order_by("pk")
    )
    if (after := whole(request.GET.get("after"))) is not None:
        waiting = waiting.filter(pk__gt=after)
    shown = list(waiting[: PAGE + 1])
    context = {
        "dataset": dataset,
        "candidates": [candidate_line(one) for one in shown[:PAGE]],
        "after": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "n_waiting": dataset.candidates.filter(state=Candidate.State.WAITING).count(),
        "n_current": dataset.gold_items.filter(retired_at=None).count(),
        "declined": dataset.candidates.filter(state=Candidate.State.DECLINED)
        .select_related("item__conversation", "decided_by")
        .defer("item__conversation__turns")
        .order_by("-decided_at")[:PAGE],
        "releases": dataset.releases.select_related("published_by").order_by("-number"),
        "to_propose": waiting_in_studies(dataset),
        "release_form": form or forms.ReleaseForm(),
        "may_manage": place.may(May.MANAGE),
    }
    status = 422 if form else 200
    return page(request, place, "gold/dataset.html", context, nav="gold", status=status)


@require_POST
def propose(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Every settled item of the project, or of the study that is named."""
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    study = None
    if named := request.POST.get("study"):
        study = get_study_in(place, uid_in(named))
    count = candidates.propose_settled(
        actor=request.user, dataset=dataset, study=study, now=timezone.now()
    )
    messages.success(request, candidates.proposed_words(count))
    return redirect(dataset)


@require_POST
def decide(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Approve or decline the chosen candidates, as the button says."""
    dataset, _place = get_dataset_for(request.user, uid, May.MANAGE)
    chosen, now = (
        [found for one in request.POST.getlist("candidate") if (found := uid_in(one))],
        timezone.now(),
    )
    if request.POST.get("act") == "decline":
        count = candidates.decline_candidates(
            actor=request.user,
            dataset=dataset,
            uids=chosen,
            reason=request.POST.get("reason", ""),
            now=now,
        )
        words = ngettext("%(n)d candidate declined.", "%(n)d candidates declined.", count)
    else:
        made = candidates.approve_candidates(
            actor=request.user, dataset=dataset, uids=chosen, now=now
        )
        count = len(made)
        words = ngettext("%(n)d item is gold now.", "%(n)d items are gold now.", count)
    messages.success(request, words % {"n": count})
    return redirect(dataset)


@require_POST
def reconsider(request: AuthedRequest, uid: UUID) -> HttpResponse:
    candidate, _place = get_candidate_for(request.user, uid, May.MANAGE)
    candidates.reconsider(actor=request.user, candidate=candidate)
    return redirect(candidate.dataset)


@require_safe
def gold_item(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Why this item is gold: the chain from its labels back to each rating."""
    item, place = get_gold_item_for(request.user, uid, May.READ)
    context = {
        "gold_item": item,
        "why": why(item),
        "releases": item.release_items.select_related("release").order_by("release__number"),
        "may_manage": place.may(May.MANAGE),
        "may_see_names": place.may(May.SETTLE),
    }
    return page(request, place, "gold/item.html", context, nav="gold")


@require_POST
def retire(request: AuthedRequest, uid: UUID) -> HttpResponse:
    item, _place = get_gold_item_for(request.user, uid, May.MANAGE)
    candidates.retire(
        actor=request.user,
        gold_item=item,
        reason=request.POST.get("reason", ""),
        now=timezone.now(),
    )
    messages.success(request, _("The item leaves the next release; published ones keep it."))
    return redirect(item)


@require_POST
def publish(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    form = forms.ReleaseForm(request.POST)
    if not form.is_valid():
        return show_dataset(request, dataset, place, form)
    release = releases.publish_release(
        actor=request.user, dataset=dataset, now=timezone.now(), note=form.cleaned_data["note"]
    )
    messages.success(
        request,
        _("Release %(number)d is published and never changes.") % {"number": release.number},
    )
    return redirect(release)
