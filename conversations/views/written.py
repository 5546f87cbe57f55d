"""Personal data in what people wrote beside conversations: one kind of text at a time."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, get_place_for
from accounts.pages import page
from conversations import written
from conversations.models import Redaction
from conversations.redaction_forms import ALWAYS, WrittenForm
from core.errors import InvalidError, NotFoundError
from core.http import AuthedRequest, whole


@require_safe
def look(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    source = source_named(request.GET.get("source", "comments"))
    after = whole(request.GET.get("after")) or 0
    looked = written.look(place.project, source, after)
    context = {
        "source": source,
        "sources": written.SOURCES.values(),
        "after": after,
        "looked": looked,
        "places": [(one, one.address(source)) for one in looked.places],
    }
    return page(request, place, "conversations/written.html", context, nav="conversations")


@require_POST
def decide(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = WrittenForm(request.POST)
    if not form.is_valid():
        raise InvalidError(_("Say whether to hide this place or to leave it as it is."))
    given = form.cleaned_data
    source, always = source_named(given["source"]), given["state"] == ALWAYS
    written.decide_written(
        actor=request.user,
        project=place.project,
        source=source,
        key=given["key"],
        seen=given["seen"],
        state=Redaction.State.DISMISSED if always else given["state"],
        always=always,
        now=timezone.now(),
    )
    here = urlencode({"source": source.name, "after": given["after"] or 0})
    return redirect(f"{reverse('conversations:written', args=[place.project.uid])}?{here}")


def source_named(name: str) -> written.Source:
    if name not in written.SOURCES:
        raise NotFoundError(_("There is no such kind of text. Choose one on the page."))
    return written.SOURCES[name]
