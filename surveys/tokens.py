"""What an application's server signs for its pages, and what respondents are handed back.

A token says for which answer feedback may be given and who gives it. It is made without a call to
us and stored nowhere: `base64url(claims) + "." + base64url(HMAC-SHA256(secret, first part))`, both
without padding, the claims as JSON with keys of one letter. A key's secret follows from the
installation's own and the key's generation; the last two generations count, so that a secret can be
changed while tokens made with the old one are still in pages.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

import orjson
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from core.http import uid_in
from core.text import storable
from surveys.models.respondents import Respondent

LIFE = timedelta(days=7)
LONGEST = 2_000
LONGEST_SUBJECT = 128
"""`Respondent.key` holds it behind two letters."""

LENGTHS = {"c": 255, "m": 255, "v": 120, "s": LONGEST_SUBJECT}
RECEIPTS = Signer(sep=".", salt="surveys.receipt")

WHY = {
    "token_malformed": _(
        "The token is damaged. Pass it on exactly as your server's `touchstone.sign` made it."
    ),
    "token_foreign": _("The token was made for another key. Sign with the secret of this one."),
    "token_forged": _(
        "The token's signature does not fit. Sign with this key's current secret; a secret that "
        "was replaced twice counts no more."
    ),
    "token_expired": _("The token has expired. Let your server sign a new one for this answer."),
    "token_other_answer": _(
        "The token was made for another answer: its conversation, message or variant differs from "
        "the event's."
    ),
    "token_other_kind": _("The token does not allow this kind of feedback."),
}


class TokenError(Exception):
    """A token that proves nothing; `code` is one of `WHY`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Signing(Protocol):
    """What tokens need of a `WidgetKey`."""

    @property
    def key(self) -> str: ...
    @property
    def generation(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Claims:
    """What a server vouches for; empty where it says nothing."""

    key: str
    generation: int
    conversation: str
    message: str
    variant: str
    subject: str
    kinds: tuple[str, ...]
    expires: int

    def refusal(self, conversation: str, message: str, variant: str, kind: str) -> str:
        """Why this does not vouch for an event, as a code of `WHY`; empty where it does.

        What the event leaves out it takes from the claims.
        """
        if (
            (conversation and conversation != self.conversation)
            or (message and self.message and message != self.message)
            or (variant and self.variant and variant != self.variant)
        ):
            return "token_other_answer"
        return "token_other_kind" if kind and self.kinds and kind not in self.kinds else ""


def secret_of(key: Signing, generation: int | None = None) -> str:
    """What signs for a key: shown to managers, held by the application's server."""
    return _secret(settings.SECRET_KEY, key.key, generation or key.generation)


@lru_cache(maxsize=256)
def _secret(installation: str, key: str, generation: int) -> str:
    words = f"surveys.widget-key.{key}.{generation}"
    return "sk_" + _encoded(hmac.digest(installation.encode(), words.encode(), "sha256"))


def sign(
    key: Signing,
    *,
    conversation: str,
    expires: datetime,
    message: str = "",
    variant: str = "",
    subject: str = "",
    kinds: Iterable[str] = (),
) -> str:
    claims = {
        "k": key.key,
        "g": key.generation,
        "c": conversation,
        "m": message,
        "v": variant,
        "s": subject,
        "n": list(kinds),
        "e": int(expires.timestamp()),
    }
    body = _encoded(orjson.dumps({name: value for name, value in claims.items() if value}))
    return f"{body}.{_signature(secret_of(key), body)}"


def read(token: str, key: Signing, now: float) -> Claims:
    """The claims of a token that this key signed and that still holds at `now`, in unix seconds.

    Raises:
        TokenError: With the code `token_malformed`, `token_foreign`, `token_forged` or
            `token_expired`.
    """
    claims = _vouched_for(token, key.key, key.generation, settings.SECRET_KEY)
    if claims.expires <= now:
        raise TokenError("token_expired")
    return claims


@lru_cache(maxsize=4_096)
def _vouched_for(token: str, key: str, generation: int, installation: str) -> Claims:
    """What a good signature covers: a page sends its token with each event, so it is kept."""
    claims, body, signature = _opened(token)
    if claims.key != key:
        raise TokenError("token_foreign")
    if claims.generation not in (generation, generation - 1) or claims.generation < 1:
        raise TokenError("token_forged")
    secret = _secret(installation, key, claims.generation)
    if not hmac.compare_digest(_signature(secret, body), signature):
        raise TokenError("token_forged")
    return claims


def respondent_key_of(claims: Claims) -> str:
    """Who speaks in a signed event.

    A token that names nobody stands for one person in its conversation, whichever browsers send
    it: else whoever copies it could speak with as many voices as there are random ids.
    """
    if claims.subject:
        return f"s:{claims.subject}"
    return f"t:{sha256(claims.conversation.encode()).hexdigest()}"


def key_named_in(token: str) -> str:
    """The public key that a token names; "" for what is none. Nothing is proven by it."""
    try:
        return _opened(token)[0].key
    except TokenError:
        return ""


def _opened(token: str) -> tuple[Claims, str, str]:
    body, dot, signature = token.partition(".") if len(token) <= LONGEST else ("", "", "")
    if not dot or not token.isascii():
        raise TokenError("token_malformed")
    try:
        said = orjson.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (NotBase64, ValueError):
        raise TokenError("token_malformed") from None
    if not isinstance(said, dict) or not _fits(said):
        raise TokenError("token_malformed")
    claims = Claims(
        key=said["k"],
        generation=said["g"],
        conversation=said["c"],
        message=said.get("m") or "",
        variant=said.get("v") or "",
        subject=said.get("s") or "",
        kinds=tuple(said.get("n") or ()),
        expires=said["e"],
    )
    return claims, body, signature


def _fits(said: dict[str, Any]) -> bool:
    kinds = said.get("n")
    return (
        type(said.get("k")) is str
        and type(said.get("g")) is int
        and type(said.get("e")) is int
        and bool(said.get("c"))
        and all(_short(said.get(name), length) for name, length in LENGTHS.items())
        and (kinds is None or (type(kinds) is list and all(type(one) is str for one in kinds)))
    )


def _short(text: Any, length: int) -> bool:
    return text is None or (type(text) is str and len(text) <= length and storable(text))


def _signature(secret: str, body: str) -> str:
    return _encoded(hmac.digest(secret.encode(), body.encode(), "sha256"))


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def receipt_token(respondent: Respondent) -> str:
    """What opens a respondent's own data, for whoever holds it."""
    return RECEIPTS.sign(respondent.uid.hex)


def respondent_of(token: str) -> UUID | None:
    """The uid of the respondent whose data a receipt opens; None for what is no receipt."""
    try:
        return uid_in(RECEIPTS.unsign(token))
    except BadSignature:
        return None
