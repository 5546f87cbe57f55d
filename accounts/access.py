"""The only way to an object on somebody's behalf.

Absent and foreign look alike (404); a teammate whose role is too low is told so (403). A door
fetches through a function here, or through one of a higher floor that ends here, and never
repeats the rule.
"""

from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.models import ApiKey, Invitation, Membership, Project, Role, Team, User
from core.errors import NotAllowedError, NotFoundError
from jobs.models import Job

Thing = TypeVar("Thing", bound=Model)


class May(Enum):
    """What a role allows (design.md 6); each names the roles that have it."""

    ADMINISTER = frozenset({Role.OWNER})
    MANAGE = frozenset({Role.OWNER, Role.MANAGER})
    SETTLE = frozenset({Role.OWNER, Role.MANAGER, Role.ADJUDICATOR})
    READ = frozenset({Role.OWNER, Role.MANAGER, Role.ADJUDICATOR, Role.VIEWER})
    RATE = frozenset({Role.OWNER, Role.MANAGER, Role.ADJUDICATOR, Role.RATER})
    BELONG = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Place:
    """A project as one person sees it."""

    project: Project
    role: Role
    user: User

    def may(self, what: May) -> bool:
        return self.role in what.value


def get_place_for(user: User, project_uid: UUID, may: May) -> Place:
    """The project, if the person's role in its team allows what they are about to do."""
    project = (
        Project.objects.visible_to(user).select_related("team").filter(uid=project_uid).first()
    )
    if project is None:
        raise NotFoundError(_("There is no such project, or it belongs to another team."))
    return require(place_in(user, project), may)


def place_in(user: User, project: Project) -> Place:
    """For a project reached through a visible object: the person's place in it."""
    membership = Membership.objects.filter(team=project.team_id, user=user).first()
    if membership is None or (
        membership.limited and not membership.projects.filter(pk=project.pk).exists()
    ):
        raise NotFoundError(_("There is no such page, or it belongs to another team."))
    return Place(project, Role(membership.role), user)


def reach(
    user: User, rows: QuerySet[Thing], project: str, uid: UUID, may: May, *, absent: str
) -> tuple[Thing, Place]:
    """The row of that uid, if its project is visible and the role allows what comes next.

    `project` is the path from the row to its project; `absent` is said of what is not there and
    of what is foreign alike.
    """
    visible = {f"{project}__in": Project.objects.visible_to(user)}
    thing = rows.select_related(f"{project}__team").filter(uid=uid, **visible).first()
    if thing is None:
        raise NotFoundError(absent)
    its_project: Project = attrgetter(project.replace("__", "."))(thing)
    return thing, require(place_in(user, its_project), may)


def require(place: Place, may: May) -> Place:
    if not place.may(may):
        raise role_too_low(place.user, place.role)
    return place


def role_too_low(user: User, role: Role) -> NotAllowedError:
    """What is said to a person, whose role can be changed, and to a program, whose key cannot."""
    words = (
        _(
            "This API key has the role %(role)s, which does not include this. A key keeps its "
            "role: ask the owner of the team for a key with another one."
        )
        if ApiKey.objects.filter(member__user=user).exists()
        else _(
            "Your role in this team is %(role)s, which does not include this. "
            "The owner of the team can change it."
        )
    )
    return NotAllowedError(words % {"role": role.label})


def get_team_for(user: User, team_uid: UUID, may: May) -> tuple[Team, Role]:
    """The team, if the person's role in it allows what they are about to do."""
    membership = (
        Membership.objects.filter(user=user, team__uid=team_uid).select_related("team").first()
    )
    if membership is None:
        raise NotFoundError(_("There is no such team, or you do not belong to it."))
    role = Role(membership.role)
    if role not in may.value:
        raise role_too_low(user, role)
    if membership.limited and may is May.ADMINISTER:
        raise NotAllowedError(
            _(
                "You belong to named projects of this team, so you do not administer the team "
                "itself. An owner of the whole team can change that."
            )
        )
    return membership.team, role


def get_invitation_for(user: User, uid: UUID, may: May) -> Invitation:
    """An invitation of a team in which the person's role allows what they are about to do."""
    teams = Membership.objects.filter(user=user).values("team")
    invitation = Invitation.objects.select_related("team").filter(uid=uid, team__in=teams).first()
    if invitation is None:
        raise NotFoundError(_("There is no such invitation, or it belongs to another team."))
    get_team_for(user, invitation.team.uid, may)
    return invitation


def get_membership_for(user: User, team_uid: UUID, member_uid: UUID, may: May) -> Membership:
    """Somebody's membership of a team that the person may administer."""
    team, _role = get_team_for(user, team_uid, may)
    membership = (
        team.memberships.of_people()
        .select_related("user", "team")
        .filter(user__uid=member_uid)
        .first()
    )
    if membership is None:
        raise NotFoundError(_("This person does not belong to the team."))
    return membership


def get_api_key_for(user: User, uid: UUID, may: May) -> ApiKey:
    """A key of a team in which the person's role allows what they are about to do."""
    teams = Membership.objects.filter(user=user).values("team")
    key = (
        ApiKey.objects.select_related("project__team")
        .filter(uid=uid, project__team__in=teams)
        .first()
    )
    if key is None:
        raise NotFoundError(_("There is no such key, or it belongs to another team."))
    get_team_for(user, key.project.team.uid, may)
    return key


def get_job_for(user: User, uid: UUID, may: May) -> tuple[Job, Place]:
    """Background work of a project that the person may see."""
    projects = Project.objects.visible_to(user)
    job = Job.objects.filter(uid=uid, project_uid__in=projects.values("uid")).first()
    if job is None or job.project_uid is None:
        raise NotFoundError(_("There is no such work, or it belongs to another team."))
    return job, get_place_for(user, job.project_uid, may)
