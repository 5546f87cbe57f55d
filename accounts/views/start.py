"""Where one arrives after signing in, and the choices that follow a person everywhere."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Membership, Project, Role, Team
from core.http import AuthedRequest


@dataclass(frozen=True)
class TeamLine:
    """A team with those of its projects that the person may see."""

    team: Team
    projects: list[Project]
    is_owned: bool

    @classmethod
    def of(cls, membership: Membership, projects: list[Project]) -> "TeamLine":
        team = membership.team
        own = [project for project in projects if project.team_id == team.pk]
        return cls(team, own, membership.role == Role.OWNER)


@require_safe
def start(request: AuthedRequest) -> HttpResponse:
    """Raters go to their work, everybody else to their project, or to the list of several."""
    memberships = list(
        Membership.objects.filter(user=request.user).select_related("team").order_by("team__name")
    )
    if memberships and all(one.role == Role.RATER for one in memberships):
        return redirect("annotation:my_studies")
    projects = list(
        Project.objects.visible_to(request.user)
        .select_related("team")
        .order_by("team__name", "name")
    )
    if len(projects) == 1 and "all" not in request.GET:
        return redirect("gold:home", projects[0].uid)
    teams = [TeamLine.of(membership, projects) for membership in memberships]
    context = {"teams": teams, "memberships": memberships}
    return render(request, "accounts/start.html", context)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language with the person and in this browser, and go back."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)  # an address, never the name of a page
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=31_536_000, samesite="Lax"
        )
    return response
