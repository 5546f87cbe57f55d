"""Feedback from an application's server: once, however often it is sent."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.keys import make_api_key
from accounts.models import Project, Role
from surveys.models import FeedbackEvent, IdempotentCall
from surveys.services.calls import forget_calls
from tests.factories import make_project

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DOWN = {"conversation": "c-1", "message": "m-2", "value": "down", "subject": "u-7"}


@pytest.fixture
def project() -> Project:
    return make_project()


def key_of(project: Project) -> str:
    _key, secret = make_api_key(
        actor=None, project=project, name="server", role=Role.MANAGER, now=NOW
    )
    return secret


@pytest.fixture
def send(client: Client, project: Project) -> Any:
    secret = key_of(project)

    def send(body: dict[str, Any], key: str = "", method: str = "post", path: str = "") -> Any:
        headers = {"Authorization": f"Bearer {secret}"}
        if key:
            headers["Idempotency-Key"] = key
        return getattr(client, method)(
            path or "/api/v1/feedback", body, content_type="application/json", headers=headers
        )

    return send


def test_feedback_is_kept_as_signed_and_names_its_subject(send):
    answer = send(DOWN)
    assert answer.status_code == 201
    event = FeedbackEvent.objects.get()
    assert (event.trust, event.respondent_key, event.source) == ("signed", "s:u-7", "server")
    assert answer.json()["id"] == str(event.uid)


def test_the_same_call_again_gets_the_same_answer_and_gives_nothing(send):
    first, again = send(DOWN, "k-1"), send(DOWN, "k-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert FeedbackEvent.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(send):
    send(DOWN, "k-1")
    answer = send({**DOWN, "value": "up"}, "k-1")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "key_reused"
    assert FeedbackEvent.objects.count() == 1


def test_a_call_that_is_being_answered_is_not_answered_twice(send):
    send(DOWN, "k-1")
    IdempotentCall.objects.update(status=None)
    assert send(DOWN, "k-1").status_code == 409
    IdempotentCall.objects.update(at=NOW)
    assert send(DOWN, "k-1").status_code == 201


def test_a_refused_call_may_be_mended_under_its_key(send):
    answer = send({**DOWN, "value": "sideways"}, "k-1")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "bad_value"
    assert not IdempotentCall.objects.exists()
    assert send(DOWN, "k-1").status_code == 201


def test_one_id_is_counted_once_without_a_key_too(send):
    body = {**DOWN, "id": str(uuid4())}
    assert send(body).status_code == 201
    again = send(body)
    assert again.status_code == 200
    assert again.json()["is_new"] is False


def test_taking_back_twice_is_once_and_the_event_stays(send):
    uid = send(DOWN).json()["id"]
    for _time in range(2):
        assert send({}, method="delete", path=f"/api/v1/feedback/{uid}").status_code == 200
    assert sorted(FeedbackEvent.objects.values_list("type", flat=True)) == ["feedback", "retract"]


def test_feedback_of_another_project_cannot_be_taken_back(client, send):
    uid = send(DOWN).json()["id"]
    other = {"Authorization": f"Bearer {key_of(make_project())}"}
    answer = client.delete(f"/api/v1/feedback/{uid}", headers=other)
    assert answer.status_code == 404
    assert FeedbackEvent.objects.count() == 1


def test_old_calls_are_forgotten(send):
    send(DOWN, "k-1")
    forget_calls(NOW.replace(year=2027))
    assert not IdempotentCall.objects.exists()
