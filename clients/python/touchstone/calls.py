"""One HTTP call that is repeated until it is answered: every call of this package may be."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any, Callable
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from .errors import RefusedError, UnreachableError

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that another try can change. 409 is an Idempotency-Key that is still being answered."""
IN_PROGRESS = 409
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0


class _StayHere(HTTPRedirectHandler):
    """A redirect would carry the key to another address, so it is an answer like any other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True)
class Caller:
    """How patiently calls are made.

    Attributes:
        timeout: Seconds to wait for one answer.
        retries: How often a call is repeated after the first try.
        sleep: Waits so many seconds; tests count instead.
    """

    timeout: float = 10.0
    retries: int = 4
    sleep: Callable[[float], None] = time.sleep

    def __call__(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Any:
        """The answer's JSON, None for an empty one.

        Raises:
            RefusedError: The server refused for good, or what answers there is no Touchstone.
            UnreachableError: No try was answered.
        """
        opener = build_opener(_StayHere)
        for tried in range(self.retries + 1):
            asked_to_wait = None
            try:
                request = Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310
                with opener.open(request, timeout=self.timeout) as answer:
                    return taken(answer.read(), answer.status)
            except HTTPError as refusal:
                said = parsed(read_of(refusal))
                refusal.close()
                if not may_try_again(refusal.code, said):
                    raise refused(refusal.code, said) from None
                asked_to_wait = seconds_of(refusal.headers.get("Retry-After"))
                failure = f"answered {refusal.code}"
            except (URLError, HTTPException, OSError) as fault:
                failure = str(getattr(fault, "reason", fault)) or type(fault).__name__
            if tried < self.retries:
                self.sleep(wait_before(tried + 1, asked_to_wait))
        raise UnreachableError(
            f"{url} could not be reached in {self.retries + 1} tries: {failure}. "
            "Nothing is lost: call again with the same arguments and id."
        )


def may_try_again(status: int, said: Any) -> bool:
    return status in AGAIN or (status == IN_PROGRESS and code_of(said) == "in_progress")


def wait_before(attempt: int, asked: float | None) -> float:
    """As long as the server asked, else twice as long each time; never all clients at once."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
    drawn = random.uniform(longest / 2, longest)  # noqa: S311
    return drawn if asked is None else min(LONGEST_WAIT, asked + random.uniform(0, 0.25))  # noqa: S311


def seconds_of(header: str | None) -> float | None:
    """What Retry-After asks for: seconds or a date; None where it says neither."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:  # a date that names no zone is of UTC
        until = until.replace(tzinfo=timezone.utc)
    return max(0.0, (until - datetime.now(timezone.utc)).total_seconds())


def taken(body: bytes, status: int) -> Any:
    """The JSON of a good answer; a page, such as a proxy sends to have one sign in, is none."""
    said = parsed(body)
    if body and said is None:
        raise RefusedError(
            f"What answered with {status} is no Touchstone: it sent no JSON. Look at the endpoint.",
            status,
            "not_json",
        )
    return said


def read_of(refusal: HTTPError) -> bytes:
    """What it says; a connection that breaks off behind the status has said enough."""
    try:
        return refusal.read()
    except (HTTPException, OSError):
        return b""


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def code_of(said: Any) -> str:
    fault = said.get("error") if isinstance(said, dict) else None
    return str(fault.get("code", "")) if isinstance(fault, dict) else ""


def refused(status: int, said: Any) -> RefusedError:
    fault = said.get("error") if isinstance(said, dict) else None
    words = fault.get("message") if isinstance(fault, dict) else None
    return RefusedError(
        str(words or f"The server refused with {status}. Look at the endpoint and at the keys."),
        status,
        code_of(said),
    )
