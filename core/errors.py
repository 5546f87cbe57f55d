"""What a service refuses to do, said so that the person who asked knows what to do next.

A message is a whole sentence: the thing, the value, the rule, the way out. Doors never build
their own; one middleware turns these into pages and parts, one handler into JSON.
"""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """A rule of the product forbids what was asked; nothing was changed."""

    code = "refused"
    status = 409

    def __init__(
        self, message: str, *, code: str = "", fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = dict(fields or {})

    def as_data(self) -> dict[str, Any]:
        """The one envelope in which a program reads a refusal."""
        return {"error": {"code": self.code, "message": self.message, "fields": self.fields}}


class NotFoundError(DomainError):
    """Absent, or not for this person: the two look alike from outside."""

    code = "not_found"
    status = 404


class NotAllowedError(DomainError):
    """The person belongs to the team, but the role is too low."""

    code = "not_allowed"
    status = 403


class InvalidError(DomainError):
    """The shape or the words of what was sent do not fit."""

    code = "invalid"
    status = 422


class TooLargeError(DomainError):
    """More was sent than is taken; none of it was kept."""

    code = "too_large"
    status = 413
