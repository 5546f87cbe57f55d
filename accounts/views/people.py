"""People of a team: who belongs to it, with which role, and the links that let others in."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.access import (
    May,
    get_invitation_for,
    get_membership_for,
    get_place_for,
    get_team_for,
)
from accounts.forms import AuditForm, InviteForm, ProjectForm, RoleForm
from accounts.models import AuditEntry, Role, Team
from accounts.pages import page
from core.http import AuthedRequest, whole
from core.registry import announce

AUDIT_PAGE = 100


@require_safe
def people(request: AuthedRequest, uid: UUID) -> HttpResponse:
    team, _role = get_team_for(request.user, uid, May.ADMINISTER)
    return show_people(request, team, InviteForm(team=team))


def show_people(
    request: AuthedRequest, team: Team, form: InviteForm, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    invitations = team.invitations.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=now
    ).order_by("-created_at")
    context = {
        "team": team,
        "memberships": team.memberships.of_people()
        .select_related("user")
        .prefetch_related("projects")
        .order_by("user__name", "user__email"),
        "invitations": [
            (one, request.build_absolute_uri(one.get_absolute_url())) for one in invitations
        ],
        "roles": Role.choices,
        "form": form,
    }
    return render(request, "accounts/people.html", context, status=status)


@require_POST
def invite(request: AuthedRequest, uid: UUID) -> HttpResponse:
    team, _role = get_team_for(request.user, uid, May.ADMINISTER)
    form = InviteForm(request.POST, team=team)
    if not form.is_valid():
        return show_people(request, team, form, status=422)
    services.invite(
        actor=request.user,
        team=team,
        role=Role(form.cleaned_data["role"]),
        label=form.cleaned_data["label"],
        projects=form.cleaned_data["projects"],
        now=timezone.now(),
    )
    messages.success(request, _("The invitation is ready. Copy its link and send it."))
    return redirect("accounts:people", team.uid)


@require_POST
def revoke(request: AuthedRequest, uid: UUID) -> HttpResponse:
    invitation = get_invitation_for(request.user, uid, May.ADMINISTER)
    services.revoke_invitation(actor=request.user, invitation=invitation, now=timezone.now())
    messages.success(request, _("The invitation was revoked; its link no longer opens."))
    return redirect("accounts:people", invitation.team.uid)


@require_POST
def change_role(request: AuthedRequest, uid: UUID, member: UUID) -> HttpResponse:
    membership = get_membership_for(request.user, uid, member, May.ADMINISTER)
    form = RoleForm(request.POST)
    if form.is_valid():
        services.change_role(
            actor=request.user, membership=membership, role=Role(form.cleaned_data["role"])
        )
        messages.success(
            request,
            _("%(name)s now has the role %(role)s.")
            % {"name": membership.user, "role": Role(membership.role).label},
        )
    return redirect("accounts:people", uid)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthedRequest, uid: UUID, member: UUID) -> HttpResponse:
    """Asked once more, since coming back takes a new invitation."""
    membership = get_membership_for(request.user, uid, member, May.ADMINISTER)
    name = str(membership.user)
    if request.method != "POST":
        return confirm_removal(request, uid, member, name)
    services.remove_member(actor=request.user, membership=membership)
    messages.success(
        request,
        _("%(name)s no longer belongs to the team. Ratings given before stay.") % {"name": name},
    )
    return redirect("accounts:people", uid)


def confirm_removal(request: AuthedRequest, uid: UUID, member: UUID, name: str) -> HttpResponse:
    context = {
        "title": _("Remove %(name)s from the team?") % {"name": name},
        "finding": _("Access ends at once."),
        "lines": [
            _("Ratings and decisions given before stay and keep their name."),
            _("To come back, the person needs a new invitation."),
        ],
        "action": reverse("accounts:remove", args=[uid, member]),
        "button": _("Remove from the team"),
        "back": reverse("accounts:people", args=[uid]),
    }
    return render(request, "components/_confirm.html", context)


@require_safe
def audit_log(request: AuthedRequest, uid: UUID) -> HttpResponse:
    team, _role = get_team_for(request.user, uid, May.ADMINISTER)
    form = AuditForm(request.GET, team=team)
    wanted = form.wanted()
    entries = AuditEntry.objects.filter(team=team, **wanted).select_related("actor", "project")
    if (before := whole(request.GET.get("before"))) is not None:
        entries = entries.filter(pk__lt=before)
    shown = list(entries.order_by("-pk")[: AUDIT_PAGE + 1])
    name_targets(shown)
    more = shown[AUDIT_PAGE - 1].pk if len(shown) > AUDIT_PAGE else None
    kept = urlencode({name: value for name, value in form.data.items() if name in form.fields})
    context = {
        "team": team,
        "form": form,
        "is_filtered": bool(wanted),
        "entries": shown[:AUDIT_PAGE],
        "more": more,
        "kept": kept,
    }
    return render(request, "accounts/audit.html", context)


def name_targets(entries: Iterable[AuditEntry]) -> None:
    """Where a higher floor has better words for what an entry is about, they are shown."""
    uids: dict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        if entry.target_uid:
            uids[entry.target_type].add(entry.target_uid)
    names: dict[UUID, str] = {}
    announce("audit_targets", uids=uids, names=names)
    for entry in entries:
        if entry.target_uid in names:
            entry.target_name = names[entry.target_uid]


@require_safe
def project_new(request: AuthedRequest, uid: UUID) -> HttpResponse:
    team, _role = get_team_for(request.user, uid, May.ADMINISTER)
    return render(request, "accounts/project_new.html", {"team": team, "form": ProjectForm()})


@require_POST
def create_project(request: AuthedRequest, uid: UUID) -> HttpResponse:
    team, _role = get_team_for(request.user, uid, May.ADMINISTER)
    form = ProjectForm(request.POST)
    if not form.is_valid():
        context = {"team": team, "form": form}
        return render(request, "accounts/project_new.html", context, status=422)
    project = services.create_project(actor=request.user, team=team, name=form.cleaned_data["name"])
    return redirect("gold:home", project.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def project_name(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The project under another name; its address and its keys stay."""
    place = get_place_for(request.user, uid, May.ADMINISTER)
    form = ProjectForm(request.POST or None, initial={"name": place.project.name})
    if request.method == "POST" and form.is_valid():
        services.rename_project(
            actor=request.user, project=place.project, name=form.cleaned_data["name"]
        )
        messages.success(request, _("The project has its new name."))
        return redirect("gold:home", place.project.uid)
    status = 422 if form.errors else 200
    return page(request, place, "accounts/project_name.html", {"form": form}, status=status)
