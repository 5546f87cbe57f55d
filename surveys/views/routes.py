"""From feedback to raters: the team's page of routes."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from core.http import AuthedRequest
from surveys.access import get_route_for
from surveys.route_forms import RouteForm, studies_for_routes
from surveys.route_page import route_lines
from surveys.services.routing import make_route, switch_route


@require_safe
def routes(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    return show_routes(request, place)


def show_routes(
    request: AuthedRequest, place: Place, form: RouteForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "lines": list(route_lines(place.project)),
        "may_make": place.may(May.MANAGE),
        "has_studies": studies_for_routes(place.project).exists(),
        "form": form or RouteForm(None, project=place.project),
    }
    return page(request, place, "surveys/routes.html", context, nav="feedback", status=status)


@require_POST
def make(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = RouteForm(request.POST, project=place.project)
    if not form.is_valid():
        return show_routes(request, place, form, status=422)
    seed = secrets.randbelow(2**31)
    make_route(actor=request.user, seed=seed, now=timezone.now(), **form.facts)
    messages.success(request, _("From now on such conversations come to the raters."))
    return redirect("surveys:routes", place.project.uid)


@require_POST
def switch(request: AuthedRequest, uid: UUID) -> HttpResponse:
    route, place = get_route_for(request.user, uid, May.MANAGE)
    switch_route(actor=request.user, route=route, active=not route.active)
    return redirect("surveys:routes", place.project.uid)
