"""What stands before every view: sign-in, the token of a form, headers, the host's name."""

import pytest
from django.conf import settings
from django.urls import get_resolver
from rest_framework.permissions import IsAuthenticated

from tests.doors.actors import NOBODY
from tests.doors.doors import AT_DOORSTEP, patterns
from tests.doors.knocking import text_of
from tests.doors.rules import RULES

pytestmark = pytest.mark.once
PUBLIC = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_signup",
    "accounts:invitation",
    "accounts:join",
    "annotation:link",
    "annotation:link_join",
    "annotation:receipt",
    "annotation:receipt_erase",
    "annotation:receipt_erase_one",
    "annotation:receipt_find",
    "annotation:receipt_resume",
    "health",
    "set_language",
    "surveys:feedback_link",
    "surveys:hosted",
    "surveys:hosted_link",
    "surveys:hosted_resume",
    "surveys:own",
    "surveys:own_change",
    "surveys:own_erase",
    "surveys:own_erase_one",
    "surveys:own_erase_response",
    "surveys:widget_file",
}
RESPONDENTS_TOO = {
    f"annotation:{name}"
    for name in ("draft", "my_ratings", "rate", "revise", "skip", "submit", "undo")
}
PLOTS = {"analytics:agreement", "analytics:compare_days"}
WITHOUT_COOKIES = {
    *("surveys:feedback_link", "surveys:hosted", "surveys:hosted_link", "surveys:hosted_resume"),
}
"""Pages of their own, with a policy of their own; their forms carry a signed ticket."""

FRAMED = "surveys:survey_preview"
"""The rehearsal of such a page in a frame of the builder; it stores nothing."""

OTHERS = {*WITHOUT_COOKIES, FRAMED}
POSTS = [n for n, rule in RULES.items() if "POST" in rule.asks and n not in OTHERS]
PAGES = [n for n, rule in RULES.items() if "GET" in rule.asks and n not in OTHERS]


def test_these_views_and_no_others_are_open_to_nobody():
    """Operations of the API let the framework ask who it is, for a key is no session."""
    found = {name for name, one in patterns() if not getattr(one.callback, "login_required", True)}
    operations = {name for name, rule in RULES.items() if rule.may}
    at_doorstep = {name for name in found if name.startswith(AT_DOORSTEP)}
    assert found - operations - at_doorstep == PUBLIC


def test_these_views_and_no_others_let_a_receipt_take_the_place_of_an_account():
    found = {name for name, one in patterns() if getattr(one.callback, "respondents_too", False)}
    assert found == RESPONDENTS_TOO


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.may])
def test_an_operation_asks_who_it_is_and_declares_what_the_rule_says(name):
    view = dict(patterns())[name].callback
    assert view.cls.permission_classes == [IsAuthenticated]
    assert [one.__name__ for one in view.cls.authentication_classes] == [
        "KeyAuthentication",
        "SessionAuthentication",
    ]
    assert view.may == RULES[name].may


def test_these_pages_and_no_others_may_write_styles_into_themselves():
    found = {name for name, one in patterns() if getattr(one.callback, "plots_allowed", False)}
    assert found == PLOTS


def test_every_pattern_has_a_name():
    assert [name for name, one in patterns() if not one.name] == []
    assert get_resolver().url_patterns


@pytest.mark.parametrize("name", sorted(POSTS))
def test_a_form_without_the_token_of_our_page_is_refused(world, name):
    rule, side = RULES[name], world.north
    actor = sorted(rule.allowed - {NOBODY})[-1]
    client = world.client(actor, enforce_csrf_checks=True)
    answer = client.post(rule.url(name, side), rule.asks["POST"].data_of(side))
    assert answer.status_code == 403
    assert "Reload the page" in answer.content.decode()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_answer_carries_the_headers_that_hold_a_browser_back(world, name):
    rule = RULES[name]
    actors = {NOBODY, sorted(rule.allowed - {NOBODY})[0], "stranger"}
    for actor in actors:
        response = world.client(actor).get(rule.url(name, world.north))
        text_of(response)
        headers = response.headers
        policy = headers["Content-Security-Policy"]
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
        assert directives["script-src"] == "'self'"
        assert directives["object-src"] == directives["base-uri"] == "'none'"
        assert directives["frame-ancestors"] == "'none'"
        assert directives["default-src"] == directives["form-action"] == "'self'"
        assert ("unsafe-inline" in directives["style-src"]) <= (name in PLOTS)
        assert "unsafe" not in directives["script-src"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_preview_runs_no_script_and_only_our_own_pages_frame_it(world):
    response = world.client("owner").get(RULES[FRAMED].url(FRAMED, world.north))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize("name", sorted(WITHOUT_COOKIES))
def test_a_page_without_cookies_runs_no_script_and_sets_none(world, name):
    for actor in (NOBODY, "owner"):
        response = world.client(actor).get(RULES[name].url(name, world.north))
        policy = response.headers["Content-Security-Policy"]
        assert policy == (
            "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        assert not response.cookies
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil"])
def test_a_host_that_is_not_ours_gets_nothing(client, host):
    assert client.get("/accounts/login/", headers={"host": host}).status_code == 400


def test_the_session_cookie_is_out_of_the_reach_of_scripts_and_other_sites(world):
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert settings.CSRF_COOKIE_SAMESITE == "Lax"


def test_behind_https_cookies_travel_by_https_alone():
    assert settings.SESSION_COOKIE_SECURE == settings.CSRF_COOKIE_SECURE == settings.BEHIND_HTTPS


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(world, back):
    client = world.client("owner")
    answer = client.post("/language/", {"language": "ja", "next": back})
    assert answer.headers["Location"] == "/"
