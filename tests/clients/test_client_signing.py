"""Tokens that the client signs without asking are those that the server reads."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import touchstone

from surveys import tokens

NOW = 1_790_000_000.0


def signing(generation=1):
    key = SimpleNamespace(key="pk_test", generation=generation)
    client = touchstone.Client(key=key.key, secret=tokens.secret_of(key), generation=key.generation)
    return key, client


def test_the_server_reads_what_the_client_says():
    key, client = signing()
    token = client.sign(
        conversation="c_91",
        message="m_7",
        variant="支援@v13",
        subject="u-7",
        kinds=["thumb"],
        now=NOW,
    )
    claims = tokens.read(token, key, NOW)
    assert (claims.conversation, claims.message, claims.variant) == ("c_91", "m_7", "支援@v13")
    assert (claims.subject, claims.kinds) == ("u-7", ("thumb",))
    assert claims.expires == NOW + 7 * 24 * 60 * 60


@pytest.mark.parametrize(
    "about",
    [
        {"conversation": "c"},
        {"conversation": "c", "message": "m", "variant": "v", "subject": "s", "kinds": ["nps"]},
        {"conversation": "会話/1", "subject": 'a"b\\c'},
    ],
)
def test_both_sides_write_the_same_token(about):
    key, client = signing()
    expires = datetime.fromtimestamp(NOW + 60, UTC)
    assert client.sign(**about, life=60, now=NOW) == tokens.sign(key, **about, expires=expires)


def test_a_secret_of_the_generation_before_still_counts():
    key, client = signing(generation=1)
    token = client.sign(conversation="c", now=NOW)
    newer = SimpleNamespace(key=key.key, generation=2)
    assert tokens.read(token, newer, NOW).generation == 1


def test_a_token_of_another_secret_is_forged():
    key, _client = signing()
    other = touchstone.Client(key=key.key, secret="sk_other")
    with pytest.raises(tokens.TokenError, match="token_forged"):
        tokens.read(other.sign(conversation="c", now=NOW), key, NOW)


def test_what_is_missing_is_named():
    with pytest.raises(touchstone.NotConfiguredError, match="key"):
        touchstone.Client().sign(conversation="c")
    with pytest.raises(touchstone.NotConfiguredError, match="secret"):
        touchstone.Client(key="pk").sign(conversation="c")
    with pytest.raises(touchstone.TouchstoneError, match="conversation"):
        touchstone.Client(key="pk", secret="sk").sign(conversation="")
