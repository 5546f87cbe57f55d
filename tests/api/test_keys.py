"""Keys: shown once, stored as a hash, acting as a member of one project."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import May, get_team_for
from accounts.keys import key_with, make_api_key, revoke_api_key
from accounts.models import ApiKey, AuditEntry, Membership, Role
from accounts.services import remove_member
from annotation.study_forms import NameRatersForm
from core.errors import DomainError, InvalidError, NotAllowedError
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(alice, project):
    return make_api_key(actor=alice, project=project, name="nightly", role=Role.MANAGER, now=NOON)


def test_the_secret_is_shown_once_and_kept_nowhere(signed_in, alice, team, project):
    client = signed_in(alice)
    given = {"name": "nightly", "project": project.uid, "role": "viewer", "days": "90"}
    made = client.post(reverse("accounts:key_make", args=[team.uid]), given)
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    assert secret not in client.get(reverse("accounts:keys", args=[team.uid])).content.decode()
    stored = ApiKey.objects.get()
    assert secret not in repr(vars(stored))
    assert key_with(secret, timezone.now()) == stored


def test_making_and_revoking_stand_in_the_audit_log(alice, key):
    revoke_api_key(actor=alice, key=key[0], now=NOON)
    revoke_api_key(actor=alice, key=key[0], now=NOON)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "api_key.made",
        "api_key.revoked",
    ]


@pytest.mark.parametrize("role", [Role.ADJUDICATOR, Role.RATER])
def test_a_key_rates_and_settles_nothing(project, role):
    with pytest.raises(InvalidError, match="viewer, manager or owner"):
        make_api_key(actor=None, project=project, name="too much", role=role, now=NOON)


def test_an_owners_key_is_no_owner_of_the_team(alice, team, project):
    key, _secret = make_api_key(
        actor=alice, project=project, name="privacy", role=Role.OWNER, now=NOON
    )
    with pytest.raises(DomainError, match="only owner"):
        remove_member(actor=alice, membership=Membership.objects.get(user=alice))
    with pytest.raises(NotAllowedError):
        get_team_for(key.member.user, team.uid, May.ADMINISTER)


def test_an_expired_key_says_so(alice, project):
    _key, secret = make_api_key(
        actor=alice, project=project, name="old", role=Role.VIEWER, now=NOON, days=30
    )
    assert key_with(secret, NOON + timedelta(days=29))
    with pytest.raises(DomainError, match="expired"):
        key_with(secret, NOON + timedelta(days=30))


@pytest.mark.parametrize("secret", ["", "ts_", "ts_x\x00", "ts_あ", "x" * 10_000, "ts_" + "A" * 43])
def test_what_is_no_key_opens_nothing(key, secret):
    with pytest.raises(DomainError, match="no such API key"):
        key_with(secret, NOON)


def test_its_use_is_written_down_once_an_hour(key, django_assert_num_queries):
    stored, secret = key
    key_with(secret, NOON)
    with django_assert_num_queries(1):
        key_with(secret, NOON + timedelta(minutes=59))
    key_with(secret, NOON + timedelta(minutes=61))
    stored.refresh_from_db()
    assert stored.last_used_at == NOON + timedelta(minutes=61)


def test_a_key_is_listed_nowhere_among_people(signed_in, alice, team, project, key):
    page = signed_in(alice).get(reverse("accounts:people", args=[team.uid])).content.decode()
    assert "keys.invalid" not in page
    form = NameRatersForm(study=factories.make_study(project))
    assert key[0].member not in form.fields["members"].queryset


def test_the_role_of_a_key_is_changed_by_no_form(signed_in, alice, team, key):
    url = reverse("accounts:change_role", args=[team.uid, key[0].member.user.uid])
    assert signed_in(alice).post(url, {"role": "owner"}).status_code == 404
    assert Membership.objects.get(api_key=key[0]).role == Role.MANAGER


def test_a_key_opens_no_page_and_its_member_cannot_sign_in(key, signed_in):
    stored, secret = key
    url = reverse("gold:home", args=[stored.project.uid])
    by_key = Client(headers={"authorization": f"Bearer {secret}"}).get(url)
    as_member = signed_in(stored.member.user).get(url)
    assert by_key.status_code == as_member.status_code == 302
    assert "/accounts/login/" in by_key.url
    assert "/accounts/login/" in as_member.url
