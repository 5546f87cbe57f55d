"""Keys of widgets: made with their first words, rotated, revoked; and what an element is told."""

import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import DomainError, InvalidError
from surveys.instruments import default_settings, told
from surveys.services.widgets import (
    make_widget_key,
    publish_instrument,
    revoke_widget_key,
    rotate_secret,
)
from surveys.tokens import TokenError, read
from surveys.widget_forms import InstrumentForm, is_origin
from tests.surveys.widgets import token

pytestmark = pytest.mark.django_db
NOW = 1.0


@pytest.fixture
def key(project, alice):
    return make_widget_key(actor=alice, project=project, name="Help")


def test_a_key_comes_with_the_built_in_words(key):
    instrument = told(key.instruments.get())
    assert instrument == {
        "number": 1,
        "reasons": {
            "up": [],
            "down": ["incorrect", "not_answered", "hard_to_understand", "too_long", "other"],
        },
        "comment": True,
        "words": {},
    }


def test_other_words_are_another_instrument_and_the_same_are_none(key, alice):
    chosen = {"reasons": {"up": ["clear"], "down": []}, "words": {"fr": {"up": "Bien"}}}
    made = publish_instrument(actor=alice, key=key, note="French", **chosen)
    assert made.number == 2
    assert publish_instrument(actor=alice, key=key, **chosen) == made
    words = told(made)["words"]
    assert words["fr"] == {"up": "Bien"}
    assert words["ja"] == {"clear": "わかりやすい", "why_up": "よかった点（3つまで）"}


def test_an_unknown_reason_is_refused(key, alice):
    with pytest.raises(InvalidError, match="There is no reason “boring”"):
        publish_instrument(actor=alice, key=key, reasons={"down": ["boring"]}, words={})


def test_a_reason_of_a_teams_own_needs_a_key_and_words(key, alice):
    words = {"ja": {"wrong_price": "価格が違う"}}
    made = publish_instrument(actor=alice, key=key, reasons={"up": ["wrong_price"]}, words=words)
    assert told(made)["reasons"]["up"] == ["wrong_price"]
    assert {texts["wrong_price"] for texts in told(made)["words"].values()} == {"価格が違う"}


@pytest.mark.parametrize("reason", ["Wrong Price", "send", "x" * 41])
def test_a_reason_without_a_key_of_its_own_is_refused(key, alice, reason):
    words = {"en": {reason: "Words"}}
    with pytest.raises(InvalidError, match="small letters"):
        publish_instrument(actor=alice, key=key, reasons={"down": [reason]}, words=words)


def test_the_form_of_the_words_takes_reasons_of_a_teams_own_and_shows_them_again(key, alice):
    lines = {"own_down": "wrong_price = Wrong price | 価格が違う\nlate = Too late"}
    form = InstrumentForm({"down": ["other"], **lines}, settings=default_settings())
    assert form.is_valid(), form.errors
    made = publish_instrument(actor=alice, key=key, **form.chosen())
    assert made.settings["reasons"]["down"] == ["other", "wrong_price", "late"]
    assert made.settings["words"]["ja"] == {"wrong_price": "価格が違う", "late": "Too late"}
    again = InstrumentForm(settings=made.settings)
    assert again.initial["own_down"].splitlines() == [
        "wrong_price = Wrong price | 価格が違う",
        "late = Too late | Too late",
    ]
    assert again.fields["others"].initial == ""


def test_a_line_that_words_no_reason_is_named(key):
    form = InstrumentForm({"own_up": "wrong price"}, settings=default_settings())
    assert "“wrong price” is not understood" in form.errors["own_up"][0]


def test_the_secret_before_counts_until_the_next_rotation(key, alice):
    old = token(key)
    once = rotate_secret(actor=alice, key=key)
    assert read(old, once, NOW).conversation == "c_91"
    twice = rotate_secret(actor=alice, key=once)
    with pytest.raises(TokenError):
        read(old, twice, NOW)


def test_a_revoked_key_changes_no_more(key, alice):
    revoke_widget_key(actor=alice, key=key, now=timezone.now())
    with pytest.raises(DomainError, match="is revoked"):
        rotate_secret(actor=alice, key=key)


def test_whoever_looks_at_the_secret_is_noted(client, alice, key):
    client.force_login(alice, backend=settings.AUTHENTICATION_BACKENDS[-1])
    response = client.post(f"/widget-keys/{key.uid}/secret/")
    assert "sk_" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(verb="widget_key.secret_shown").count() == 1


@pytest.mark.parametrize("text", ["https://app.example.com", "http://localhost:3000"])
def test_a_site_is_scheme_host_and_port(text):
    assert is_origin(text)


@pytest.mark.parametrize("text", ["app.example.com", "https://a/b", "https://u@a", "ftp://a"])
def test_anything_else_is_no_site(text):
    assert not is_origin(text)


def test_an_exact_version_is_kept_for_ever_and_another_is_not_there(client):
    exact = client.get("/w/1.0.0/feedback.js")
    assert exact.headers["Cache-Control"].endswith("immutable")
    assert exact.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/w/1/feedback.js").headers["Cache-Control"] == "public, max-age=300"
    for path in ("/w/1.0/feedback.js", "/w/9.0.0/feedback.js", "/w/1.0.0/../manifest.json"):
        assert client.get(path).status_code == 404


@pytest.fixture
def tag(key, monkeypatch):
    """The template tag of the client, set up with the key."""
    monkeypatch.syspath_prepend(str(Path(settings.BASE_DIR) / "clients" / "python"))
    import touchstone
    from touchstone.django.templatetags.touchstone_feedback import touchstone_feedback

    from surveys.tokens import secret_of

    touchstone.configure(key=key.key, secret=secret_of(key), generation=key.generation)
    yield touchstone_feedback
    sys.modules.pop("touchstone.django.templatetags.touchstone_feedback")


def claims_in(element, key):
    return read(element.split('token="')[1].split('"')[0], key, NOW)


def test_the_template_tag_signs_and_escapes(key, tag):
    text = tag('c"1', "m_7", subject="alice", lang="ja")
    assert 'conversation="c&quot;1"' in text
    assert 'lang="ja"' in text
    claims = claims_in(text, key)
    assert (claims.conversation, claims.subject) == ('c"1', "alice")


def test_whoever_is_not_signed_in_is_no_subject_of_the_template_tag(key, tag):
    text = tag("c_91", None, variant=None, subject=None)
    claims = claims_in(text, key)
    assert not claims.subject
    assert (claims.message, claims.variant) == (claims_in(tag("c_91"), key).message, "")
    assert "None" not in text
    assert claims_in(tag(91, 7, subject=0), key).subject == "0"
