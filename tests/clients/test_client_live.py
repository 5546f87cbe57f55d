"""The client against the server itself."""

from uuid import uuid4

import pytest
import touchstone
from django.utils import timezone

from accounts.keys import make_api_key
from accounts.models import Role
from surveys.models import FeedbackEvent, VariantAssignment, WidgetKey
from surveys.services.assignments import hash_of
from surveys.tokens import secret_of
from tests.factories import make_project

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project():
    return make_project()


@pytest.fixture
def client(live_server, project):
    key = WidgetKey.objects.create(project=project, name="app")
    _row, api_key = make_api_key(
        actor=None, project=project, name="app", role=Role.MANAGER, now=timezone.now()
    )
    before = touchstone._client
    yield touchstone.configure(
        endpoint=live_server.url, key=key.key, secret=secret_of(key), api_key=api_key, retries=0
    )
    touchstone._client = before


def test_assignments_are_told_once_and_are_what_the_client_says(client, project):
    subjects = [f"u{number}" for number in range(40)]
    shares = {"v12": 0.5, "v13": 0.5}
    told = touchstone.report_assignments("prompts", subjects, shares, seed=3)
    assert told == {one: touchstone.assign("prompts", one, shares, seed=3) for one in subjects}
    touchstone.report_assignments("prompts", subjects[:10], shares, seed=3)
    assert VariantAssignment.objects.filter(project=project).count() == 40
    row = VariantAssignment.objects.get(respondent_hash=hash_of(project, "s:u7"))
    assert row.variant_name == told["u7"]


def test_feedback_is_given_once_and_taken_back(client, project):
    uid = str(uuid4())
    first = touchstone.feedback(conversation="c", message="m", value="down", subject="u", id=uid)
    again = touchstone.feedback(conversation="c", message="m", value="down", subject="u", id=uid)
    assert first["id"] == again["id"] == uid
    assert FeedbackEvent.objects.get(project=project).trust == "signed"
    touchstone.retract(uid)
    assert FeedbackEvent.objects.filter(project=project, type="retract").count() == 1


def test_signed_events_are_taken_in_as_signed(client, project):
    token = touchstone.sign(conversation="c", message="m", variant="v13", subject="u")
    event = {
        "id": touchstone.client.new_id(),
        "type": "feedback",
        "kind": "thumb",
        "value": "up",
        "target": {"conversation": "c", "message": "m"},
        "token": token,
    }
    assert touchstone.send([event]).accepted == 1
    assert touchstone.send([event]).duplicate == 1
    row = FeedbackEvent.objects.get(project=project)
    assert (row.trust, row.respondent_key, row.variant_name) == ("signed", "s:u", "v13")


@pytest.mark.parametrize(
    "wrong",
    [
        {"subjects": [""]},
        {"subjects": ["a\0b"]},
        {"subjects": ["x" * 200]},
        {"experiment": "e" * 200},
        {"experiment": ""},
    ],
)
def test_what_the_server_refuses_is_said(client, wrong):
    about = {"experiment": "e", "subjects": ["u"], **wrong}
    with pytest.raises(touchstone.RefusedError) as refused:
        touchstone.report_assignments(about["experiment"], about["subjects"], {"A": 1})
    assert refused.value.status == 422


def test_a_viewer_s_key_may_not_assign(client, project):
    _row, secret = make_api_key(
        actor=None, project=project, name="reader", role=Role.VIEWER, now=timezone.now()
    )
    reader = touchstone.Client(endpoint=client.endpoint, api_key=secret)
    with pytest.raises(touchstone.RefusedError) as refused:
        reader.report_assignments("e", ["u"], {"A": 1})
    assert refused.value.status == 403
