"""Request types: after the login middleware a request has a user of ours."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from accounts.models import User


LARGEST = 2**63 - 1


def whole(text: str | None) -> int | None:
    """A key that a link of ours carries; what else stands there asks for nothing."""
    number = int(text) if text and len(text) < 20 and text.isascii() and text.isdigit() else None
    return None if number is None or number > LARGEST else number


def uid_in(text: str | None) -> UUID | None:
    """A uid that a form or link of ours carries; what else stands there names nothing."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


class AuthedRequest(HttpRequest):
    user: "User"
    htmx: HtmxDetails
