"""The adjudicator's doors: the queue of a study, one item with all its ratings, held criteria."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place
from accounts.models import User
from accounts.pages import page
from annotation.access import get_hold_for, get_item_for, get_study_for
from annotation.inquiry_page import asked_about
from annotation.item_ratings import ItemPage, Typed
from annotation.models import Item, Study, Verdict
from annotation.selectors import open_holds
from annotation.services.adjudication import decide, reopen, take_up
from annotation.services.deciding import has_rated, may_still_rate
from annotation.services.holds import lift_hold
from annotation.services.inquiries import askable
from annotation.services.reveals import How, look_at
from annotation.settle_forms import decision_from, typed_again
from annotation.settle_queue import Queue
from annotation.standing import standing_of
from annotation.study_progress import progress_of
from core.errors import DomainError
from core.http import AuthedRequest, uid_in


@require_safe
def settle(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Go on with the next item that waits for this person; without any, say what is next."""
    study, place = get_study_for(request.user, uid, May.SETTLE)
    queue = Queue.asked_for(study, request.user, request.GET)
    after = item_named(study.items.all(), request.GET.get("after"))
    if following := queue.first(after):
        last = urlquery(queue, last=str(after.uid) if after else "")
        return redirect(reverse("annotation:item", args=[following]) + last)
    context = {
        "study": study,
        "queue": queue,
        "progress": progress_of(study),
        "n_short": n_short(study),
        "holds": open_holds(study),
    }
    return page(request, place, "annotation/settle.html", context, nav="studies")


@require_safe
def item(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """A GET that writes: that somebody has seen this, once."""
    found, place = get_item_for(request.user, uid, May.SETTLE)
    return show_item(request, found, place)


@require_POST
def decide_item(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Store the decision and go on with the next item; a refused one comes back as it was sent."""
    found, place = get_item_for(request.user, uid, May.SETTLE)
    decision = decision_from(request.POST, standing_of(found))
    try:
        decide(actor=request.user, item=found, decision=decision, now=timezone.now())
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        return show_item(request, found, place, typed_again(decision, refusal), refusal.status)
    queue = Queue.asked_for(found.study, request.user, request.GET)
    onward = urlquery(queue, after=str(found.uid))
    return redirect(reverse("annotation:settle", args=[found.study.uid]) + onward)


@require_POST
def reopen_item(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, _place = get_item_for(request.user, uid, May.SETTLE)
    reopen(actor=request.user, item=found, now=timezone.now())
    messages.success(request, _("The item waits for adjudication again. The history is kept."))
    return redirect("annotation:item", found.uid)


@require_POST
def take_up_item(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, _place = get_item_for(request.user, uid, May.SETTLE)
    take_up(actor=request.user, item=found, now=timezone.now())
    messages.success(
        request, _("The rule has settled what it could with these ratings; the rest is to decide.")
    )
    return redirect("annotation:item", found.uid)


@require_POST
def lift(request: AuthedRequest, uid: UUID) -> HttpResponse:
    hold, _place = get_hold_for(request.user, uid, May.SETTLE)
    lift_hold(actor=request.user, hold=hold, now=timezone.now())
    messages.success(request, _("The criterion's verdicts go on in this study."))
    return redirect("annotation:settle", hold.study.uid)


def n_short(study: Study) -> int:
    """Items of a closed study that can be settled with fewer ratings than planned."""
    if study.state != Study.State.CLOSED:
        return 0
    return study.items.filter(state=Item.State.OPEN, n_submitted__gt=0).count()


def show_item(
    request: AuthedRequest,
    found: Item,
    place: Place,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    queue = Queue.asked_for(found.study, request.user, request.GET)
    is_own = has_rated(request.user, found) and not found.study.adjudicate_own
    standing = standing_of(found)
    is_anew = "anew" in {**request.GET, **request.POST} or typed is not None
    shown = ItemPage(
        item=found,
        standing=standing,
        typed=typed or Typed(),
        may_decide=not is_own and found.state != Item.State.OPEN,
        is_anew=is_anew and bool(standing.adjudicated),
    )
    is_hidden = may_still_rate(request.user, found)
    if not is_hidden:
        look_at(user=request.user, item=found, how=How.ITEM, now=timezone.now())
    context = {
        "item": found,
        "study": found.study,
        "shown": shown,
        "queue": queue,
        "stand": queue.place(found),
        "last": last_decided(request, found.study),
        "is_own": is_own,
        "is_hidden": is_hidden,
        "holds": open_holds(found.study),
        "asked": [] if is_hidden else asked_about(shown),
        "n_askable": 0 if is_hidden else n_askable(request.user, shown),
    }
    return page(request, place, "annotation/item.html", context, nav="studies", status=status)


def n_askable(user: User, shown: ItemPage) -> int:
    """How many of the item's raters a question would reach; 0 for who does not decide on it."""
    if not shown.may_decide or not shown.is_in_dispute:
        return 0
    return askable(shown.item).exclude(user=user).count()


def last_decided(request: AuthedRequest, study: Study) -> Item | None:
    """The item decided just now, whose variant may be seen from here on."""
    items = study.items.select_related("conversation__variant", "conversation_b__variant")
    decided = items.filter(verdicts__source=Verdict.Source.ADJUDICATION)
    return item_named(decided, request.GET.get("last"))


def item_named(items: QuerySet[Item], text: str | None) -> Item | None:
    uid = uid_in(text)
    return items.filter(uid=uid).first() if uid else None


def urlquery(queue: Queue, **extra: Any) -> str:
    parts = [queue.query, *(f"{name}={value}" for name, value in extra.items() if value)]
    query = "&".join(part for part in parts if part)
    return f"?{query}" if query else ""
