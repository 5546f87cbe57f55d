"""The builder of a survey's draft: every change is saved, with script or without."""

from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from core.errors import DomainError, InvalidError
from core.http import AuthedRequest
from core.text import canonical
from surveys.access import get_survey_for
from surveys.builder_page import Builder
from surveys.document_check import document_problems, errors_of
from surveys.draft_changes import change
from surveys.draft_forms import MAX_FIELDS, Node, as_document, n_fields, read, typed_from
from surveys.models import Survey, SurveyVersion
from surveys.services import surveys
from surveys.version_effects import effects_of

SAVES = ("save", "publish")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.MANAGE)
    draft = survey.versions.filter(state=SurveyVersion.State.DRAFT).first()
    if draft is None:
        return redirect(survey)
    if request.method != "POST":
        return show_builder(request, draft, place, typed_from(draft.document))
    typed, act = read(request.POST), request.POST.get("do", "")
    focus, refusal = "", None
    if act and act not in SAVES:
        typed, focus, refusal = _changed(request, typed, act)
    if refusal is None:
        refusal = _save(request, draft, typed)
    if refusal is None and act in SAVES and not request.htmx:
        return _after(draft, act)
    return show_builder(request, draft, place, typed, focus=focus, refusal=refusal)


def _changed(request: AuthedRequest, typed: Node, act: str) -> tuple[Node, str, DomainError | None]:
    if act == "undo":
        return _before(request, typed), "", None
    try:
        language = request.POST.get("new_language", "").strip()
        return typed, change(typed, act, language=language), None
    except InvalidError as refusal:
        return typed, "", refusal


def _before(request: AuthedRequest, typed: Node) -> Node:
    """The document before the last change, which the page carries with it."""
    try:
        found = orjson.loads(request.POST.get("before", ""))
    except orjson.JSONDecodeError:
        return typed
    return typed_from(found) if isinstance(found, dict) else typed


def _save(request: AuthedRequest, draft: SurveyVersion, typed: Node) -> DomainError | None:
    try:
        surveys.save_draft(
            actor=request.user,
            survey=draft.survey,
            document=as_document(typed),
            now=timezone.now(),
            seen=request.POST.get("seen", ""),
        )
    except DomainError as refusal:
        return refusal
    return None


def _after(draft: SurveyVersion, act: str) -> HttpResponse:
    name = "survey_publish" if act == "publish" else "survey_edit"
    return redirect(f"surveys:{name}", draft.survey.uid)


def show_builder(
    request: AuthedRequest,
    draft: SurveyVersion,
    place: Place,
    typed: Node,
    *,
    focus: str = "",
    refusal: DomainError | None = None,
) -> HttpResponse:
    """The builder with what was typed; alone its parts where script asks for them."""
    document = as_document(typed)
    context = {
        "survey": draft.survey,
        "version": draft,
        "builder": Builder(typed, document_problems(document), focus),
        "refusal": refusal,
        "is_too_large": n_fields(typed) > MAX_FIELDS,
        "earlier": surveys.published_version(draft.survey),
        **_state(request, draft, document, refusal),
    }
    status = refusal.status if refusal else 200
    if request.htmx:
        pressed = "surveys/_builder_changed.html" if "do" in request.POST else _AUTOSAVED
        response = render(request, pressed, context, status=status)
        response["HX-Trigger-After-Settle"] = "draft-saved"
        return response
    return page(request, place, "surveys/builder.html", context, nav="surveys", status=status)


_AUTOSAVED = "surveys/_builder_saved.html"


def _state(
    request: AuthedRequest, draft: SurveyVersion, document: Node, refusal: DomainError | None
) -> dict[str, Any]:
    """What the page sends back: which draft it knows, and what undoing brings.

    `draft` is the row as it was before this save. Where somebody else saved meanwhile, the writer
    has now been told, so the next save may write over it.
    """
    stored = SurveyVersion.objects.get(pk=draft.pk)
    is_change = request.method == "POST" and draft.document != document
    before = canonical(draft.document).decode() if is_change else request.POST.get("before", "")
    return {
        "seen": surveys.draft_hash(stored),
        "before": before if refusal is None else request.POST.get("before", ""),
        "saved_at": stored.updated_at,
    }


@require_safe
def confirm_publish(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.MANAGE)
    draft = survey.versions.filter(state=SurveyVersion.State.DRAFT).first()
    if draft is None:
        return redirect(survey)
    problems = document_problems(draft.document)
    earlier = surveys.published_version(survey)
    context = {
        "survey": survey,
        "version": draft,
        "builder": Builder(typed_from(draft.document), problems),
        "earlier": earlier,
        "effects": effects_of(earlier, draft) if earlier and not errors_of(problems) else None,
    }
    return page(request, place, "surveys/survey_publish.html", context, nav="surveys")


@require_POST
def publish(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, _place = get_survey_for(request.user, uid, May.MANAGE)
    version = surveys.publish_survey(actor=request.user, survey=survey, now=timezone.now())
    messages.success(request, _("Version %(number)d is published.") % {"number": version.number})
    return redirect(survey)


@require_POST
def start_draft(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, _place = get_survey_for(request.user, uid, May.MANAGE)
    surveys.start_draft(actor=request.user, survey=survey)
    return redirect("surveys:survey_edit", survey.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.MANAGE)
    if request.method == "POST":
        surveys.discard_draft(actor=request.user, survey=survey)
        messages.success(request, _("The draft is discarded."))
        return redirect(survey)
    context = {
        "title": _("Discard the draft of “%(survey)s”") % {"survey": survey},
        "finding": _("What stands in the draft goes. Published versions and answers stay."),
        "action": request.path,
        "button": _("Discard the draft"),
        "back": reverse("surveys:survey_edit", args=[survey.uid]),
    }
    return page(request, place, "components/_confirm.html", context, nav="surveys")


def draft_of(survey: Survey) -> SurveyVersion:
    """What a preview shows: the draft, or what is asked now."""
    return survey.versions.order_by("-number")[0]
