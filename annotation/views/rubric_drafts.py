"""Writing a rubric: the editor of a draft, its preview, publishing and discarding it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from annotation import rubric_forms
from annotation.access import get_rubric_version_for
from annotation.models import Rubric, RubricVersion
from annotation.rubric_diff import Sort
from annotation.rubric_editor import Editor, Problems
from annotation.rubric_effects import Effect, effects_of, frame_texts
from annotation.rubric_files import UploadForm
from annotation.rubric_preview import rehearse
from annotation.rubric_schema import RubricProblem, normalise, validate_rubric
from annotation.services import rubrics
from annotation.views.rubrics import preview_language
from core.errors import DomainError, InvalidError
from core.http import AuthedRequest

SAVES = ("save", "publish")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The editor. A button that adds, moves or removes changes the page, only “save” the draft."""
    version, place = get_rubric_version_for(request.user, uid, May.MANAGE)
    rubrics.refuse_published(version)
    if request.method != "POST":
        data = normalise(rubrics.rubric_data(version))
        warnings = [problem for problem in validate_rubric(data) if not problem.is_error]
        return show_editor(request, version, place, rubric_forms.typed_from(data), warnings)
    typed = rubric_forms.read(request.POST)
    act = request.POST.get("do", "save")
    if act not in SAVES:
        return _change(request, version, place, typed, act)
    return _save(request, version, place, typed, then=act)


def _change(
    request: AuthedRequest,
    version: RubricVersion,
    place: Place,
    typed: rubric_forms.Typed,
    act: str,
) -> HttpResponse:
    if act.startswith("show "):
        return show_editor(request, version, place, typed)
    try:
        focus = rubric_forms.change(typed, act)
    except InvalidError as refusal:
        return show_editor(request, version, place, typed, refusal=refusal)
    return show_editor(request, version, place, typed, focus=focus)


def _save(
    request: AuthedRequest,
    version: RubricVersion,
    place: Place,
    typed: rubric_forms.Typed,
    *,
    then: str,
) -> HttpResponse:
    data = rubric_forms.as_rubric(typed, version.rubric.slug)
    try:
        rubrics.save_draft(
            actor=request.user,
            version=version,
            data=data,
            note=request.POST.get("note"),
            seen=request.POST.get("seen", ""),
        )
    except DomainError as refusal:
        problems = rubrics.draft_problems(data) if isinstance(refusal, InvalidError) else []
        return show_editor(request, version, place, typed, problems, refusal=refusal)
    if then == "publish":
        return redirect("annotation:rubric_publish", version.uid)
    messages.success(request, _("The draft is saved."))
    return redirect("annotation:rubric_edit", version.uid)


def show_editor(
    request: AuthedRequest,
    version: RubricVersion,
    place: Place,
    typed: rubric_forms.Typed,
    problems: Sequence[RubricProblem] = (),
    *,
    refusal: DomainError | None = None,
    focus: str = "",
) -> HttpResponse:
    """The editor with what was typed; alone its fields where only they are swapped."""
    editor = Editor(typed, Problems(problems), holds_by_key(version.rubric), focus)
    has_seen_it = request.method == "POST" and getattr(refusal, "code", "") != "draft_changed"
    context = {
        "version": version,
        "rubric": version.rubric,
        "editor": editor,
        "refusal": None if editor.errors else refusal,
        "is_unsaved": request.method == "POST",
        "is_too_large": rubric_forms.n_fields(typed) > rubric_forms.MAX_FIELDS,
        "note": request.POST.get("note", version.note),
        "seen": request.POST.get("seen") if has_seen_it else rubrics.draft_hash(version),
        "upload_form": UploadForm(),
        **preview_of(request, version, typed),
    }
    status = refusal.status if refusal else 200
    if request.htmx:
        return render(request, "annotation/_rubric_fields.html", context, status=status)
    template = "annotation/rubric_edit.html"
    return page(request, place, template, context, nav="rubrics", status=status)


def preview_of(
    request: AuthedRequest, version: RubricVersion, typed: rubric_forms.Typed
) -> dict[str, Any]:
    data = rubric_forms.as_rubric(typed, version.rubric.slug)
    language = preview_language(request)
    return {
        "rehearsal": rehearse(data, validate_rubric(data), language),
        "preview": language,
        "version": version,
    }


@require_POST
def preview(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The rater's view of what stands in the editor now, saved or not."""
    version, _place = get_rubric_version_for(request.user, uid, May.MANAGE)
    context = preview_of(request, version, rubric_forms.read(request.POST))
    return render(request, "annotation/_rubric_preview.html", {**context, "is_editing": True})


def holds_by_key(rubric: Rubric) -> dict[str, list[Any]]:
    by_key = defaultdict(list)
    for hold in rubrics.open_holds(rubric):
        by_key[hold.criterion.key].append(hold)
    return by_key


@require_POST
def replace(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Put a file in the place of the whole draft."""
    version, place = get_rubric_version_for(request.user, uid, May.MANAGE)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data["file"]
        rubrics.save_draft(actor=request.user, version=version, data=data)
        messages.success(request, _("The draft now says what the file says."))
        return redirect("annotation:rubric_edit", version.uid)
    context = {"version": version, "rubric": version.rubric, "form": form}
    template = "annotation/rubric_replace.html"
    return page(request, place, template, context, nav="rubrics", status=422)


@require_safe
def confirm_publish(request: AuthedRequest, uid: UUID) -> HttpResponse:
    version, place = get_rubric_version_for(request.user, uid, May.MANAGE)
    rubrics.refuse_published(version)
    data = rubrics.rubric_data(version)
    earlier = rubrics.last_published(version.rubric)
    effects = effects_of(earlier, version) if earlier else []
    context = {
        "version": version,
        "rubric": version.rubric,
        "editor": Editor(rubric_forms.typed_from(normalise(data)), Problems(validate_rubric(data))),
        "earlier": earlier,
        "effects": effects,
        "frame_texts": frame_texts(earlier, version) if earlier else [],
        "holds": [
            hold
            for hold in rubrics.open_holds(version.rubric)
            if hold.criterion.key in changed_keys(effects)
        ],
    }
    return page(request, place, "annotation/rubric_publish.html", context, nav="rubrics")


def changed_keys(effects: Sequence[Effect]) -> set[str]:
    """The earlier keys of criteria whose words or scale are other ones now."""
    changed = {Sort.SCALE_CHANGED, Sort.REWORDED, Sort.TRANSLATED, Sort.REMOVED}
    return {effect.change.old_key for effect in effects if effect.change.sort in changed}


@require_POST
def publish(request: AuthedRequest, uid: UUID) -> HttpResponse:
    version, _place = get_rubric_version_for(request.user, uid, May.MANAGE)
    now = timezone.now()
    published = rubrics.publish_version(
        actor=request.user, version=version, now=now, lift=set(request.POST.getlist("lift"))
    )
    messages.success(request, _("Version %(number)d is published.") % {"number": published.number})
    return redirect("annotation:rubric_version", published.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthedRequest, uid: UUID) -> HttpResponse:
    version, place = get_rubric_version_for(request.user, uid, May.MANAGE)
    rubrics.refuse_published(version)
    if request.method == "POST":
        rubrics.discard_draft(actor=request.user, version=version)
        messages.success(request, _("The draft is discarded."))
        return redirect("annotation:rubrics", place.project.uid)
    context = {"version": version, "rubric": version.rubric}
    return page(request, place, "annotation/rubric_discard.html", context, nav="rubrics")
