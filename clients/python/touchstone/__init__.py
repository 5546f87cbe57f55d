"""Touchstone's client: sign the widget, assign variants, send feedback. Needs nothing but Python.

    import touchstone

    touchstone.configure(endpoint="https://touchstone.example.com", key="pk_…", secret="sk_…")
    token = touchstone.sign(conversation="c_91", message="m_7", variant="v13", subject=user_id)

The functions here use the settings of `configure`; an application that serves several projects
makes a `Client` for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .assigning import assign
from .calls import Caller
from .client import VERSION, Client, Sent
from .errors import NotConfiguredError, RefusedError, TouchstoneError, UnreachableError

__all__ = [
    "Caller",
    "Client",
    "NotConfiguredError",
    "RefusedError",
    "Sent",
    "TouchstoneError",
    "UnreachableError",
    "__version__",
    "assign",
    "configure",
    "feedback",
    "public_key",
    "report_assignments",
    "retract",
    "send",
    "sign",
]

__version__ = VERSION
_client = Client()


def configure(
    *,
    endpoint: str = "",
    key: str = "",
    secret: str = "",
    generation: int = 1,
    api_key: str = "",
    timeout: float = 10.0,
    retries: int = 4,
) -> Client:
    """Say once, when the application starts, where and as whom; see `Client`."""
    global _client
    _client = Client(endpoint, key, secret, generation, api_key, Caller(timeout, retries))
    return _client


def public_key() -> str:
    """The key of `configure`, for the element of a page."""
    return _client.key


def sign(**about: Any) -> str:
    """See `Client.sign`."""
    return _client.sign(**about)


def feedback(**given: Any) -> dict[str, Any]:
    """See `Client.feedback`."""
    return _client.feedback(**given)


def retract(id: str) -> None:
    """See `Client.retract`."""
    _client.retract(id)


def report_assignments(
    experiment: str,
    subjects: Iterable[str],
    shares: Mapping[str, float],
    seed: str | int = "",
) -> dict[str, str]:
    """See `Client.report_assignments`."""
    return _client.report_assignments(experiment, subjects, shares, seed)


def send(events: Iterable[Mapping[str, Any]]) -> Sent:
    """See `Client.send`."""
    return _client.send(events)
