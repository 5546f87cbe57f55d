"""Rubrics: the list, a version as raters see it, what happens to it. Writing: `rubric_drafts`."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.models import Project
from accounts.pages import page
from annotation import rubric_templates
from annotation.access import get_rubric_for, get_rubric_version_for
from annotation.models import Rubric, RubricVersion
from annotation.rubric_effects import effects_of, frame_texts
from annotation.rubric_files import NewRubricForm, file_name, written
from annotation.rubric_preview import rehearse, unsaved
from annotation.rubric_purposes import PURPOSES
from annotation.rubric_schema import normalise
from annotation.rubric_shape import LANGUAGES
from annotation.services import rubrics
from annotation.services.examples import waiting_examples
from core.errors import InvalidError
from core.http import AuthedRequest


@require_safe
def rubric_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    rows = rubric_rows(place.project)
    context = {
        "rubrics": [row for row in rows if not row.rubric.archived_at],
        "archived": [row for row in rows if row.rubric.archived_at],
        "templates": _templates(),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "annotation/rubrics.html", context, nav="rubrics")


@dataclass(frozen=True)
class Row:
    """A rubric in the list, with what is newest of it."""

    rubric: Rubric
    newest: RubricVersion | None
    draft: RubricVersion | None
    n_studies: int


def rubric_rows(project: Project) -> list[Row]:
    rows = project.rubrics.annotate(n_studies=Count("versions__studies")).prefetch_related(
        Prefetch("versions", RubricVersion.objects.order_by("-number"))
    )
    return [_row(rubric) for rubric in rows.order_by("-pk")]


def _row(rubric: Any) -> Row:
    by_state = {version.state: version for version in reversed(rubric.versions.all())}
    return Row(
        rubric,
        newest=by_state.get(RubricVersion.State.PUBLISHED),
        draft=by_state.get(RubricVersion.State.DRAFT),
        n_studies=rubric.n_studies,
    )


@require_safe
def rubric_new(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    return _show_new(request, place, NewRubricForm())


@require_safe
def rubric_template(request: AuthedRequest, uid: UUID, key: str) -> HttpResponse:
    """One template, readable to the last anchor before anything is made of it."""
    place = get_place_for(request.user, uid, May.MANAGE)
    data = normalise(rubric_templates.template(key))
    language = preview_language(request)
    context = {
        "key": key,
        "purpose": PURPOSES[key],
        "rubric": data,
        "criteria": [unsaved(criterion) for criterion in data["criteria"]],
        "rehearsal": rehearse(data, [], language),
        "preview": language,
    }
    return page(request, place, "annotation/rubric_template.html", context, nav="rubrics")


@require_POST
def create_rubric(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """From a template, from a file, or empty with a name."""
    place = get_place_for(request.user, uid, May.MANAGE)
    key = request.POST.get("template", "")
    form = NewRubricForm(request.POST, request.FILES)
    try:
        if key:
            data = rubric_templates.template(key)
        elif form.is_valid():
            data = form.rubric()
        else:
            return _show_new(request, place, form, status=422)
        version = rubrics.create_rubric(
            actor=request.user, project=place.project, data=data, template=key
        )
    except InvalidError as refusal:
        return _show_new(request, place, form, refusal=refusal, status=422)
    return redirect("annotation:rubric_edit", version.uid)


def _show_new(
    request: AuthedRequest,
    place: Place,
    form: NewRubricForm,
    *,
    refusal: InvalidError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "refusal": refusal, "templates": _templates()}
    return page(request, place, "annotation/rubric_new.html", context, nav="rubrics", status=status)


def _templates() -> list[dict[str, object]]:
    return [
        {
            **data,
            "purpose": PURPOSES[data["key"]],
            "criteria": [unsaved(criterion) for criterion in data["criteria"]],
        }
        for data in (
            normalise(rubric_templates.template(key)) for key in rubric_templates.TEMPLATES
        )
    ]


@require_safe
def rubric_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The newest published version; the draft, where nothing is published yet."""
    rubric, place = get_rubric_for(request.user, uid, May.READ)
    versions = rubric.versions.select_related("rubric").order_by("-state", "-number")
    newest = versions.first()
    if newest is None:
        return redirect("annotation:rubrics", place.project.uid)
    return show_version(request, newest, place)


@require_safe
def rubric_version(request: AuthedRequest, uid: UUID) -> HttpResponse:
    version, place = get_rubric_version_for(request.user, uid, May.READ)
    return show_version(request, version, place)


def show_version(request: AuthedRequest, version: RubricVersion, place: Place) -> HttpResponse:
    rubric = version.rubric
    versions = list(rubric.versions.select_related("published_by").order_by("-number"))
    earlier = next((one for one in versions if one.number < version.number), None)
    data = rubrics.rubric_data(version)
    language = preview_language(request)
    context = {
        "rubric": rubric,
        "version": version,
        "versions": versions,
        "draft": next((one for one in versions if one.state == RubricVersion.State.DRAFT), None),
        "criteria": version.criteria.order_by("position"),
        "rehearsal": rehearse(data, [], language),
        "preview": language,
        "earlier": earlier,
        "effects": effects_of(earlier, version) if earlier else [],
        "frame_texts": frame_texts(earlier, version) if earlier else [],
        "holds": rubrics.open_holds(rubric),
        "examples": waiting_examples(rubric),
        "studies": version.studies.order_by("-pk"),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "annotation/rubric.html", context, nav="rubrics")


def preview_language(request: AuthedRequest) -> str:
    """The language in which the rater's view is shown: the one asked for, else the page's."""
    pressed = request.POST.get("do", "").removeprefix("show ")
    kept = request.POST.get("preview") or request.GET.get("preview")
    asked = pressed if pressed in LANGUAGES else kept
    return asked if asked in LANGUAGES else (get_language() or "en").split("-")[0]


@require_POST
def start_draft(request: AuthedRequest, uid: UUID) -> HttpResponse:
    rubric, _place = get_rubric_for(request.user, uid, May.MANAGE)
    draft = rubrics.start_draft(actor=request.user, rubric=rubric)
    return redirect("annotation:rubric_edit", draft.uid)


@require_POST
def archive(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Off the list, or back on it, as the button said: sent twice, it is done once."""
    rubric, place = get_rubric_for(request.user, uid, May.MANAGE)
    if request.POST.get("do") == "restore":
        rubrics.unarchive_rubric(actor=request.user, rubric=rubric)
    else:
        rubrics.archive_rubric(actor=request.user, rubric=rubric, now=timezone.now())
        messages.success(request, _("The rubric is archived. Studies that use it go on."))
    return redirect("annotation:rubrics", place.project.uid)


@require_safe
def rubric_json(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The version as a file in the one shape, which any project can import again."""
    version, _place = get_rubric_version_for(request.user, uid, May.READ)
    response = HttpResponse(written(rubrics.rubric_data(version)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{file_name(version)}"'
    return response
