"""Accounts come from links: each opens once, for a while, and gives what it says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Invitation, Membership, Role, User
from accounts.services import accept_invitation, invite, revoke_invitation
from core.errors import DomainError, NotFoundError
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = {"name": "Dora", "email": "dora@example.com", "password": "correct horse battery"}


@pytest.fixture
def invitation(team):
    return invite(actor=None, team=team, role=Role.RATER, now=timezone.now())


def test_a_new_person_joins_with_the_role_of_the_link(client, invitation):
    client.post(reverse("accounts:join", args=[invitation.token]), WORDS)
    membership = Membership.objects.get(user__email="dora@example.com")
    assert (membership.team, membership.role) == (invitation.team, Role.RATER)


def test_joining_signs_in(client, invitation):
    """Asked of the next page: a session may name somebody and still open nothing."""
    client.post(reverse("accounts:join", args=[invitation.token]), WORDS)
    page = client.get(reverse("annotation:my_studies"))
    assert page.status_code == 200
    assert page.wsgi_request.user == User.objects.get(email="dora@example.com")


def test_a_weak_password_is_refused_and_nothing_is_used_up(client, invitation):
    answer = client.post(
        reverse("accounts:join", args=[invitation.token]), WORDS | {"password": "12345678"}
    )
    invitation.refresh_from_db()
    assert answer.status_code == 422
    assert invitation.accepted_at is None


def test_an_address_that_has_an_account_is_told_to_sign_in(client, invitation, alice):
    answer = client.post(
        reverse("accounts:join", args=[invitation.token]), WORDS | {"email": alice.email}
    )
    assert answer.status_code == 422
    assert "Sign in" in answer.content.decode()


def test_a_link_opens_once(invitation):
    accept_invitation(user=factories.make_user(), token=invitation.token, now=timezone.now())
    with pytest.raises(NotFoundError, match="used already"):
        accept_invitation(user=factories.make_user(), token=invitation.token, now=timezone.now())


def test_a_link_expires(invitation):
    later = invitation.expires_at + timedelta(seconds=1)
    with pytest.raises(NotFoundError, match="expired"):
        accept_invitation(user=factories.make_user(), token=invitation.token, now=later)


def test_a_revoked_link_says_so(client, invitation):
    Invitation.objects.update(revoked_at=timezone.now())
    answer = client.get(reverse("accounts:invitation", args=[invitation.token]))
    assert answer.status_code == 404
    assert "revoked" in answer.content.decode()


def test_a_link_never_lowers_a_role(team, alice, invitation):
    accept_invitation(user=alice, token=invitation.token, now=timezone.now())
    assert Membership.objects.get(user=alice, team=team).role == Role.OWNER


def test_a_viewer_is_not_made_blind_by_a_rater_link(team, invitation):
    viewer = factories.make_membership(team, factories.make_user(), Role.VIEWER)
    with pytest.raises(DomainError, match="could no longer see"):
        accept_invitation(user=viewer.user, token=invitation.token, now=timezone.now())
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_rater_may_become_an_adjudicator_by_link(team, bob):
    link = invite(actor=None, team=team, role=Role.ADJUDICATOR, now=timezone.now())
    accept_invitation(user=bob, token=link.token, now=timezone.now())
    assert Membership.objects.get(user=bob, team=team).role == Role.ADJUDICATOR


def test_an_invitation_to_named_projects_shows_no_other(team):
    seen, hidden = factories.make_project(team), factories.make_project(team)
    person = factories.make_user()
    link = invite(actor=None, team=team, role=Role.VIEWER, projects=[seen], now=timezone.now())
    accept_invitation(user=person, token=link.token, now=timezone.now())
    visible = type(seen).objects.visible_to(person)
    assert list(visible) == [seen]
    assert hidden not in visible


def test_accepting_is_on_the_audit_log(invitation):
    person = factories.make_user()
    accept_invitation(user=person, token=invitation.token, now=timezone.now())
    assert AuditEntry.objects.filter(actor=person, verb="invitation.accepted").exists()


def test_two_who_open_a_link_at_once_are_told_apart(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    with pytest.raises(DomainError):
        accept_invitation(user=factories.make_user(), token=invitation.token, now=timezone.now())


def test_a_link_that_was_accepted_a_moment_ago_is_not_revoked(alice, bob, invitation):
    """Somebody pressed the button on a page that was older than the acceptance."""
    accept_invitation(user=bob, token=invitation.token, now=timezone.now())
    with pytest.raises(DomainError, match="used already"):
        revoke_invitation(actor=alice, invitation=invitation, now=timezone.now())
    assert Invitation.objects.get().revoked_at is None


def test_revoking_twice_is_once(alice, invitation):
    for _press in range(2):
        revoke_invitation(actor=alice, invitation=invitation, now=timezone.now())
    assert AuditEntry.objects.filter(verb="invitation.revoked").count() == 1
