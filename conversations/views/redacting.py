"""Deciding what is hidden: the queue of a project, and the page of one conversation."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from conversations import redaction_rules
from conversations.access import get_conversation_for, get_redaction_for
from conversations.deciding import (
    decide,
    decide_open,
    decide_same,
    leave_always,
    mark_span,
    mark_words,
)
from conversations.models import Conversation
from conversations.redacting import rules_of
from conversations.redacting import scan as scan_one
from conversations.redaction_forms import (
    ALWAYS,
    DecisionForm,
    MarkForm,
    NamesForm,
    PlaceForm,
    QueueForm,
    ScanForm,
)
from conversations.redaction_page import RedactionPage, next_open, queue_of
from conversations.views.reading import key_in
from core.errors import InvalidError
from core.http import AuthedRequest


@require_safe
def queue(request: AuthedRequest, uid: UUID) -> HttpResponse:
    return show_queue(request, get_place_for(request.user, uid, May.MANAGE))


def show_queue(
    request: AuthedRequest,
    place: Place,
    names: NamesForm | None = None,
    scan: ScanForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    form = QueueForm(request.GET, project=place.project)
    wanted, rules = form.wanted(), rules_of(place.project)
    context = {
        "form": form,
        "wanted": wanted,
        "queue": queue_of(place.project, wanted, key_in(request, "after")),
        "scan": scan or ScanForm(project=place.project),
        "names": names or NamesForm(initial={"names": rules.names}),
        "rules": rules,
        "may_administer": place.may(May.ADMINISTER),
        "is_empty": not Conversation.objects.filter(project=place.project).exists(),
    }
    return page(
        request, place, "conversations/redaction.html", context, nav="conversations", status=status
    )


@require_POST
def start_scan(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = ScanForm(request.POST, project=place.project)
    if not form.is_valid():
        return show_queue(request, place, scan=form, status=422)
    job = redaction_rules.start_scan(
        actor=request.user, project=place.project, run=form.cleaned_data["run"]
    )
    return redirect("accounts:job", job.uid)


@require_POST
def change_names(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = NamesForm(request.POST)
    if form.is_valid():
        try:
            redaction_rules.set_names(
                actor=request.user, project=place.project, names=form.cleaned_data["names"]
            )
        except InvalidError as refusal:
            form.add_error("names", refusal.message)
    if form.errors:
        return show_queue(request, place, form, status=422)
    messages.success(request, _("Saved. Look through the conversations again for these names."))
    return redirect("conversations:redaction", place.project.uid)


@require_POST
def change_imports(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    scan = request.POST.get("scan") != "no"
    redaction_rules.set_scan_imports(actor=request.user, project=place.project, scan=scan)
    messages.success(request, _("Saved. It holds for imports from now on."))
    return redirect("conversations:redaction", place.project.uid)


@require_POST
def change_originals(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.ADMINISTER)
    if request.POST.get("keep") == "no":
        job = redaction_rules.keep_no_originals(actor=request.user, project=place.project)
        return redirect("accounts:job", job.uid)
    redaction_rules.keep_originals(actor=request.user, project=place.project)
    messages.success(request, _("Originals are kept from now on."))
    return redirect("conversations:redaction", place.project.uid)


@require_safe
def redact(request: AuthedRequest, uid: UUID) -> HttpResponse:
    conversation, place = get_conversation_for(request.user, uid, May.MANAGE)
    return show_conversation(request, place, conversation)


def show_conversation(
    request: AuthedRequest,
    place: Place,
    conversation: Conversation,
    mark: MarkForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "conversation": conversation,
        "shown": RedactionPage(conversation),
        "mark": mark or MarkForm(initial={"seen": conversation.content_hash}),
        "rules": rules_of(place.project),
    }
    return page(
        request, place, "conversations/redact.html", context, nav="conversations", status=status
    )


@require_POST
def look_through(request: AuthedRequest, uid: UUID) -> HttpResponse:
    conversation, _place = get_conversation_for(request.user, uid, May.MANAGE)
    found = scan_one(conversation)
    said = ngettext("%(n)s place found.", "%(n)s places found.", found) % {"n": found}
    messages.success(request, said if found else _("Nothing new was found."))
    return redirect("conversations:redact", conversation.uid)


@require_POST
def mark(request: AuthedRequest, uid: UUID) -> HttpResponse:
    conversation, place = get_conversation_for(request.user, uid, May.MANAGE)
    form = MarkForm(request.POST)
    if form.is_valid():
        try:
            mark_given(request, conversation, form)
        except InvalidError as refusal:
            form.add_error("words", refusal.message)
    if form.errors:
        return show_conversation(request, place, conversation, form, status=422)
    return redirect("conversations:redact", conversation.uid)


def mark_given(request: AuthedRequest, conversation: Conversation, form: MarkForm) -> None:
    given, at, now = form.cleaned_data, form.place(), timezone.now()
    if at is not None:
        mark_span(
            actor=request.user,
            conversation=conversation,
            place=at,
            seen=given["seen"],
            kind=given["kind"],
            now=now,
        )
        return
    n = mark_words(
        actor=request.user,
        conversation=conversation,
        words=given["words"],
        kind=given["kind"],
        now=now,
    )
    said = ngettext("Hidden in %(n)s place.", "Hidden in %(n)s places.", n) % {"n": n}
    messages.success(request, said)


@require_POST
def decide_all(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """All that is open in the conversation."""
    conversation, _place = get_conversation_for(request.user, uid, May.MANAGE)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise InvalidError(_("Say whether to hide what was found or to leave it as it is."))
    decide_open(
        actor=request.user,
        conversation=conversation,
        state=form.cleaned_data["state"],
        now=timezone.now(),
    )
    return redirect("conversations:redact", conversation.uid)


@require_POST
def decide_one(request: AuthedRequest, uid: UUID) -> HttpResponse:
    redaction, _place = get_redaction_for(request.user, uid, May.MANAGE)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise InvalidError(_("Say whether to hide this place or to leave it as it is."))
    state, now = form.cleaned_data["state"], timezone.now()
    if state == ALWAYS:
        leave_always(actor=request.user, redaction=redaction, now=now)
    elif form.cleaned_data["everywhere"]:
        decide_same(actor=request.user, redaction=redaction, state=state, now=now)
    else:
        decide(actor=request.user, redaction=redaction, state=state, now=now)
    following = next_open(RedactionPage(redaction.conversation), redaction)
    address = reverse("conversations:redact", args=[redaction.conversation.uid])
    return redirect(f"{address}#place-{following.uid}" if following else address)
