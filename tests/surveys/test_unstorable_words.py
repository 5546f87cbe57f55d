"""What no database stores is refused where it comes in, on both databases alike; it never fails."""

from itertools import product
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys import make_api_key
from accounts.models import Role
from surveys import known_keys
from surveys.models import FeedbackEvent, Response
from surveys.services.ingest import buckets
from tests.factories import make_project
from tests.surveys.forms_of import make_survey
from tests.surveys.widgets import Page, an_event, make_key

pytestmark = pytest.mark.django_db
NUL, HALF, HUGE = rb'"a\u0000b"', rb'"a\ud800b"', b"1" * 30
"""Written as JSON: a NUL, half a surrogate pair, a number beyond 64 bits."""


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    known_keys.forget()
    buckets.forget()


def with_raw(said: dict[str, Any], raw: bytes) -> bytes:
    """JSON in which `raw` stands wherever the text RAW does."""
    return orjson.dumps(said).replace(b'"RAW"', raw)


AT = [
    {"survey": "RAW"},
    {"locale": "RAW"},
    {"context": {"topic": "RAW"}},
    {"context": {"deep": [{"in": "RAW"}]}},
    {"answers": {"more": "RAW"}},
    {"answers": {"satisfied": "RAW"}},
    {"answers": {"unknown": "RAW"}},
    {"order": {"satisfied": ["RAW"]}},
    {"conversation": "RAW"},
    {"variant": "RAW"},
    {"sample": {"mode": "RAW"}},
    {"version": "RAW"},
    {"started_at": "RAW"},
    {"token": "RAW"},
    {"key": "RAW"},
]
AS_NAME = [{"context": {"RAW": 1}}, {"answers": {"RAW": 4}}]
"""Where JSON wants a text."""
SENT = [*product(AT, (NUL, HALF, HUGE)), *product(AS_NAME, (NUL, HALF))]


@pytest.mark.parametrize(("said", "raw"), SENT, ids=str)
def test_an_in_page_survey_is_answered_whatever_is_sent(said: dict[str, Any], raw: bytes) -> None:
    survey = make_survey()
    key = make_key(survey.project)
    body = {
        "key": key.key, "survey": survey.slug, "version": 1, "seq": 1,
        "answers": {"satisfied": 4}, "respondent": "b:0123456789",
    } | said  # fmt: skip
    answer = Client().post(
        f"/v1/responses/{uuid4()}", with_raw(body, raw), content_type="text/plain"
    )
    assert answer.status_code < 500
    assert answer.status_code == 202 or not Response.objects.exists()


@pytest.mark.parametrize("raw", [NUL, HALF, HUGE], ids=["nul", "half a pair", "huge"])
@pytest.mark.parametrize("field", ["id", "type", "kind", "value", "at", "variant", "comment", "p"])
def test_an_event_that_cannot_be_kept_is_refused_by_itself(field: str, raw: bytes) -> None:
    site = Page(make_key(make_project()))
    bad = an_event() | {field: "RAW"} | ({"sample": {"p": "RAW"}} if field == "p" else {})
    said = {"key": site.key.key, "respondent": site.respondent, "events": [bad, an_event()]}
    answer = site.post("/v1/ingest", with_raw(said, raw))
    assert answer.status_code == 202
    assert answer.json()["accepted"] >= 1


@pytest.mark.parametrize("raw", [NUL, HALF, HUGE], ids=["nul", "half a pair", "huge"])
def test_a_widget_that_asks_about_no_conversation_is_answered(raw: bytes) -> None:
    site = Page(make_key(make_project()))
    said = {"key": site.key.key, "respondent": site.respondent, "conversation": "RAW"}
    assert site.post("/v1/state", with_raw(said, raw)).status_code < 500


def test_an_address_with_a_key_that_is_none_opens_the_survey(client: Client) -> None:
    assert client.get(f"/s/{make_survey().slug}/?k=%00&t=%00").status_code == 200


@pytest.fixture
def headers() -> dict[str, str]:
    _key, secret = make_api_key(
        actor=None, project=make_project(), name="server", role=Role.OWNER, now=timezone.now()
    )
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("subject", ["%00", "x" * 200, "%ED%A0%80"])
def test_nothing_is_kept_of_a_subject_that_cannot_be(
    client: Client, headers: dict[str, str], subject: str
) -> None:
    path = f"/api/v1/subjects/{subject}"
    assert client.get(f"{path}/kept", headers=headers).status_code == 404
    assert client.delete(path, headers=headers).status_code == 404


@pytest.mark.parametrize("raw", [NUL, HALF, HUGE], ids=["nul", "half a pair", "huge"])
@pytest.mark.parametrize(
    "field", ["kind", "value", "id", "comment", "subject", "context", "beside"]
)
def test_a_call_that_may_come_again_is_answered_whatever_it_holds(
    client: Client, headers: dict[str, str], field: str, raw: bytes
) -> None:
    said = {"conversation": "c-1", "value": "up", field: "RAW"}
    if field == "context":
        said[field] = {"topic": "RAW"}
    answer = client.post(
        "/api/v1/feedback", with_raw(said, raw), content_type="application/json",
        headers={**headers, "Idempotency-Key": "k-1"},
    )  # fmt: skip
    assert answer.status_code < 500
    assert answer.status_code == 201 or not FeedbackEvent.objects.exists()


@pytest.mark.parametrize("raw", [NUL, HALF, HUGE], ids=["nul", "half a pair", "huge"])
@pytest.mark.parametrize("field", ["experiment", "seed", "subjects", "shares"])
def test_an_assignment_is_answered_whatever_it_holds(
    client: Client, headers: dict[str, str], field: str, raw: bytes
) -> None:
    said: dict[str, Any] = {"experiment": "e", "shares": {"A": 1}, "seed": "1", "subjects": ["u"]}
    said[field] = {"subjects": ["RAW"], "shares": {"RAW": 1, "A": 1}}.get(field, "RAW")
    if raw == HUGE and field == "shares":
        said[field] = {"A": "RAW"}
    answer = client.post(
        "/api/v1/assignments", with_raw(said, raw), content_type="application/json", headers=headers
    )
    assert answer.status_code < 500
