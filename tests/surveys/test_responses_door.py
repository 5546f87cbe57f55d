"""`/v1/responses/`: who may send answers, and what each refusal says."""

from uuid import uuid4

import orjson
import pytest
from django.test import Client

from surveys import known_keys
from surveys.models import Response, Survey
from surveys.services.ingest import buckets
from surveys.survey_templates import survey_template
from tests.surveys.forms_of import every_type, make_survey
from tests.surveys.widgets import SITE, make_key, token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    known_keys.forget()
    buckets.forget()


@pytest.fixture
def survey():
    return make_survey()


def send(survey, key, uid=None, /, *, origin=SITE, **said):
    body = {
        "key": key.key, "survey": survey.slug, "version": 1, "seq": 1,
        "answers": {"satisfied": 4}, "respondent": "b:0123456789",
    } | said  # fmt: skip
    return Client().post(
        f"/v1/responses/{uid or uuid4()}",
        orjson.dumps(body),
        content_type="text/plain",
        headers={"Origin": origin},
    )


def test_answers_come_in_part_by_part(survey):
    key, uid = make_key(survey.project, origins=[SITE]), uuid4()
    first = send(survey, key, uid, started_at="2016-01-01T00:00:00Z")
    assert (first.status_code, first.json()["state"]) == (202, "partial")
    last = send(survey, key, uid, seq=2, answers={"satisfied": 5}, finished=True)
    assert last.json() | {"receipt": ""} == {
        "outcome": "saved", "seq": 2, "state": "complete", "receipt": "",
    }  # fmt: skip
    assert send(survey, key, uid, seq=1).json()["outcome"] == "stale"
    response = Response.objects.get()
    assert (response.answers, response.trust, response.source) == (
        {"satisfied": 5}, "origin", "widget",
    )  # fmt: skip


def test_a_token_names_the_respondent_the_conversation_and_the_variant(survey):
    key = make_key(survey.project, origins=[SITE])
    signed = token(key, subject="dora", variant="B")
    assert send(survey, key, token=signed, origin="https://evil.example").status_code == 202
    response = Response.objects.get()
    assert (response.trust, response.respondent.key) == ("signed", "s:dora")
    assert (response.conversation_key, response.variant_name) == ("c_91", "B")


def test_the_probability_is_the_servers(survey):
    key = make_key(survey.project)
    Survey.objects.update(sample_p=0.999999)
    send(survey, key, sample={"mode": "solicited", "p": 0.5})
    send(survey, key, respondent="m:0123456789")
    assert [(r.mode, r.p) for r in Response.objects.order_by("id")] == [
        ("solicited", 0.999999), ("unsolicited", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"key": "pk_none"}, 401, "unknown_key"),
        ({"origin": "https://evil.example"}, 403, "origin_not_allowed"),
        ({"survey": "none"}, 404, "not_found"),
        ({"survey": 5}, 404, "not_found"),
        ({"version": 2}, 422, "unknown_version"),
        ({"version": "1"}, 400, "bad_number"),
        ({"seq": -1}, 400, "bad_number"),
        ({"answers": []}, 400, "no_object"),
        ({"answers": {"satisfied": 9}}, 422, "invalid_answers"),
        ({"answers": {}, "finished": True}, 422, "invalid_answers"),
        ({"answers": {"more": "x" * 1_000_000}}, 413, "body_too_large"),
        ({"context": {"x": "y" * 5_000}}, 413, "too_large"),
        ({"respondent": "s:dora"}, None, "bad_respondent"),
        ({"token": "x.y"}, None, "token_malformed"),
    ],
)
def test_what_is_refused_is_told_by_code_and_nothing_is_stored(survey, said, status, code):
    key = make_key(survey.project, origins=[SITE])
    answer = send(survey, key, **said)
    assert answer.json()["error"]["code"] == code
    assert status is None or answer.status_code == status
    assert 400 <= answer.status_code < 500
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"version": "1"}, "“version” must be a whole number"),
        ({"context": []}, "“context” must be an object"),
        ({"answers": {"more": "x" * 70_000}}, "Send less at once."),
    ],
)
def test_the_sentence_names_the_field_and_never_events(survey, said, words):
    told = send(survey, make_key(survey.project), **said).json()["error"]["message"]
    assert words in told
    assert "event" not in told


def test_a_key_opens_no_survey_of_another_project(survey):
    key = make_key(make_survey().project)
    assert send(survey, key).status_code == 404


def test_the_refusal_is_in_the_respondents_language(survey):
    answer = send(survey, make_key(survey.project), answers={}, finished=True, locale="ja")
    assert answer.json()["error"]["fields"] == {"satisfied": "この質問は回答が必要です。"}


def test_too_many_are_told_when_to_come_again(survey):
    key = make_key(survey.project, per_minute_each=1)
    answers = [send(survey, key) for _time in range(5)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_document_is_given_in_one_language_with_conditions_as_trees(client):
    survey = make_survey(survey_template("csat_chat").document)
    told = client.get(f"/v1/surveys/{survey.slug}?locale=ja-JP").json()
    elements = told["pages"][0]["elements"]
    assert (told["locale"], told["version"], elements[0]["look"]) == ("ja", 1, "list")
    assert elements[0]["options"][0]["text"] == "不満"
    assert elements[2]["visibleIf"] == ["<=", "satisfied", 3]
    assert elements[2]["options"][-1] == {"value": "other", "text": "その他", "other": True}


def test_every_type_can_be_drawn(client):
    survey = make_survey(every_type())
    told = client.get(f"/v1/surveys/{survey.slug}").json()
    elements = [e for page in told["pages"] for e in page["elements"]]
    assert len(elements) == 15
    assert all(element["look"] and element["title"] for element in elements)
