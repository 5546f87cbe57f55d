"""What end users wrote: all of it, what comes in now, and what one conversation got."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import May, get_place_for
from accounts.pages import page
from analytics.feedback_forms import WordsForm
from analytics.reports.feedback import choices_of
from analytics.reports.feedback_live import live
from analytics.reports.feedback_words import Edge, given_to, words_of
from conversations.access import get_conversation_for
from core.http import AuthedRequest


@require_safe
def words(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    form = WordsForm(request.GET, choices=choices_of(place.project))
    sought = form.sought()
    before = Edge.read(request.GET.get("before", ""))
    found = words_of(place.project, sought, before)
    context = {
        "form": form,
        "is_sought": sought != type(sought)(),
        "found": found,
        "is_further": before is not None,
        "may_manage": place.may(May.MANAGE),
        "older": form.address(before=found.older) if found.older else "",
    }
    return page(request, place, "analytics/feedback_words.html", context, nav="feedback")


@require_safe
def live_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    context = {"live": live(place.project, timezone.now())}
    return page(request, place, "analytics/feedback_live.html", context, nav="feedback")


@require_safe
def live_part(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The same, when something changed since `seen`; else nothing, so that nothing moves."""
    place = get_place_for(request.user, uid, May.READ)
    found = live(place.project, timezone.now())
    if request.GET.get("seen") == found.version:
        return HttpResponse(status=204)
    context = {"live": found, "is_part": True}
    return page(request, place, "analytics/_feedback_live.html", context, nav="feedback")


@require_safe
def of_conversation(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """What a conversation got: a part of its page, or a page by itself."""
    conversation, place = get_conversation_for(request.user, uid, May.READ)
    context = {
        "conversation": conversation,
        "given": given_to(conversation),
        "may_manage": place.may(May.MANAGE),
    }
    name = "_conversation_feedback" if request.htmx else "conversation_feedback"
    return page(request, place, f"analytics/{name}.html", context, nav="conversations")
