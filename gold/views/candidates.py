"""Candidates of a gold dataset: proposed, checked, admitted and declined."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May
from accounts.pages import page
from annotation.access import get_study_in
from core.http import AuthedRequest, uid_in, whole
from gold.access import get_candidate_for, get_dataset_for
from gold.admission.rules import read_rules
from gold.candidate_forms import CandidateFilter
from gold.candidate_list import counts_of, page_of, waiting_in_studies
from gold.models import Candidate, GoldDataset, Source, Tier
from gold.services import admitting, candidates, checking


@require_safe
def candidate_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    form = CandidateFilter(request.GET)
    wanted = form.wanted()
    rules = read_rules(dataset.rules)
    found = page_of(dataset, wanted, rules, whole(request.GET.get("after")))
    may_manage = place.may(May.MANAGE)
    context = {
        "dataset": dataset,
        "form": form,
        "wanted": wanted,
        "query": urlencode(wanted),
        "lines": found.lines,
        "after": found.after,
        "counts": counts_of(dataset),
        "decided": wanted.get("state", ""),
        "sources": Source.choices,
        "to_propose": waiting_in_studies(dataset) if may_manage else [],
        "may_manage": may_manage,
    }
    return page(request, place, "gold/candidates.html", context, nav="gold")


@require_POST
def propose(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Every settled item of the project, or of the study that is named; or every disputed one."""
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    study = None
    if named := request.POST.get("study"):
        study = get_study_in(place, uid_in(named))
    count = candidates.propose_settled(
        actor=request.user,
        dataset=dataset,
        study=study,
        now=timezone.now(),
        disputed="disputed" in request.POST,
    )
    messages.success(request, candidates.proposed_words(count))
    return redirect("gold:candidates", uid)


@require_POST
def check_again(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Of a few at once, of many in the background."""
    dataset, _place = get_dataset_for(request.user, uid, May.MANAGE)
    if checking.to_check(dataset).count() <= checking.AT_ONCE:
        count = checking.check_all(dataset, timezone.now())
        words = ngettext("%(n)d was checked again.", "%(n)d were checked again.", count)
        messages.success(request, words % {"n": count})
        return redirect("gold:candidates", uid)
    job = checking.request_checks(actor=request.user, dataset=dataset)
    return redirect("accounts:job", job.uid)


@require_POST
def decide(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """What the pressed button says is done with the chosen candidates."""
    dataset, _place = get_dataset_for(request.user, uid, May.MANAGE)
    chosen = [found for one in request.POST.getlist("candidate") if (found := uid_in(one))]
    act = ACTS.get(request.POST.get("act", ""), _approve)
    if response := act(request, dataset, chosen, timezone.now()):
        return response
    back = urlencode(CandidateFilter(QueryDict(request.POST.get("back", "")[:1_000])).wanted())
    return redirect(reverse("gold:candidates", args=[uid]) + (f"?{back}" if back else ""))


Act = Callable[[AuthedRequest, GoldDataset, list[UUID], datetime], HttpResponse | None]


def _approve(
    request: AuthedRequest, dataset: GoldDataset, chosen: list[UUID], now: datetime
) -> None:
    _admit(request, dataset, chosen, now)


def _contest(
    request: AuthedRequest, dataset: GoldDataset, chosen: list[UUID], now: datetime
) -> None:
    _admit(request, dataset, chosen, now, tier=Tier.CONTESTED)


def _approve_against(
    request: AuthedRequest, dataset: GoldDataset, chosen: list[UUID], now: datetime
) -> None:
    reason = admitting.checked_against(request.POST.get("against", ""))
    _admit(request, dataset, chosen, now, against=reason)


def _admit(
    request: AuthedRequest,
    dataset: GoldDataset,
    chosen: list[UUID],
    now: datetime,
    *,
    tier: str = Tier.GOLD,
    against: str = "",
) -> None:
    """Those that may come in do; how many stayed out, and why, is said beside it."""
    admitted = admitting.admit(
        actor=request.user, dataset=dataset, uids=chosen, now=now, tier=tier, against=against
    )
    admitted.require_some()
    if admitted.made:
        messages.success(request, admitting.admitted_words(len(admitted.made), tier))
    if admitted.refused:
        messages.warning(request, admitting.refused_words(admitted.refused, tier))


def _approve_passing(
    request: AuthedRequest, dataset: GoldDataset, chosen: list[UUID], now: datetime
) -> HttpResponse | None:
    """Whatever page they are on; many of them in the background."""
    passing = dataset.candidates.filter(
        state=Candidate.State.WAITING, outcome=Candidate.Outcome.PASSES
    )
    if passing.count() > checking.AT_ONCE:
        job = admitting.request_admission(actor=request.user, dataset=dataset)
        return redirect("accounts:job", job.uid)
    _admit(request, dataset, list(passing.values_list("uid", flat=True)), now)
    return None


def _decline(
    request: AuthedRequest, dataset: GoldDataset, chosen: list[UUID], now: datetime
) -> None:
    count = candidates.decline_candidates(
        actor=request.user,
        dataset=dataset,
        uids=chosen,
        reason=request.POST.get("reason", ""),
        now=now,
    )
    words = ngettext("%(n)d candidate declined.", "%(n)d candidates declined.", count)
    messages.success(request, words % {"n": count})


def _set_source(
    request: AuthedRequest, dataset: GoldDataset, chosen: list[UUID], now: datetime
) -> None:
    candidates.set_source(
        actor=request.user, dataset=dataset, uids=chosen, source=request.POST.get("source", "")
    )
    messages.success(request, _("What brought them is noted."))


ACTS: dict[str, Act] = {
    "approve": _approve,
    "approve_passing": _approve_passing,
    "approve_against": _approve_against,
    "contest": _contest,
    "decline": _decline,
    "source": _set_source,
}


@require_POST
def reconsider(request: AuthedRequest, uid: UUID) -> HttpResponse:
    candidate, _place = get_candidate_for(request.user, uid, May.MANAGE)
    candidates.reconsider(actor=request.user, candidate=candidate)
    return redirect("gold:candidates", candidate.dataset.uid)
