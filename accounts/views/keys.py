"""Keys of a team's programs: made, listed, revoked by its owner."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, get_api_key_for, get_team_for
from accounts.forms import ApiKeyForm
from accounts.keys import make_api_key, revoke_api_key
from accounts.models import ApiKey, Role, Team
from core.http import AuthedRequest


@require_safe
def key_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    team, _role = get_team_for(request.user, uid, May.ADMINISTER)
    return show_keys(request, team, ApiKeyForm(team=team))


def show_keys(
    request: AuthedRequest, team: Team, form: ApiKeyForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    keys = (
        ApiKey.objects.filter(project__team=team)
        .select_related("project", "member", "created_by")
        .order_by("-pk")
    )
    context = {
        "team": team,
        "keys": [(key, key.has_expired(now)) for key in keys],
        "form": form,
        "secret": secret,
        "has_project": team.projects.exists(),
    }
    return render(request, "accounts/keys.html", context, status=status)


@never_cache
@require_POST
def make(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Answers with the secret itself: after a redirect it would have to be kept somewhere."""
    team, _role = get_team_for(request.user, uid, May.ADMINISTER)
    form = ApiKeyForm(request.POST, team=team)
    if not form.is_valid():
        return show_keys(request, team, form, status=422)
    given = form.cleaned_data
    _key, secret = make_api_key(
        actor=request.user,
        project=given["project"],
        name=given["name"],
        role=Role(given["role"]),
        days=given["days"],
        now=timezone.now(),
    )
    return show_keys(request, team, ApiKeyForm(team=team), secret=secret)


@require_POST
def revoke(request: AuthedRequest, uid: UUID) -> HttpResponse:
    key = get_api_key_for(request.user, uid, May.ADMINISTER)
    revoke_api_key(actor=request.user, key=key, now=timezone.now())
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key})
    return redirect("accounts:keys", key.project.team.uid)
