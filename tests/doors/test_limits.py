"""A membership that is limited to named projects reaches nothing beyond them."""

import pytest
from django.utils import timezone

from accounts.models import Invitation, Membership, Role
from accounts.services import accept_invitation, change_role, invite
from annotation.study_forms import NameRatersForm
from core.errors import DomainError, InvalidError
from tests import factories

pytestmark = pytest.mark.django_db


def limited_to(project, role):
    membership = factories.make_membership(project.team, factories.make_user(), role, limited=True)
    membership.projects.add(project)
    return membership


@pytest.mark.parametrize("door", ["people", "audit", "projects/new"])
def test_an_owner_of_a_project_does_not_administer_the_team(signed_in, project, door):
    membership = limited_to(project, Role.OWNER)
    answer = signed_in(membership.user).get(f"/teams/{project.team.uid}/{door}/")
    assert answer.status_code == 403


def test_nobody_is_invited_to_own_a_part(team, project):
    with pytest.raises(InvalidError, match="whole team"):
        invite(actor=None, team=team, role=Role.OWNER, projects=[project], now=timezone.now())
    assert not Invitation.objects.exists()


def test_a_member_of_one_project_is_not_made_an_owner(alice, project):
    with pytest.raises(DomainError, match="named projects"):
        change_role(actor=alice, membership=limited_to(project, Role.RATER), role=Role.OWNER)


def test_a_link_to_one_project_raises_no_role_in_the_others(team, project, bob):
    link = invite(actor=None, team=team, role=Role.MANAGER, projects=[project], now=timezone.now())
    with pytest.raises(DomainError, match="whole team"):
        accept_invitation(user=bob, token=link.token, now=timezone.now())
    assert Membership.objects.get(user=bob, team=team).role == Role.RATER
    link.refresh_from_db()
    assert link.accepted_at is None


def test_members_of_other_projects_are_not_offered_as_raters(project):
    other = factories.make_project(project.team)
    here, elsewhere = limited_to(project, Role.RATER), limited_to(other, Role.RATER)
    form = NameRatersForm(study=factories.make_study(project))
    offered = set(form.fields["members"].queryset)
    assert here in offered
    assert elsewhere not in offered
