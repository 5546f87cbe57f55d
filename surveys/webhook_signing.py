"""How a message to a webhook is signed: Standard Webhooks, https://www.standardwebhooks.com."""

import hmac
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings

OVERLAP = timedelta(days=1)
"""After a change of the secret, messages carry the old one's signature too for so long."""


class Signing(Protocol):
    """What signing needs of a `Webhook`."""

    @property
    def uid(self) -> UUID: ...
    @property
    def generation(self) -> int: ...
    @property
    def rotated_at(self) -> datetime | None: ...


def secret_of(webhook: Signing) -> str:
    """What the receiver checks signatures with, as its library takes it."""
    return "whsec_" + b64encode(_key(webhook.uid, webhook.generation)).decode()


def headers_of(webhook: Signing, message: UUID, body: bytes, now: datetime) -> dict[str, str]:
    """The same message keeps its id over all attempts; the time is that of the attempt."""
    name, at = f"msg_{message.hex}", str(int(now.timestamp()))
    signed = f"{name}.{at}.".encode() + body
    generations = [webhook.generation]
    if webhook.rotated_at is not None and now - webhook.rotated_at < OVERLAP:
        generations.append(webhook.generation - 1)
    signatures = [_signature(_key(webhook.uid, number), signed) for number in generations]
    return {
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(signatures),
    }


def _key(uid: UUID, generation: int) -> bytes:
    words = f"surveys.webhook.{uid.hex}.{generation}"
    return hmac.digest(settings.SECRET_KEY.encode(), words.encode(), "sha256")


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()
