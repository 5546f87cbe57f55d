"""Surveys from the team's side: the list, a new one, one survey and what can happen to it."""

from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from core.errors import DomainError, InvalidError
from core.http import AuthedRequest
from core.qr import qr_svg
from surveys.access import get_survey_for, get_survey_version_for
from surveys.forms import NewSurveyForm, SurveySettingsForm
from surveys.models import Survey, SurveyVersion
from surveys.new_surveys import blank_document, document_from, left_out_note
from surveys.services import surveys
from surveys.snippets import frame_snippet, in_page_snippet, live_key
from surveys.survey_reading import to_read
from surveys.survey_rows import survey_rows
from surveys.survey_templates import survey_template, survey_templates
from surveys.surveyjs_export import to_surveyjs
from surveys.version_effects import effects_of


@require_safe
def survey_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    search, state = request.GET.get("q", "").strip()[:120], request.GET.get("state", "")
    context = {
        "rows": survey_rows(place.project, search.replace("\x00", ""), state),
        "has_any": Survey.objects.filter(project=place.project).exists(),
        "search": search,
        "state": state,
        "states": Survey.State.choices,
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "surveys/surveys.html", context, nav="surveys")


@require_safe
def survey_new(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    return _show_new(request, place, NewSurveyForm())


def _show_new(
    request: AuthedRequest,
    place: Place,
    form: NewSurveyForm,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "templates": survey_templates(),
        "import_url": reverse("surveys:import", args=[place.project.uid]),
    }
    return page(request, place, "surveys/survey_new.html", context, nav="surveys", status=status)


@require_safe
def template_page(request: AuthedRequest, uid: UUID, key: str) -> HttpResponse:
    """One template, readable to the last choice before anything is made of it."""
    place = get_place_for(request.user, uid, May.MANAGE)
    template = survey_template(key)
    context = {"template": template, "pages": to_read(template.document)}
    return page(request, place, "surveys/survey_template.html", context, nav="surveys")


@require_POST
def create(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """From a template, from JSON, or empty with a name."""
    place = get_place_for(request.user, uid, May.MANAGE)
    key = request.POST.get("template", "")
    form = NewSurveyForm(request.POST, request.FILES)
    left_out: list[str] = []
    try:
        if key:
            template = survey_template(key)
            name, document = template.name, template.document
        elif not form.is_valid():
            return _show_new(request, place, form, status=422)
        elif (data := form.cleaned_data.get("data")) is not None:
            name, (document, left_out) = form.cleaned_data["name"], document_from(data)
        else:
            name, document = form.cleaned_data["name"], blank_document()
        survey = surveys.create_survey(
            actor=request.user, project=place.project, name=name, document=document, template=key
        )
    except InvalidError as refusal:
        return _show_new(request, place, form, refusal=refusal, status=422)
    if left_out:
        messages.warning(request, left_out_note(left_out))
    return redirect("surveys:survey_edit", survey.uid)


@require_safe
def survey_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.READ)
    versions = list(survey.versions.select_related("published_by").order_by("-number"))
    published = [v for v in versions if v.state == SurveyVersion.State.PUBLISHED]
    address = request.build_absolute_uri(reverse("surveys:hosted", args=[survey.slug]))
    key = live_key(survey)
    context = {
        "survey": survey,
        "versions": versions,
        "published": published[0] if published else None,
        "draft": versions[0] if versions[0].state == SurveyVersion.State.DRAFT else None,
        "address": address,
        "report_url": reverse("analytics:survey_report", args=[survey.uid]) if published else "",
        "has_key": key is not None,
        "qr": qr_svg(address),
        "in_page": in_page_snippet(request, survey, key),
        "frame": frame_snippet(request, survey),
        "may_manage": place.may(May.MANAGE),
        "counts": counts_of(survey),
    }
    return page(request, place, "surveys/survey.html", context, nav="surveys")


def counts_of(survey: Survey) -> dict[str, int]:
    return {
        "begun": survey.responses.filter(state="partial").count(),
        "complete": survey.responses.filter(state="complete").count(),
        "links": survey.links.count(),
    }


@require_safe
def version_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    version, place = get_survey_version_for(request.user, uid, May.READ)
    survey = version.survey
    earlier = survey.versions.filter(number__lt=version.number).order_by("-number").first()
    try:
        parts, broken = to_read(version.document), ""
    except InvalidError as error:
        parts, broken = [], error.message
    context = {
        "survey": survey,
        "version": version,
        "pages": parts,
        "broken": broken,
        "earlier": earlier,
        "effects": effects_of(earlier, version) if earlier and not broken else [],
        "n_responses": version.responses.count(),
    }
    return page(request, place, "surveys/survey_version.html", context, nav="surveys")


@require_safe
def version_json(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The version as a file, from which any project can make a survey again."""
    version, _place = get_survey_version_for(request.user, uid, May.READ)
    document, name = version.document, f"{version.survey.slug}-v{version.number}"
    if request.GET.get("as") == "surveyjs":
        document, name = to_surveyjs(document), f"{name}-surveyjs"
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@require_POST
def pause(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, _place = get_survey_for(request.user, uid, May.MANAGE)
    surveys.pause_survey(actor=request.user, survey=survey)
    messages.success(request, _("Paused. Whoever opens it is told to come again later."))
    return redirect(survey)


@require_POST
def reopen(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, _place = get_survey_for(request.user, uid, May.MANAGE)
    surveys.reopen_survey(actor=request.user, survey=survey)
    messages.success(request, _("The survey takes answers again."))
    return redirect(survey)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.MANAGE)
    if request.method == "POST":
        surveys.close_survey(actor=request.user, survey=survey)
        messages.success(request, _("The survey is closed."))
        return redirect(survey)
    context = {
        "title": _("Close “%(survey)s”") % {"survey": survey},
        "finding": _("A closed survey does not open again. Make a copy to ask once more."),
        "words": _("The answers stay, and so does the report."),
        "action": request.path,
        "button": _("Close the survey"),
        "back": survey.get_absolute_url(),
    }
    return page(request, place, "components/_confirm.html", context, nav="surveys")


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.MANAGE)
    form = SurveySettingsForm(request.POST or None, instance=survey)
    if request.method == "POST" and form.is_valid():
        try:
            changes = form.changes()
            surveys.change_settings(actor=request.user, survey=survey, changes=changes)
        except InvalidError as refusal:
            for name, words in (refusal.fields or {"": refusal.message}).items():
                form.add_error(name or None, words)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("surveys:survey", survey.uid)
    context = {"survey": Survey.objects.get(pk=survey.pk), "form": form}
    status = 422 if form.errors else 200
    return page(
        request, place, "surveys/survey_settings.html", context, nav="surveys", status=status
    )


@require_POST
def copy(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.MANAGE)
    name = _("%(survey)s, copy") % {"survey": survey.name[:100]}
    twin = surveys.copy_survey(actor=request.user, survey=survey, project=place.project, name=name)
    return redirect("surveys:survey_edit", twin.uid)
