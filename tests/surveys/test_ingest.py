"""Events come in once each, checked one by one, with the trust that they prove."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Project
from surveys import known_keys
from surveys.models import FeedbackEvent, FeedbackRules
from surveys.services import ingest
from tests import factories
from tests.surveys.widgets import SITE, Page, an_event, make_key, token

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


@pytest.fixture
def listed(project: Project) -> Page:
    """A page of a key that names its site."""
    return Page(make_key(project, origins=[SITE]))


def test_an_event_is_stored_as_it_came(site: Page) -> None:
    event = an_event(
        "down",
        seq=2,
        reasons=["incorrect"],
        comment="The date is wrong.",
        context={"topic": "billing"},
        ui={"widget": "1.0.0", "locale": "ja", "order": ["up", "down"], "instrument": 3},
        sample={"p": 0.1, "mode": "solicited"},
    )
    answer = site.send(event)
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 1, "duplicate": 0, "errors": []}
    stored = FeedbackEvent.objects.get()
    assert (str(stored.uid), stored.value, stored.seq) == (event["id"], "down", 2)
    assert (stored.conversation_key, stored.message) == ("c_91", "m_7")
    assert (stored.locale, stored.instrument, stored.mode, stored.p) == ("ja", 3, "solicited", 0.1)
    assert stored.reasons == ["incorrect"]
    assert stored.data["context"] == {"topic": "billing"}
    assert stored.respondent_key == site.respondent
    assert stored.respondent is None


def told() -> list[dict[str, Any]]:
    """What is stored of every event, without what each has for itself."""
    rows = FeedbackEvent.objects.order_by("conversation_key").values()
    return [
        {name: value for name, value in row.items() if name not in ("id", "uid", "received_at")}
        for row in rows
    ]


def test_many_events_at_once_are_stored_as_one_by_one(site: Page) -> None:
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()

    def events() -> list[dict[str, Any]]:
        return [
            an_event(
                ("up", "down")[n % 2],
                target={"conversation": f"c_{n:02}", "message": "m_7"},
                at=hour_ago,
                reasons=["incorrect", 'a, {b} "c"'][: n % 3],
                comment="嘘 \\ 'n' NULL" * (n % 4),
                **({"sample": {"p": 0.25, "mode": "solicited"}} if n % 5 else {}),
            )
            for n in range(50)
        ]

    for event in events():
        site.send(event)
    one_by_one = told()
    FeedbackEvent.objects.all().delete()
    together = events()
    assert site.send(*together).json()["accepted"] == 50
    assert told() == one_by_one
    assert site.send(*together[:30]).json() == {"accepted": 0, "duplicate": 30, "errors": []}


@pytest.mark.services
def test_many_events_take_one_place_a_column(site: Page) -> None:
    with CaptureQueriesContext(connection) as many:
        site.send(*(an_event() for _event in range(ingest.AS_ARRAYS)))
    [insert] = [one["sql"] for one in many if "INSERT INTO surveys_feedbackevent" in one["sql"]]
    assert "unnest(" in insert


def test_any_page_may_read_the_answer_and_no_cookie_is_set(site: Page) -> None:
    answer = site.send(an_event())
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert not answer.cookies


def test_the_same_event_again_is_a_duplicate_whatever_it_says(site: Page) -> None:
    event = an_event("up")
    site.send(event)
    again = site.send(event | {"value": "down"}, an_event("up"))
    assert again.json() == {"accepted": 1, "duplicate": 1, "errors": []}
    assert set(FeedbackEvent.objects.values_list("value", flat=True)) == {"up"}


def test_the_same_event_twice_in_one_request_is_stored_once(site: Page) -> None:
    event = an_event()
    assert site.send(event, event).json()["duplicate"] == 1


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": None}, "bad_id"),
    "id is no uuid": ({"id": "seven"}, "bad_id"),
    "unknown type": ({"type": "applause"}, "unknown_type"),
    "unhashable type": ({"type": ["feedback"]}, "unknown_type"),
    "unknown kind": ({"kind": "hearts"}, "unknown_kind"),
    "unhashable kind": ({"kind": {}}, "unknown_kind"),
    "no such value": ({"value": "sideways"}, "bad_value"),
    "no value": ({"value": ""}, "bad_value"),
    "six stars": ({"kind": "star5", "value": 6}, "bad_value"),
    "half a star": ({"kind": "star5", "value": 4.5}, "bad_value"),
    "true for a number": ({"kind": "nps", "value": True}, "bad_value"),
    "no choice": ({"kind": "choice", "value": ""}, "bad_choice"),
    "no words": ({"kind": "text", "value": "given", "comment": "  "}, "no_words"),
    "no conversation": ({"target": {}}, "no_conversation"),
    "target is text": ({"target": "c_91"}, "no_conversation"),
    "time is no time": ({"at": "yesterday"}, "bad_time"),
    "seq below zero": ({"seq": -1}, "bad_number"),
    "seq is text": ({"seq": "2"}, "bad_number"),
    "a megabyte": ({"comment": "x" * 4_001}, "too_long"),
    "comment is a list": ({"comment": ["x"]}, "bad_text"),
    "NUL": ({"comment": "a\x00b"}, "bad_text"),
    "NUL in a choice": ({"kind": "choice", "value": "a\x00"}, "bad_text"),
    "long conversation": ({"target": {"conversation": "c" * 256}}, "too_long"),
    "reasons are text": ({"reasons": "incorrect"}, "bad_reasons"),
    "eleven reasons": ({"reasons": [str(n) for n in range(11)]}, "bad_reasons"),
    "long reason": ({"reasons": ["x" * 41]}, "bad_reasons"),
    "deep context": ({"context": {"a": {"b": 1}}}, "bad_context"),
    "large context": ({"context": {str(n): n for n in range(11)}}, "bad_context"),
    "large number": ({"context": {"n": 2**60}}, "bad_context"),
    "p above one": ({"sample": {"p": 1.5, "mode": "solicited"}}, "bad_sample"),
    "unknown mode": ({"sample": {"mode": "begged"}}, "bad_sample"),
    "locale": ({"ui": {"locale": "<script>"}}, "bad_locale"),
    "instrument": ({"ui": {"instrument": 99_999}}, "bad_number"),
    "order": ({"ui": {"order": "up"}}, "bad_order"),
    "survey without name": ({"type": "survey_shown"}, "no_survey"),
}


@pytest.mark.parametrize(("change", "code"), WRONG.values(), ids=WRONG.keys())
def test_a_bad_event_is_refused_and_the_others_are_taken(
    site: Page, change: dict[str, Any], code: str
) -> None:
    answer = site.send(an_event(), an_event() | change)
    assert answer.status_code == 202
    (error,) = answer.json()["errors"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert "%(" not in error["message"]
    assert FeedbackEvent.objects.count() == 1


def test_what_is_no_object_is_refused_alone(site: Page) -> None:
    answer = site.send(an_event(), "up", None, [1]).json()
    assert [error["code"] for error in answer["errors"]] == ["not_an_event"] * 3
    assert answer["accepted"] == 1


def test_half_a_surrogate_pair_spoils_its_own_event_only(site: Page) -> None:
    whole, cut = an_event(), an_event("down", comment="CUT")
    body = (
        f'{{"key": "{site.key.key}", "events": [{_json(whole)}, {_json(cut)}]}}'.replace(
            "CUT", "\\ud83d"
        )
    ).encode()
    answer = site.post("/v1/ingest", body).json()
    assert answer["accepted"] == 1
    assert answer["errors"][0] == {
        "id": cut["id"], "code": "bad_text", "message": answer["errors"][0]["message"],
    }  # fmt: skip


def _json(event: dict[str, Any]) -> str:
    import json

    return json.dumps(event)


def test_script_in_a_comment_is_kept_as_the_words_that_it_is(site: Page) -> None:
    words = "<script>alert(1)</script>"
    site.send(an_event(comment=words))
    assert FeedbackEvent.objects.get().comment == words


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "not_json"),
        (b"{", 400, "not_json"),
        (b"[" * 5_000, 400, "not_json"),
        (b'{"key": NaN}', 400, "not_json"),
        (b'{"a": "\\ud800", "b": NaN}', 400, "not_json"),
        (b"[]", 400, "bad_envelope"),
        (b'{"key": 7, "events": []}', 400, "bad_envelope"),
        (b'{"key": "pk_nobody", "events": [1]}', 401, "unknown_key"),
        (b'{"key": "pk_\\ud800", "events": [1]}', 401, "unknown_key"),
        (b'{"key": "pk", "events": [], "respondent": "s:emma"}', 400, "bad_respondent"),
        (b"x" * 65_537, 413, "body_too_large"),
    ],
)
def test_a_request_that_cannot_be_read_says_why(
    site: Page, body: bytes, status: int, code: str
) -> None:
    answer = site.post("/v1/ingest", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"].endswith(".")


def test_fifty_one_events_are_too_many_and_none_is_kept(site: Page) -> None:
    answer = site.send(*(an_event() for _number in range(51)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_many_events")
    assert not FeedbackEvent.objects.exists()
    assert site.send(*(an_event() for _number in range(50))).json()["accepted"] == 50


def test_sentences_come_in_the_language_of_the_browser(site: Page) -> None:
    answer = site.post("/v1/ingest", b"{", HTTP_ACCEPT_LANGUAGE="ja,en;q=0.5")
    assert answer.json()["error"]["code"] == "not_json"


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/html"])
def test_other_types_are_not_read(site: Page, content_type: str) -> None:
    assert site.post("/v1/ingest", b"{}", content_type=content_type).status_code == 415


# Trust


def test_a_key_without_sites_takes_open_events(site: Page) -> None:
    site.send(an_event())
    assert FeedbackEvent.objects.get().trust == "open"


def test_a_listed_site_is_origin(listed: Page) -> None:
    listed.send(an_event())
    assert FeedbackEvent.objects.get().trust == "origin"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://app.example.com."])
def test_another_site_is_refused_whole(listed: Page, origin: str) -> None:
    listed.origin = origin
    answer = listed.send(an_event())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert not FeedbackEvent.objects.exists()


def test_a_program_that_names_no_site_is_told_so(listed: Page) -> None:
    listed.origin = ""
    told = listed.send(an_event()).json()["error"]["message"]
    assert "feedback from a sender that names no site." in told


def test_a_signed_event_comes_in_from_any_site(listed: Page) -> None:
    listed.origin = "https://evil.example"
    signed = an_event(token=token(listed.key, message="m_7", subject="emma", variant="v13"))
    answer = listed.send(signed, an_event()).json()
    assert answer["accepted"] == 1
    assert answer["errors"][0]["code"] == "origin_not_allowed"
    stored = FeedbackEvent.objects.get()
    assert (stored.trust, stored.respondent_key, stored.variant_name) == ("signed", "s:emma", "v13")


def test_a_token_fills_in_what_the_event_leaves_out(site: Page) -> None:
    event = an_event(token=token(site.key, message="m_9"))
    del event["target"]
    site.send(event)
    stored = FeedbackEvent.objects.get()
    assert (stored.conversation_key, stored.message) == ("c_91", "m_9")


def test_a_token_of_nobody_speaks_with_one_voice(site: Page) -> None:
    signed = token(site.key)
    for browser in ("b:first-browser", "b:second-browser"):
        site.respondent = browser
        site.send(an_event(token=signed))
    assert len(set(FeedbackEvent.objects.values_list("respondent_key", flat=True))) == 1


@pytest.mark.parametrize(
    ("made", "event", "code"),
    [
        ({"expires": datetime.now(UTC) - timedelta(seconds=1)}, {}, "token_expired"),
        ({"conversation": "c_92"}, {}, "token_other_answer"),
        ({"message": "m_8"}, {}, "token_other_answer"),
        ({"variant": "v13"}, {"variant": "v14"}, "token_other_answer"),
        ({"kinds": ["nps"]}, {}, "token_other_kind"),
    ],
)
def test_a_token_counts_for_what_it_says_only(
    site: Page, made: dict[str, Any], event: dict[str, Any], code: str
) -> None:
    answer = site.send(an_event(token=token(site.key, **made), **event))
    assert answer.json()["errors"][0]["code"] == code
    assert not FeedbackEvent.objects.exists()


def test_a_token_of_another_project_is_foreign(site: Page) -> None:
    other = make_key(factories.make_project())
    answer = site.send(an_event(token=token(other)))
    assert answer.json()["errors"][0]["code"] == "token_foreign"


@pytest.mark.parametrize("damage", ["", ".", "a.b", "e30.", "é.é", "x" * 3_000, "bnVsbA.x"])
def test_a_damaged_token_is_malformed(site: Page, damage: str) -> None:
    event = an_event(token=damage or "no dot")
    assert site.send(event).json()["errors"][0]["code"] == "token_malformed"


def test_a_forged_token_is_refused(site: Page) -> None:
    body, _dot, _signature = token(site.key).partition(".")
    _body, _dot, signature = token(site.key, subject="emma").partition(".")
    answer = site.send(an_event(token=f"{body}.{signature}"))
    assert answer.json()["errors"][0]["code"] == "token_forged"


def test_the_secret_before_the_last_change_counts_no_more(site: Page) -> None:
    signed = token(site.key)
    for generation, accepted in ((2, 1), (3, 0)):
        site.key.generation = generation
        site.key.save()
        known_keys.forget()
        assert site.send(an_event(token=signed)).json()["accepted"] == accepted


def test_a_withdrawn_key_is_unknown(site: Page) -> None:
    site.key.revoked_at = datetime.now(UTC)
    site.key.save()
    assert site.send(an_event()).status_code == 401


# Clocks


def test_a_clock_ten_years_off_is_set_right(site: Page) -> None:
    then = datetime.now(UTC) - timedelta(days=3_650)
    site.send(an_event(at=(then - timedelta(minutes=5)).isoformat()), sent_at=then.isoformat())
    stored = FeedbackEvent.objects.get()
    assert abs(stored.received_at - stored.at - timedelta(minutes=5)) < timedelta(seconds=5)


def test_a_slow_request_moves_nothing_behind_the_quick_one_after_it(site: Page) -> None:
    now = datetime.now(UTC) - timedelta(seconds=9)
    site.send(an_event(at=now.isoformat()), sent_at=(now + timedelta(seconds=1)).isoformat())
    later = now + timedelta(seconds=2)
    site.send(an_event(at=later.isoformat()), sent_at=(later + timedelta(seconds=6)).isoformat())
    assert list(FeedbackEvent.objects.order_by("pk").values_list("at", flat=True)) == [now, later]


@pytest.mark.parametrize("at", ["2036-11-22T12:00:01Z", "9999-12-31T23:59:59Z"])
def test_nothing_happens_in_the_future(site: Page, at: str) -> None:
    site.send(an_event(at=at), sent_at="1999-01-01T00:00:00Z")
    stored = FeedbackEvent.objects.get()
    assert stored.at == stored.received_at


def test_what_is_older_than_a_month_counts_as_a_month_old(site: Page) -> None:
    site.send(an_event(at="0001-01-01T00:00:00Z"), sent_at=datetime.now(UTC).isoformat())
    stored = FeedbackEvent.objects.get()
    assert stored.received_at - stored.at == timedelta(days=30)


# Limits


def test_a_respondent_who_sends_too_much_waits_and_others_do_not(project: Project) -> None:
    site = Page(make_key(project, per_minute_each=2))
    site.send(an_event(), an_event())
    answer = site.send(an_event())
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    site.respondent = "b:somebody-else"
    assert site.send(an_event()).status_code == 202


def test_a_key_has_a_limit_of_its_own_and_what_is_refused_is_not_kept(project: Project) -> None:
    site = Page(make_key(project, per_minute=3))
    assert site.send(an_event(), an_event()).status_code == 202
    assert site.send(an_event(), an_event()).status_code == 429
    assert FeedbackEvent.objects.count() == 2


# Comments


def test_addresses_and_numbers_are_masked_before_they_are_stored(site: Page) -> None:
    site.send(an_event(comment="yuki@example.co.jp ０９０-1234-5678 4111 1111 1111 1111"))
    assert FeedbackEvent.objects.get().comment == "[email] [phone] [card]"


def test_a_project_may_keep_comments_as_they_came(site: Page, project: Project) -> None:
    FeedbackRules.objects.create(project=project, scrub=False)
    site.send(an_event(comment="yuki@example.co.jp"))
    assert FeedbackEvent.objects.get().comment == "yuki@example.co.jp"


def without_names(text: str) -> str:
    return text.replace("Yuki", "[name]")


def test_the_operator_s_own_scrubber_goes_over_the_rest(site: Page, settings: Any) -> None:
    settings.SCRUBBER = "tests.surveys.test_ingest.without_names"
    site.send(an_event(comment="Yuki, yuki@example.co.jp"))
    assert FeedbackEvent.objects.get().comment == "[name], [email]"


# Other requests


def test_a_database_that_takes_nothing_says_when_to_come_again(
    site: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def locked(rows: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(ingest, "stored", locked)
    answer = site.send(an_event())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["error"]["code"] == "unavailable"


def test_other_methods_and_addresses_answer_in_json(site: Page) -> None:
    for path, status, code in (
        ("/v1/ingest", 405, "method_not_allowed"),
        ("/v1/nothing", 404, "not_found"),
    ):
        answer = site.client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_browser_that_asks_first_is_told_what_it_may(site: Page) -> None:
    answer = site.client.options("/v1/ingest", HTTP_ORIGIN=SITE)
    assert answer.status_code == 204
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_uids_belong_to_a_project(site: Page) -> None:
    other = Page(make_key(factories.make_project()))
    event = an_event(id=str(uuid4()))
    assert site.send(event).json()["accepted"] == 1
    assert other.send(event).json()["accepted"] == 1
