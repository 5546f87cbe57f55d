"""Links to a survey, from the team's side: made by the hundred, listed, extended, withdrawn."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from core.csv_cells import block
from core.errors import DomainError, InvalidError
from core.http import AuthedRequest
from core.phrases import consecutive, labelled
from core.qr import qr_svg
from surveys.access import get_survey_for, get_survey_link_for
from surveys.link_forms import ExtendLinkForm, LinkForm
from surveys.models import Survey
from surveys.services import survey_links
from surveys.survey_link_page import found_links, link_lines

A_PAGE = 50
FEW = 10
"""So many links are found at a glance."""
LONGEST_SEARCH = 120


@require_safe
def links(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.MANAGE)
    return show_links(request, survey, place)


def show_links(
    request: AuthedRequest,
    survey: Survey,
    place: Place,
    form: LinkForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:LONGEST_SEARCH].replace("\x00", "")
    n_links = survey.links.count()
    found = found_links(survey, search)
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "survey": survey,
        "n_links": n_links,
        "n_found": shown.paginator.count,
        "search": search,
        "may_search": n_links > FEW or bool(search),
        "newer": _page(search, shown.previous_page_number()) if shown.has_previous() else "",
        "older": _page(search, shown.next_page_number()) if shown.has_next() else "",
        "lines": link_lines(list(shown), survey, request.build_absolute_uri("/"), timezone.now()),
        "form": form or LinkForm(),
        "takes_none": survey.state == Survey.State.CLOSED or survey.imported,
    }
    return page(request, place, "surveys/links.html", context, nav="surveys", status=status)


def _page(search: str, number: int) -> str:
    return f"?{urlencode({'q': search, 'page': number} if search else {'page': number})}"


@require_POST
def make(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.MANAGE)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            made = survey_links.make_links(
                actor=request.user, survey=survey, now=timezone.now(), **form.facts
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request,
                ngettext(
                    "The link is ready. Copy it, or download it as CSV.",
                    "%(n)d links are ready. Copy them, or download them as CSV.",
                    len(made),
                )
                % {"n": len(made)},
            )
            return redirect("surveys:survey_links", survey.uid)
    return show_links(request, survey, place, form, status=422)


@require_safe
def links_csv(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """All links of the survey with their addresses, for a mail merge."""
    survey, _place = get_survey_for(request.user, uid, May.MANAGE)
    lines = link_lines(
        survey.links.order_by("pk").iterator(),
        survey,
        request.build_absolute_uri("/"),
        timezone.now(),
    )
    rows: list[list[Any]] = [
        ["name", "url", "quota", "answered", "expires_at", "revoked"],
        *(
            [
                line.link.name,
                line.address,
                line.link.quota,
                line.link.n_used,
                line.link.expires_at.isoformat(),
                "yes" if line.link.revoked_at else "",
            ]
            for line in lines
        ),
    ]
    response = HttpResponse(block(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{survey.slug}-links.csv"'
    return response


@require_safe
def link_code(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """One link on a page to print: its address and its QR code."""
    link, place = get_survey_link_for(request.user, uid, May.MANAGE)
    [line] = link_lines([link], link.survey, request.build_absolute_uri("/"), timezone.now())
    context = {"survey": link.survey, "line": line, "qr": qr_svg(line.address)}
    return page(request, place, "surveys/link_code.html", context, nav="surveys")


@require_POST
def extend(request: AuthedRequest, uid: UUID) -> HttpResponse:
    link, _place = get_survey_link_for(request.user, uid, May.MANAGE)
    form = ExtendLinkForm(request.POST)
    if not form.is_valid():
        said = (labelled(form.fields[name].label, words[0]) for name, words in form.errors.items())
        raise InvalidError(consecutive(said))
    survey_links.extend_link(actor=request.user, link=link, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Extended."))
    return redirect("surveys:survey_links", link.survey.uid)


@require_POST
def revoke(request: AuthedRequest, uid: UUID) -> HttpResponse:
    link, _place = get_survey_link_for(request.user, uid, May.MANAGE)
    survey_links.revoke_link(actor=request.user, link=link, now=timezone.now())
    messages.success(request, _("Withdrawn. What was answered stays."))
    return redirect("surveys:survey_links", link.survey.uid)
