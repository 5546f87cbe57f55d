"""Gold items: the list, why each is gold, its editor, and what it was before."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from annotation.services.reveals import How, look_at
from core.errors import InvalidError
from core.http import AuthedRequest, uid_in, whole
from gold.access import get_dataset_for, get_gold_item_for
from gold.admission.checks import may_admit_against
from gold.admission.rules import read_rules
from gold.admission.words import why_failed
from gold.answered import answered
from gold.chain import checked_chain
from gold.differences import answer_changes, history_of
from gold.item_forms import ItemFilterForm, ItemForm, TagForm, query_of
from gold.listing import page_of
from gold.models import GoldDataset, GoldItem
from gold.remembered import remember, remembered
from gold.revising import MAX_TAG
from gold.services import candidates, items, returning
from gold.services.items import ChangedSinceError, refuse_change
from gold.why import why


@require_safe
def item_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The items that match; what was chosen last is chosen again until all are asked for."""
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    if again := remembered(request):
        return redirect(again)
    return remember(show_items(request, dataset, place), request)


def show_items(request: AuthedRequest, dataset: GoldDataset, place: Place) -> HttpResponse:
    form = ItemFilterForm(request.GET, dataset=dataset)
    wanted = form.wanted()
    older, newer = (uid_in(request.GET.get(name)) for name in ("older_than", "newer_than"))
    found = page_of(dataset, wanted, older_than=older, newer_than=newer)
    context = {
        "dataset": dataset,
        "form": form,
        "wanted": wanted,
        "found": found,
        "newer": query_of(wanted, newer_than=found.newer) if found.newer else "",
        "older": query_of(wanted, older_than=found.older) if found.older else "",
        "tag_form": TagForm(),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "gold/items.html", context, nav="gold")


@require_POST
def tag(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Put a tag on the chosen items, or take it from them, as the button says."""
    dataset, _place = get_dataset_for(request.user, uid, May.MANAGE)
    form = TagForm(request.POST)
    if not form.is_valid():
        raise InvalidError(_("Name a tag of at most %(n)d characters.") % {"n": MAX_TAG})
    chosen = [found for one in request.POST.getlist("item") if (found := uid_in(one))]
    count = items.tag_items(
        actor=request.user,
        dataset=dataset,
        uids=chosen,
        tag=form.cleaned_data["tag"],
        is_added=request.POST.get("act") != "remove",
        now=timezone.now(),
    )
    words = ngettext("%(n)d item changed.", "%(n)d items changed.", count)
    messages.success(request, words % {"n": count})
    return redirect("gold:items", dataset.uid)


@require_safe
def gold_item(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Why this item is gold: the chain from its labels back to each rating and to the file."""
    item, place = get_gold_item_for(request.user, uid, May.READ)
    names, may_manage = place.may(May.SETTLE), place.may(May.MANAGE)
    may_return = may_manage and item.retired_at and "erased_at" not in item.payload
    look_at(user=request.user, item=item.candidate.item, how=How.ITEM, now=timezone.now())
    context = {
        "gold_item": item,
        "dataset": item.dataset,
        "why": why(item),
        "chain": checked_chain(item, with_names=names),
        "answered": answered(item),
        "history": history_of(item, with_names=names),
        "releases": item.release_items.select_related("release").order_by("-release__number"),
        "may_manage": may_manage,
        "may_see_names": names,
        **(coming_back(item) if may_return else {}),
    }
    return page(request, place, "gold/item.html", context, nav="gold")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The editor; its two buttons show the difference and save."""
    item, place = get_gold_item_for(request.user, uid, May.MANAGE)
    if request.method != "POST":
        refuse_change(item)
        return show_editor(request, place, item, ItemForm(None, gold_item=item))
    form = ItemForm(request.POST, gold_item=item)
    if request.POST.get("act") == "preview":
        form.is_valid()
        form.errors.pop("reason", None)
        return show_editor(request, place, item, form, status=422 if form.errors else 200)
    if not form.is_valid():
        return show_editor(request, place, item, form, status=422)
    return save(request, place, item, form)


def save(request: AuthedRequest, place: Place, item: GoldItem, form: ItemForm) -> HttpResponse:
    try:
        items.revise(
            actor=request.user,
            gold_item=item,
            changes=form.changes(),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            now=timezone.now(),
        )
    except ChangedSinceError as error:
        return show_editor(request, place, item, form, theirs=error.message, status=409)
    except InvalidError as error:
        for name, words in (error.fields or {"": error.message}).items():
            form.add_error(name if name in form.fields else None, words)
        return show_editor(request, place, item, form, status=422)
    messages.success(request, _("Saved. The next release has the item as it stands now."))
    return redirect(item)


def show_editor(
    request: AuthedRequest,
    place: Place,
    item: GoldItem,
    form: ItemForm,
    *,
    theirs: str = "",
    status: int = 200,
) -> HttpResponse:
    """`theirs` says that somebody saved meanwhile; a second save then knows what it replaces."""
    expected = form["expected"].value() or ""
    context = {
        "gold_item": item,
        "dataset": item.dataset,
        "form": form,
        "ops": answer_changes(item, expected),
        "seen": item.content_hash,
        "theirs": theirs,
        "their_ops": answer_changes(item, expected, against_theirs=True) if theirs else [],
    }
    return page(request, place, "gold/item_edit.html", context, nav="gold", status=status)


@require_POST
def difference(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The part beneath the editor, as somebody types; nothing is saved."""
    item, _place = get_gold_item_for(request.user, uid, May.MANAGE)
    ops: Sequence[Any] = answer_changes(item, request.POST.get("expected", ""))
    return render(request, "gold/_answer_changes.html", {"ops": ops})


@require_POST
def restore(request: AuthedRequest, uid: UUID) -> HttpResponse:
    item, _place = get_gold_item_for(request.user, uid, May.MANAGE)
    number = whole(request.POST.get("number"))
    items.restore(
        gold_item=item,
        number=-1 if number is None else number,
        seen=request.POST.get("seen", ""),
        **decision(request),
    )
    messages.success(request, _("The item is again what it was before that change."))
    return redirect(item)


@require_POST
def relabel(request: AuthedRequest, uid: UUID) -> HttpResponse:
    item, _place = get_gold_item_for(request.user, uid, May.MANAGE)
    items.relabel(gold_item=item, seen=request.POST.get("seen", ""), **decision(request))
    messages.success(request, _("The labels are those that are settled today."))
    return redirect(item)


@require_POST
def retire(request: AuthedRequest, uid: UUID) -> HttpResponse:
    item, _place = get_gold_item_for(request.user, uid, May.MANAGE)
    candidates.retire(gold_item=item, **decision(request))
    messages.success(request, _("The item leaves the next release; published ones keep it."))
    return redirect(item)


@require_POST
def reinstate(request: AuthedRequest, uid: UUID) -> HttpResponse:
    item, _place = get_gold_item_for(request.user, uid, May.MANAGE)
    is_against = request.POST.get("act") == "against"
    returning.reinstate(gold_item=item, is_against=is_against, **decision(request))
    messages.success(request, _("The item is in the next release again."))
    return redirect(item)


def decision(request: AuthedRequest) -> dict[str, Any]:
    """Who decides about an item, why and when."""
    reason = request.POST.get("reason", "")
    return {"actor": request.user, "reason": reason, "now": timezone.now()}


def coming_back(item: GoldItem) -> dict[str, Any]:
    """What would keep a retired item out if it were taken back now."""
    against = returning.foreseen(item)
    return {
        "kept_out": why_failed(against, read_rules(item.dataset.rules)),
        "may_outweigh": may_admit_against(against),
    }
