"""Who belongs to a team, and that it can always be administered."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Membership, Role
from accounts.services import change_role, remove_member
from core.errors import DomainError
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_only_owner_cannot_step_down(team, alice):
    membership = Membership.objects.get(user=alice, team=team)
    with pytest.raises(DomainError, match="only owner"):
        change_role(actor=alice, membership=membership, role=Role.RATER)


def test_the_only_owner_cannot_be_removed(team, alice):
    with pytest.raises(DomainError, match="only owner"):
        remove_member(actor=alice, membership=Membership.objects.get(user=alice, team=team))


def test_one_of_two_owners_may_go(team, alice):
    other = factories.make_membership(team, factories.make_user(), Role.OWNER)
    remove_member(actor=other.user, membership=Membership.objects.get(user=alice, team=team))
    assert not Membership.objects.filter(user=alice, team=team).exists()


def test_an_owner_sees_the_people_of_the_team(client, team, alice, bob):
    client.force_login(alice)
    page = client.get(reverse("accounts:people", args=[team.uid])).content.decode()
    assert bob.email in page


def test_the_owner_of_another_team_sees_nobody(client, team, charlie):
    client.force_login(charlie)
    assert client.get(reverse("accounts:people", args=[team.uid])).status_code == 404


def test_a_rater_may_not_invite(client, team, bob):
    client.force_login(bob)
    answer = client.post(reverse("accounts:invite", args=[team.uid]), {"role": "owner"})
    assert answer.status_code == 403
    assert not team.invitations.exists()


def test_a_language_once_chosen_stays_with_the_person(client, alice):
    client.force_login(alice)
    client.post(reverse("set_language"), {"language": "ja", "next": "/"})
    alice.refresh_from_db()
    assert alice.language == "ja"


def test_a_language_change_does_not_send_people_elsewhere(client, alice):
    client.force_login(alice)
    answer = client.post(
        reverse("set_language"), {"language": "ja", "next": "https://example.org/"}
    )
    assert answer.url == "/"


def test_a_rater_begins_with_the_work(client, bob):
    client.force_login(bob)
    assert client.get("/").url == reverse("annotation:my_studies")


def test_nobody_begins_at_the_sign_in(client):
    assert client.get("/").url.startswith(reverse("account_login"))


def test_an_owner_of_one_project_finds_the_people_of_the_team(client, project, team, alice):
    client.force_login(alice)
    home = client.get(reverse("accounts:start"), follow=True).content.decode()
    assert f'href="{reverse("accounts:start")}?all"' in home
    listed = client.get(reverse("accounts:start"), {"all": ""}).content.decode()
    assert reverse("accounts:people", args=[team.uid]) in listed


def test_an_owner_renames_a_project(client, project, alice):
    client.force_login(alice)
    address = reverse("accounts:project_name", args=[project.uid])
    assert project.name in client.get(address).content.decode()
    assert client.post(address, {"name": " "}).status_code == 422
    client.post(address, {"name": "Help chat"})
    project.refresh_from_db()
    assert project.name == "Help chat"
    entry = AuditEntry.objects.get(verb="project.renamed")
    assert entry.data["before"] != project.name


def test_a_rater_may_not_rename_the_project(client, project, bob):
    client.force_login(bob)
    address = reverse("accounts:project_name", args=[project.uid])
    assert client.post(address, {"name": "Mine"}).status_code == 403
