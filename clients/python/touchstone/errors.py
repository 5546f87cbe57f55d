"""What can go wrong, as one family."""

from __future__ import annotations


class TouchstoneError(Exception):
    """Something that this package refuses or could not do; the message says what to change."""


class NotConfiguredError(TouchstoneError):
    """A call needs a setting that `configure` was not given."""


class RefusedError(TouchstoneError):
    """The server answered and refused; to try again would be refused again.

    Attributes:
        status: Of the answer, 403 for example.
        code: The server's stable code of the refusal; "" without one.
    """

    def __init__(self, message: str, status: int, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class UnreachableError(TouchstoneError):
    """No usable answer came, however often it was tried; the call may be repeated as it was."""
