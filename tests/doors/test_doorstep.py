"""What is open to browsers of other sites: everything under /v1/, and nothing of a person's.

These doors know no person and no form, so the matrix of who may pass does not fit them. What they
must not do is here, for whatever stands behind `/v1/`.
"""

import pytest
from django.urls import get_resolver, reverse

from tests.doors.actors import NOBODY, RESPONDENT
from tests.doors.doors import AT_DOORSTEP, patterns

DOORS = sorted(name for name, _one in patterns() if name.startswith(AT_DOORSTEP))
WORDS = {"uid": "0193a0b0-0000-7000-8000-000000000000"}
ACTORS = (NOBODY, "owner", RESPONDENT)


def url_of(name):
    kwargs = dict(patterns())[name].pattern.converters
    return reverse(name, kwargs={one: WORDS.get(one, "pk_nobody") for one in kwargs})


def test_everything_behind_v1_is_known_by_that_name():
    (resolver,) = [
        one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "browser"
    ]
    assert str(resolver.pattern) == "v1/"
    assert len(DOORS) == len(list(patterns(resolver)))


@pytest.mark.parametrize("name", DOORS)
def test_nobody_needs_to_sign_in(name):
    assert not dict(patterns())[name].callback.login_required


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", DOORS)
def test_without_a_key_nothing_is_told_and_nothing_is_done(world, name, method):
    """Whoever is signed in is answered like everybody else, for any site may read the answer."""
    answers = [
        getattr(world.client(actor), method)(url_of(name), headers={"Accept-Language": "en"})
        for actor in ACTORS
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert answer.json()["error"]["code"]
        assert answer.content == answers[0].content
        assert "NORTH" not in answer.content.decode()


@pytest.mark.parametrize("name", DOORS)
def test_any_site_may_read_the_answer_and_no_cookie_goes_either_way(world, name):
    for actor in ACTORS:
        client = world.client(actor)
        client.cookies["touchstone-test"] = "1"
        answer = client.get(url_of(name), headers={"Origin": "https://evil.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not answer.cookies


def test_the_rest_of_the_site_may_be_read_by_no_other(world):
    for url in ("/", "/health/", "/accounts/login/", "/api/v1/nothing/"):
        answer = world.client("owner").get(url, headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers
