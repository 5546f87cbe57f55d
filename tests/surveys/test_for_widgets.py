"""What a widget is told: its words, live surveys, and what its reader said before."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.utils import timezone

from accounts.models import Project
from surveys import known_keys
from surveys.models import FeedbackRules, Instrument, Survey, SurveyDay, SurveyVersion
from surveys.services import ingest
from surveys.services.folding import fold_batch
from surveys.tokens import respondent_of
from tests import factories
from tests.surveys.widgets import Page, an_event, make_key, token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    known_keys.forget()
    ingest.buckets.forget()
    yield
    known_keys.forget()


@pytest.fixture
def project() -> Project:
    return factories.make_project()


@pytest.fixture
def site(project: Project) -> Page:
    return Page(make_key(project))


def ask(site: Page, **said: Any) -> Any:
    return site.post("/v1/state", orjson.dumps({"key": site.key.key} | said))


def config(site: Page, **headers: Any) -> Any:
    return site.client.get(f"/v1/config/{site.key.key}", **headers)


def live_survey(project: Project, slug: str, **fields: Any) -> Survey:
    survey = Survey.objects.create(
        project=project, name=slug, slug=slug, salt="pepper", state=Survey.State.LIVE, **fields
    )
    SurveyVersion.objects.create(
        survey=survey, number=3, state="published", document={"trigger": "conversation-end"}
    )
    return survey


def test_a_key_without_instrument_has_the_built_in_one(site: Page) -> None:
    told = config(site).json()
    assert told["instrument"] is None
    assert (told["consent"], told["cooldown_days"], told["surveys"]) == ("none", 7, [])


def test_the_latest_instrument_and_the_project_s_rules_are_told(
    site: Page, project: Project
) -> None:
    for number in (1, 2):
        Instrument.objects.create(key=site.key, number=number, settings={"kind": "thumb"})
    FeedbackRules.objects.create(project=project, ask_consent=True, cooldown_days=14)
    told = config(site).json()
    assert told["instrument"]["number"] == 2
    assert (told["consent"], told["cooldown_days"]) == ("ask", 14)


def test_live_surveys_are_told_with_how_to_draw_them(site: Page, project: Project) -> None:
    now = timezone.now()
    live_survey(project, "csat", sample_p=0.1, cooldown_days=60)
    live_survey(project, "closed", closes_at=now - timedelta(minutes=1))
    live_survey(project, "to-come", opens_at=now + timedelta(hours=1))
    live_survey(project, "full", quota=5, n_complete=5)
    live_survey(project, "by-link", is_open=False)
    live_survey(factories.make_project(), "foreign")
    Survey.objects.create(project=project, name="draft", slug="draft", salt="x")
    assert config(site).json()["surveys"] == [
        {
            "slug": "csat",
            "number": 3,
            "trigger": "conversation-end",
            "p": 0.1,
            "salt": "pepper",
            "cooldown_days": 60,
        }
    ]


def test_what_is_unchanged_is_not_sent_again(site: Page) -> None:
    first = config(site)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = config(site, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Instrument.objects.create(key=site.key, number=1, settings={})
    assert config(site, HTTP_IF_NONE_MATCH=first.headers["ETag"]).status_code == 200


def test_an_unknown_key_has_no_config(site: Page) -> None:
    answer = site.client.get("/v1/config/pk_nobody")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unknown_key")


def test_a_thumb_is_there_again_at_once(site: Page) -> None:
    site.send(an_event("down", reasons=["incorrect"], seq=4))
    said = ask(site, respondent=site.respondent, conversation="c_91").json()
    (thumb,) = said["feedback"]
    assert (thumb["message"], thumb["kind"], thumb["value"]) == ("m_7", "thumb", "down")
    assert (thumb["reasons"], thumb["seq"]) == (["incorrect"], 4)
    assert said["receipt"] is None


def test_what_was_folded_and_what_was_not_are_told_as_one(site: Page) -> None:
    site.send(an_event("down", seq=1), an_event(4, kind="star5", seq=2))
    fold_batch()
    site.send(an_event("up", seq=3))
    said = ask(site, respondent=site.respondent).json()
    assert {one["kind"]: one["value"] for one in said["feedback"]} == {"thumb": "up", "star5": 4}
    path = said["receipt"].removeprefix("http://testserver")
    assert path.startswith("/my-feedback/")
    assert respondent_of(path.split("/")[2])


def test_what_was_taken_back_is_told_with_its_place_in_the_order(site: Page) -> None:
    site.send(an_event("up", seq=1), an_event(None, seq=2))
    (thumb,) = ask(site, respondent=site.respondent).json()["feedback"]
    assert (thumb["value"], thumb["seq"]) == (None, 2)


def test_an_impression_says_nothing(site: Page) -> None:
    site.send(an_event(None, type="impression"))
    assert ask(site, respondent=site.respondent).json()["feedback"] == []


def test_a_token_shows_its_own_conversation_only(site: Page) -> None:
    for conversation in ("c_91", "c_92"):
        site.send(an_event(target={"conversation": conversation, "message": "m_7"},
                           token=token(site.key, conversation, subject="emma")))  # fmt: skip
    said = ask(site, token=token(site.key, "c_92", subject="emma"), conversation="c_91").json()
    assert [one["conversation"] for one in said["feedback"]] == ["c_92"]


def test_nobody_sees_what_another_said(site: Page) -> None:
    site.send(an_event())
    assert ask(site, respondent="b:somebody-else").json()["feedback"] == []
    other = Page(make_key(factories.make_project()))
    assert ask(other, respondent=site.respondent).json()["feedback"] == []


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({}, 400, "bad_respondent"),
        ({"respondent": "s:emma"}, 400, "bad_respondent"),
        ({"key": "pk_nobody", "respondent": "b:4f1c9a2e7d"}, 401, "unknown_key"),
        ({"key": 7}, 401, "unknown_key"),
        ({"token": "no.token"}, 401, "token_malformed"),
    ],
)
def test_a_bad_question_is_answered_by_why(
    site: Page, said: dict[str, Any], status: int, code: str
) -> None:
    answer = ask(site, **said)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_server_that_is_called_by_another_name_says_so(site: Page) -> None:
    site.send(an_event())
    fold_batch()
    body = orjson.dumps({"key": site.key.key, "respondent": site.respondent})
    answer = site.post("/v1/state", body, HTTP_HOST="evil.example")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_host")


def test_a_survey_whose_places_of_the_day_are_gone_is_not_offered(
    site: Page, project: Project
) -> None:
    survey = live_survey(project, "csat", cap_per_day=1)
    assert [one["slug"] for one in config(site).json()["surveys"]] == ["csat"]
    SurveyDay.objects.create(
        survey=survey, number=3, day=timezone.localdate(), source="widget", n_shown=1
    )
    assert config(site).json()["surveys"] == []
