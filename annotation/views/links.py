"""Links for end users, from the team's side: make, look after, extend, withdraw."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from annotation.access import get_link_for, get_study_for
from annotation.link_forms import ExtendLinkForm, LinkForm
from annotation.link_page import LinkLine, link_lines
from annotation.models import Study
from annotation.services.links import extend_link, make_link, revoke_link, why_no_links
from core.errors import InvalidError
from core.http import AuthedRequest
from core.phrases import consecutive, labelled
from core.qr import qr_svg


@require_safe
def links(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    return show_links(request, study, place)


def show_links(
    request: AuthedRequest,
    study: Study,
    place: Place,
    form: LinkForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    lines = link_lines(study, timezone.now())
    context = {
        "study": study,
        "lines": [with_address(request, line) for line in lines],
        "no_links": why_no_links(study),
        "form": form or LinkForm(),
    }
    return page(request, place, "annotation/links.html", context, nav="studies", status=status)


def with_address(request: AuthedRequest, line: LinkLine) -> tuple[LinkLine, str, str]:
    """A link with its whole address, in letters and, while somebody can join, as a QR code."""
    address = request.build_absolute_uri(line.path)
    return line, address, "" if line.shut else qr_svg(address)


@require_POST
def make(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.MANAGE)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return show_links(request, study, place, form, status=422)
    make_link(
        actor=request.user, study=study, consent=form.consent, now=timezone.now(), **form.facts
    )
    messages.success(request, _("The link is ready. Copy it and send it."))
    return redirect("annotation:links", study.uid)


@require_POST
def extend(request: AuthedRequest, uid: UUID) -> HttpResponse:
    link, _place = get_link_for(request.user, uid, May.MANAGE)
    form = ExtendLinkForm(request.POST)
    if not form.is_valid():
        raise InvalidError(
            consecutive(
                labelled(form.fields[name].label, said[0]) for name, said in form.errors.items()
            )
        )
    extend_link(actor=request.user, link=link, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Extended. Those who joined before can go on, too."))
    return redirect(link)


@require_POST
def revoke(request: AuthedRequest, uid: UUID) -> HttpResponse:
    link, _place = get_link_for(request.user, uid, May.MANAGE)
    revoke_link(actor=request.user, link=link, now=timezone.now())
    messages.success(request, _("Withdrawn. What was submitted stays."))
    return redirect(link)
