"""What can happen to teams, projects, people and invitations."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.access import May
from accounts.audit import record
from accounts.models import Invitation, Membership, Project, Role, Team, User
from core import registry
from core.errors import DomainError, InvalidError, NotFoundError

INVITATION_DAYS = 14


def free_slug(name: str, siblings: "models.Manager[Any]", fallback: str) -> str:
    """A slug from a name; Japanese names have no ASCII in them, so a numbered fallback.

    Whoever makes another sibling meanwhile waits until the caller's transaction ends, or both
    would find the same slug free.
    """
    parent = getattr(siblings, "instance", None)
    if parent is not None:
        held = type(parent)._base_manager.select_for_update(no_key=True)
        held.filter(pk=parent.pk).values_list("pk", flat=True).first()
    base = slugify(name)[:50] or fallback
    used = set(siblings.values_list("slug", flat=True))
    slug, number = base, 2
    while slug in used:
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def create_team(*, actor: User | None, name: str, owner: User) -> Team:
    slug = free_slug(name, Team.objects, "team")
    team = Team.objects.create(name=name, slug=slug)
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    record(actor, "team.created", target=team, team=team)
    return team


@transaction.atomic
def create_project(
    *, actor: User | None, team: Team, name: str, synthetic: bool = False, slug: str = ""
) -> Project:
    slug = slug or free_slug(name, team.projects, "project")
    project = Project.objects.create(team=team, name=name, slug=slug, synthetic=synthetic)
    record(actor, "project.created", target=project, project=project)
    return project


@transaction.atomic
def rename_project(*, actor: User, project: Project, name: str) -> Project:
    before, project.name = project.name, name
    project.save(update_fields=["name"])
    record(actor, "project.renamed", target=project, project=project, before=before)
    return project


@transaction.atomic
def invite(
    *,
    actor: User | None,
    team: Team,
    role: Role,
    now: datetime,
    label: str = "",
    language: str = "",
    projects: Iterable[Project] = (),
    purpose: dict[str, str] | None = None,
) -> Invitation:
    """A link for one person; whoever opens it first becomes a member with this role."""
    projects = list(projects)
    if projects and role == Role.OWNER:
        raise InvalidError(_("An owner administers the whole team. Name no projects."))
    invitation = Invitation.objects.create(
        team=team,
        role=role,
        label=label,
        language=language,
        purpose=purpose or {},
        invited_by=actor,
        created_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    invitation.projects.set(projects)
    record(actor, "invitation.made", target=invitation, team=team, role=role)
    return invitation


def get_open_invitation(token: str, now: datetime) -> Invitation:
    """The invitation behind a link, or a sentence that says why it no longer opens."""
    invitation = Invitation.objects.select_related("team").filter(token=token).first()
    if invitation is None:
        raise NotFoundError(_("There is no such invitation. Check that the link is complete."))
    if invitation.revoked_at:
        raise NotFoundError(_("This invitation was revoked. Ask the team for a new link."))
    if invitation.accepted_at:
        raise NotFoundError(
            _("This invitation was used already. Sign in, or ask the team for a new link.")
        )
    if now >= invitation.expires_at:
        raise NotFoundError(_("This invitation has expired. Ask the team for a new link."))
    return invitation


@transaction.atomic
def accept_invitation(*, user: User, token: str, now: datetime) -> Invitation:
    """Make the person a member; a role they have already is never lowered."""
    get_open_invitation(token, now)
    taken = Invitation.objects.filter(token=token, accepted_at=None, revoked_at=None).update(
        accepted_at=now, accepted_by=user
    )
    if not taken:
        raise DomainError(_("Somebody else opened this invitation a moment ago."))
    invitation = Invitation.objects.select_related("team").get(token=token)
    named = list(invitation.projects.all())
    refuse_a_wider_role(invitation, user, named)
    membership, is_new = Membership.objects.get_or_create(
        team=invitation.team,
        user=user,
        defaults={"role": invitation.role, "limited": bool(named)},
    )
    if is_new or membership.limited:
        membership.projects.add(*named)
    if not is_new and not named and membership.limited:
        membership.limited = False
        membership.save(update_fields=["limited"])
    if not is_new and not covers(membership.role, invitation.role):
        refuse_a_trade(invitation, membership)
        membership.role = invitation.role
        membership.save(update_fields=["role"])
    record(user, "invitation.accepted", target=invitation, team=invitation.team)
    registry.announce("invitation_accepted", invitation=invitation, user=user)
    return invitation


def join_team(
    *, token: str, name: str, email: str, password: str, language: str, now: datetime
) -> User:
    """A new account, let in in one transaction, so that a used link makes none."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name, language=language)
            accept_invitation(user=user, token=token, now=now)
    except IntegrityError:
        raise DomainError(
            _("An account for %(email)s was made a moment ago. Sign in with it.") % {"email": email}
        ) from None
    return user


def refuse_a_wider_role(invitation: Invitation, user: User, named: list[Project]) -> None:
    """An invitation to a few projects must not raise somebody's role in all the others."""
    if not named or invitation.role in {Role.VIEWER, Role.RATER}:
        return
    membership = Membership.objects.filter(team=invitation.team, user=user, limited=False).first()
    if membership and not covers(membership.role, invitation.role):
        raise DomainError(
            _(
                "You belong to the whole team %(team)s as %(role)s, and this invitation is for "
                "some of its projects only. Ask an owner to change your role instead."
            )
            % {"team": invitation.team, "role": Role(membership.role).label}
        )


def refuse_a_trade(invitation: Invitation, membership: Membership) -> None:
    """A role that takes something away is nothing that a link may give: a viewer would go blind."""
    if not covers(invitation.role, membership.role):
        raise DomainError(
            _(
                "You are %(role)s in %(team)s, and as %(invited)s you could no longer see what "
                "you see now. Ask an owner to change your role; the link stays open."
            )
            % {
                "role": Role(membership.role).label,
                "team": invitation.team,
                "invited": Role(invitation.role).label,
            }
        )


def covers(one: str, other: str) -> bool:
    """Whether a role allows everything that another allows."""
    return all(one in may.value for may in May if other in may.value)


@transaction.atomic
def revoke_invitation(*, actor: User, invitation: Invitation, now: datetime) -> None:
    """Twice is once; one that is being accepted at this moment is either accepted or revoked."""
    row = Invitation.objects.filter(pk=invitation.pk)
    if row.filter(accepted_at=None, revoked_at=None).update(revoked_at=now):
        record(actor, "invitation.revoked", target=invitation, team=invitation.team)
    elif row.exclude(accepted_at=None).exists():
        raise DomainError(
            _("This invitation was used already. Remove the person from the team instead.")
        )


@transaction.atomic
def change_role(*, actor: User, membership: Membership, role: Role) -> Membership:
    keep_an_owner(membership, leaving=role != Role.OWNER)
    if membership.limited and role == Role.OWNER:
        raise DomainError(
            _("%(name)s belongs to named projects only, and an owner administers the whole team.")
            % {"name": membership.user}
        )
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    record(
        actor,
        "role.changed",
        target=membership.user,
        team=membership.team,
        before=before,
        after=role,
    )
    return membership


@transaction.atomic
def remove_member(*, actor: User, membership: Membership) -> None:
    """Take a person out of the team; what they rated stays, under their rater."""
    keep_an_owner(membership, leaving=True)
    record(actor, "member.removed", target=membership.user, team=membership.team)
    membership.delete()


def keep_an_owner(membership: Membership, *, leaving: bool) -> None:
    """A team without an owner could never be administered again."""
    if not leaving or membership.role != Role.OWNER:
        return
    people = Membership.objects.of_people().select_for_update(of=("self",))
    owners = people.filter(team=membership.team, role=Role.OWNER)
    if len(owners) == 1:
        raise DomainError(
            _("%(name)s is the only owner of this team. Make somebody else an owner first.")
            % {"name": membership.user}
        )
