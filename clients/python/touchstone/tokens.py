"""Tokens that say to the server who gives feedback and on what, made without asking it."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from .errors import TouchstoneError

DAY = 24 * 60 * 60
LIFE = 7 * DAY
"""Long enough for whoever opens the page again, or a mail, some days later."""


def made_token(
    *,
    key: str,
    secret: str,
    generation: int,
    conversation: str,
    message: str | None,
    variant: str | None,
    subject: str | None,
    kinds: Sequence[str] | None,
    expires: int,
) -> str:
    """`base64url(claims) + "." + base64url(HMAC-SHA256(secret, first part))`, without padding."""
    if not conversation:
        raise TouchstoneError("A token names a conversation. Give the one the feedback is about.")
    given: dict[str, Any] = {
        "k": key,
        "g": generation,
        "c": conversation,
        "m": message,
        "v": variant,
        "s": subject,
        "n": list(kinds or ()),
        "e": expires,
    }
    claims = {name: value for name, value in given.items() if value}
    text = json.dumps(claims, ensure_ascii=False, separators=(",", ":"))
    body = encoded(text.encode("utf-8"))
    return body + "." + encoded(hmac.new(secret.encode(), body.encode(), sha256).digest())


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
