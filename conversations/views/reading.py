"""Finding and reading conversations."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import May, get_place_for
from accounts.pages import page
from conversations.access import get_conversation_for
from conversations.erasing import erased_at
from conversations.forms import FilterForm
from conversations.listing import languages_of, page_of
from conversations.models import Conversation
from conversations.redacting import expected, said, told_of
from conversations.run_page import unfinished
from conversations.searching import look_inside
from core.http import AuthedRequest

KEYS = ("older_than", "newer_than", "after")
"""Where a page of the list begins or ends, and where the search in messages goes on."""
ANSWERS = 20
ITEMS = 20


@require_safe
def conversation_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    languages = languages_of(place.project)
    form = FilterForm(request.GET, project=place.project, languages=languages)
    wanted = form.wanted()
    older, newer, after = (key_in(request, name) for name in KEYS)
    found = page_of(place.project, wanted, older_than=older, newer_than=newer)
    is_inside = bool(wanted.get("q")) and not (older or newer)
    inside = look_inside(place.project, wanted, after) if is_inside else None
    context = {
        "form": form,
        "wanted": wanted,
        "found": found,
        "inside": inside,
        "is_further": bool(inside and after),
        "further": link_to(request, after=inside.further) if inside else "",
        "newer": link_to(request, newer_than=found.newer),
        "older": link_to(request, older_than=found.older),
        "may_manage": place.may(May.MANAGE),
    }
    if not found.rows and context["may_manage"]:
        context["unfinished"] = unfinished(place.project)
    return page(request, place, "conversations/list.html", context, nav="conversations")


def key_in(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def link_to(request: HttpRequest, **key: UUID | None) -> str:
    """The same list from another place on; empty when there is no such page."""
    if not all(key.values()):
        return ""
    kept = {name: value for name, value in request.GET.items() if value and name not in KEYS}
    return "?" + urlencode({**kept, **key})


@require_safe
def conversation(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_conversation_for(request.user, uid, May.READ)
    answers = Conversation.objects.none()
    if found.input_key:
        answers = (
            Conversation.objects.for_list()
            .filter(project=found.project, input_key=found.input_key)
            .exclude(pk=found.pk)
            .order_by("pk")
        )
    context = {
        "conversation": found,
        "said": said(found),
        "erased_at": erased_at(found),
        "expected": expected(found),
        "told_of": told_of(found),
        "answers": answers[:ANSWERS],
        "items": found.items.select_related("study").order_by("-pk")[:ITEMS],
        "continued_by": found.continued_by.defer("turns", "metadata").order_by("pk"),
        "in_group": found.group_key != found.external_id,
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "conversations/detail.html", context, nav="conversations")
