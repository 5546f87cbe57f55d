"""What is sent a second time, as by an impatient finger or a retry, changes nothing and says so.

Beside these: a file of conversations (`tests/conversations/test_import.py`), a file of ratings
(`tests/annotation/test_import_ratings.py`) and the calls of the API (`tests/api`).
"""

import uuid

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership, Role, User
from accounts.services import invite
from annotation.models import AssignmentDraft, Rating
from gold.models import GoldItem, Release
from tests.annotation.rating_helpers import claim, rater_in, study_of
from tests.gold.conftest import dataset, settled, study  # noqa: F401

pytestmark = pytest.mark.django_db
JOIN = {"name": "Dora", "email": "dora@example.com", "password": "correct horse battery"}


def rows():
    """Every row of ours, except when somebody was last seen."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in ours}


NOTHING_NEW = {
    "propose": "No such item is missing here",
    "decide": "",
    "publish": "Nothing changed since release 1",
}
OURS = {"accounts", "conversations", "annotation", "analytics", "gold", "jobs"}


@pytest.fixture
def held(project, bob):
    return claim(rater_in(study_of(project, items=2), bob), now=timezone.now())


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_a_submit(held, bob, signed_in, htmx):
    client = signed_in(bob)
    form = {"client_key": str(uuid.uuid4()), "q.helpful": "4", "comment": "It helps."}
    path = reverse("annotation:submit", args=[held.uid])
    first = client.post(path, form, headers=htmx)
    before = rows()
    again = client.post(path, form, headers=htmx)
    assert (first.status_code, again.status_code) == ((200, 200) if htmx else (302, 302))
    assert rows() == before
    assert Rating.objects.get().comment == "It helps."
    other = client.post(path, form | {"client_key": str(uuid.uuid4())}, headers=htmx)
    assert other.status_code == 409
    assert "rated this item already" in other.content.decode()
    assert rows() == before


def test_a_draft(held, bob, signed_in):
    client = signed_in(bob)
    form = {"client_key": str(uuid.uuid4()), "version": "3", "q.helpful": "4", "comment": "So far"}
    path = reverse("annotation:draft", args=[held.uid])
    assert client.post(path, form).status_code == 200
    kept = AssignmentDraft.objects.values().get()
    assert client.post(path, form).status_code == 200
    assert AssignmentDraft.objects.values().get() == kept


def test_a_skip(held, bob, signed_in):
    client = signed_in(bob)
    path = reverse("annotation:skip", args=[held.uid])
    for _again in range(2):
        client.post(path, {"reason": "I know the customer."}, headers={"HX-Request": "true"})
    held.item.refresh_from_db()
    assert held.item.slots_open == held.item.slots_total
    assert AuditEntry.objects.filter(verb="item.skipped").count() == 1


def test_an_accepted_invitation(client, team):
    path = reverse(
        "accounts:join",
        args=[invite(actor=None, team=team, role=Role.RATER, now=timezone.now()).token],
    )
    assert client.post(path, JOIN).status_code == 302
    client.logout()
    before = rows()
    again = client.post(path, JOIN)
    assert again.status_code in {404, 409, 422}
    assert "used already" in again.content.decode()
    assert rows() == before
    assert User.objects.filter(email=JOIN["email"]).count() == 1
    assert Membership.objects.filter(user__email=JOIN["email"]).count() == 1


def test_a_proposal_an_approval_and_a_release(alice, dataset, settled, signed_in):  # noqa: F811
    settled()
    client = signed_in(alice)
    chosen = {"act": "approve", "candidate": ""}
    for step in ("propose", "decide", "publish"):
        chosen["candidate"] = str(dataset.candidates.values_list("uid", flat=True).first() or "")
        path = reverse(f"gold:{step}", args=[dataset.uid])
        form = chosen if step == "decide" else {}
        assert client.post(path, form).status_code == 302
        before = rows()
        again = client.post(path, form, follow=True)
        assert again.status_code in {200, 409, 422}
        assert rows() == before, step
        assert NOTHING_NEW[step] in again.content.decode(), step
    assert (Release.objects.count(), GoldItem.objects.count()) == (1, 1)
