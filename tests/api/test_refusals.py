"""What is wrong is told in one envelope, in the caller's language, and changes nothing."""

import gzip
import random
import string
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from conversations.models import Conversation, ImportRun
from jobs.testing import run_pending_jobs
from tests import factories

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"api:{name}", args=args)


def error(answer, status):
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "fields"}
    assert body["error"]["message"].endswith((".", "。"))
    return body["error"]


def test_nobody_is_told_how_to_be_somebody(client):
    answer = client.get(url("projects"))
    assert error(answer, 401)["code"] == "not_authenticated"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_key_is_refused_even_beside_a_session(signed_in, alice):
    answer = signed_in(alice).get(url("projects"), headers={"authorization": "Bearer ts_nonsense"})
    assert "copied whole" in error(answer, 401)["message"]


def test_words_come_in_the_language_of_the_caller(program):
    answer = program().get(url("conversation", uuid4()), headers={"accept-language": "ja"})
    message = error(answer, 404)["message"]
    assert any(letter > "\u3000" for letter in message)
    assert answer.headers["Content-Language"] == "ja"


def test_a_viewer_is_told_that_its_role_is_too_low(program, project):
    answer = program(Role.VIEWER).post(url("imports", project.uid))
    assert error(answer, 403)["code"] == "not_allowed"


@pytest.mark.parametrize("who", ["key", "person"])
def test_a_key_is_not_told_that_its_role_can_be_changed(program, signed_in, project, who):
    viewer = factories.make_membership(project.team, factories.make_user(), Role.VIEWER)
    caller = program(Role.VIEWER) if who == "key" else signed_in(viewer.user)
    answer = caller.get(url("subject", "ann"), {"project": project.uid})
    message = error(answer, 403)["message"]
    assert ("This API key has the role Viewer" in message) == (who == "key")
    assert ("can change it" in message) == (who == "person")


def test_a_key_sees_its_one_project_alone(program, project):
    factories.make_project(project.team)
    found = program().get(url("projects")).json()["results"]
    assert [one["uid"] for one in found] == [str(project.uid)]


def test_an_address_that_is_not_there_answers_programs_in_the_envelope(program):
    assert error(program().get("/api/v1/nothing/"), 404)["code"] == "not_found"


def test_a_method_that_is_not_answered(program):
    answer = program().delete(url("projects"))
    assert error(answer, 405)["code"] == "method_not_allowed"
    assert sorted(answer.headers["Allow"].split(", ")) == ["GET", "OPTIONS"]


def test_a_fault_of_our_own_tells_nothing_of_the_inside(program, monkeypatch):
    def fall_over(*args, **kwargs):
        raise RuntimeError("the-secret-of-the-house")

    monkeypatch.setattr("accounts.api.views.page", fall_over)
    client = program(raise_request_exception=False)
    answer = client.get(url("projects"))
    assert error(answer, 500)["code"] == "failed"
    assert "secret" not in answer.content.decode()


def test_too_many_requests_are_told_when_to_come_back(program, monkeypatch):
    monkeypatch.setattr("rest_framework.throttling.UserRateThrottle.rate", "1/min", raising=False)
    cache.clear()  # counts of other tests, whose people had the same keys in the database
    client = program()
    client.get(url("projects"))
    answer = client.get(url("projects"))
    assert error(answer, 429)["code"] == "throttled"
    assert int(answer.headers["Retry-After"]) <= 60


def test_a_session_needs_the_token_and_a_key_does_not(signed_in, alice, project, program):
    target = url("import_confirm", uuid4())
    session = Client(enforce_csrf_checks=True)
    session.cookies = signed_in(alice).cookies
    assert error(session.post(target), 403)["code"] == "csrf"
    assert error(program(enforce_csrf_checks=True).post(target), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "201"}, "page_size"),
        ({"page_size": "9" * 400}, "page_size"),
        ({"page_size": "many"}, "page_size"),
        ({"cursor": "!"}, "cursor"),
        ({"cursor": "LTE="}, "cursor"),  # -1
        ({"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk="}, "cursor"),  # beyond any key
        ({"cursor": "\x00"}, "cursor"),
        ({"cursor": "あ"}, "cursor"),
        ({"language": "\x00"}, "language"),
        ({"language": "x" * 11}, "language"),
        ({"variant": "x"}, "variant"),
        ({"variant": str(uuid4())}, "variant"),
        ({"variants": "x"}, "variants"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(program, project, parameters, field):
    answer = program().get(url("conversations", project.uid), parameters)
    assert list(error(answer, 422)["fields"]) == [field]


def test_a_variant_of_another_team_is_no_variant(program, project, other_project):
    foreign = factories.make_variant(other_project)
    answer = program().get(url("conversations", project.uid), {"variant": foreign.uid})
    absent = program().get(url("conversations", project.uid), {"variant": uuid4()})
    assert error(answer, 422) == error(absent, 422)


BODIES = {
    "nothing": b"",
    "no JSON": b"{not json\n",
    "a number": b"7\n",
    "NUL": b'{"messages": [{"role": "user", "content": "a\\u0000b"}]}\n',
    "half a gzip": gzip.compress(b'{"messages": []}\n' * 100)[:40],
    "noise": bytes(random.Random(7).randrange(256) for _ in range(2_000)),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("name", ["imports", "ratings_import"])
def test_a_body_that_is_no_file_of_ours_stores_nothing(program, project, body, name):
    of = project if name == "imports" else factories.make_study(project)
    answer = program().post(
        f"{url(name, of.uid)}?{'confirm=true' if name == 'imports' else ''}",
        body,
        content_type="application/x-ndjson",
    )
    assert answer.status_code in {202, 422}
    if answer.status_code == 422:
        assert error(answer, 422)
    run_pending_jobs()
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    "query", ["map=input", "map=nothing=x", "source=words", "encoding=x", "confirm=perhaps", "x=1"]
)
def test_an_import_with_a_wrong_parameter_is_refused_before_the_file_is_kept(
    program, project, query
):
    answer = program().post(f"{url('imports', project.uid)}?{query}", b"{}", content_type="a/b")
    error(answer, 422)
    assert not ImportRun.objects.exists()


def test_a_form_without_the_file_says_what_to_send(program, project):
    answer = program().post(url("imports", project.uid), {"other": SimpleUploadedFile("a", b"x")})
    assert "body of the request" in error(answer, 422)["message"]


def test_a_file_over_the_limit_is_refused_before_a_byte_is_read(program, project, settings):
    settings.TOUCHSTONE_MAX_UPLOAD = 10
    body = b"x" * 100_000
    answer = program().post(url("imports", project.uid), body, content_type="text/plain")
    assert error(answer, 413)["code"] == "upload_too_large"


@pytest.mark.parametrize("seed", range(20))
def test_garbage_in_the_query_is_a_sentence_and_never_a_fault(program, project, seed):
    chance = random.Random(seed)
    letters = string.printable + "\x00あ\u202e🪨%&="
    names = ["cursor", "page_size", "variant", "language", "group_key", "input_key", "q", "zzz"]
    parameters = {
        chance.choice(names): "".join(chance.choices(letters, k=chance.randrange(300)))
        for _ in range(3)
    }
    answer = program().get(url("conversations", project.uid), parameters)
    assert answer.status_code in {200, 422}, answer.content


def test_a_form_with_too_many_fields_is_refused_in_the_envelope(program, project, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    answer = program().post(url("imports", project.uid), {f"field{n}": "x" for n in range(9)})
    assert error(answer, 400)["code"] == "malformed"
