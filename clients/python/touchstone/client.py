"""The settings of one application, and the calls that use them."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .assigning import assign, checked_shares
from .calls import Caller
from .errors import NotConfiguredError, TouchstoneError
from .tokens import LIFE, made_token

VERSION = "1.0.0"
EVENTS_A_CALL, BYTES_A_CALL = 50, 60 * 1024
SUBJECTS_A_CALL = 1000


@dataclass(frozen=True)
class Sent:
    """What became of events.

    Attributes:
        accepted: Stored now.
        duplicate: Stored before; counted once.
        errors: One {"id", "code", "message"} for each that was refused.
    """

    accepted: int
    duplicate: int
    errors: list[dict[str, str]]


@dataclass(frozen=True)
class Client:
    """One application of one project; `touchstone.configure` makes the usual one.

    Attributes:
        endpoint: Where Touchstone is: "https://touchstone.example.com".
        key: The public key of the widget, "pk_…".
        secret: What signs for that key, "sk_…".
        generation: Which secret of the key it is; the page of the key says so.
        api_key: A key of the API, "ts_…".
        call: Makes the HTTP calls.
    """

    endpoint: str = ""
    key: str = ""
    secret: str = field(default="", repr=False)  # whoever logs a client logs no secret
    generation: int = 1
    api_key: str = field(default="", repr=False)
    call: Caller = field(default_factory=Caller)

    def sign(
        self,
        *,
        conversation: str,
        message: str | None = None,
        variant: str | None = None,
        subject: str | None = None,
        kinds: Sequence[str] | None = None,
        life: float = LIFE,
        now: float | None = None,
    ) -> str:
        """A token for the widget on one answer; opens no connection.

        Args:
            conversation: As the application calls it.
            message: The answer in it; None for the conversation as a whole.
            variant: What produced the answer.
            subject: Who sees it, in the application's words; a pseudonym will do.
            kinds: Which kinds of feedback it is for; None for all.
            life: Seconds until it expires.
            now: Unix time; the clock's without.
        """
        begun = time.time() if now is None else now
        return made_token(
            key=self._needed("key"),
            secret=self._needed("secret"),
            generation=self.generation,
            conversation=conversation,
            message=message,
            variant=variant,
            subject=subject,
            kinds=kinds,
            expires=int(begun + life),
        )

    def feedback(
        self,
        *,
        conversation: str,
        value: str | int,
        kind: str = "thumb",
        message: str | None = None,
        variant: str | None = None,
        subject: str | None = None,
        reasons: Sequence[str] = (),
        comment: str = "",
        locale: str = "",
        context: Mapping[str, str] | None = None,
        at: datetime | None = None,
        id: str | None = None,
    ) -> dict[str, Any]:
        """Feedback that reached the application by another way than the widget.

        Args:
            conversation: As the application calls it.
            value: "up" or "down" of a thumb, else the number on the scale.
            kind: thumb, star5, csat, ces, nps, scale, choice or text.
            message: The answer in the conversation.
            variant: What produced the answer.
            subject: Who gave it.
            reasons: Keys of reasons.
            comment: In their words.
            locale: What language they were asked in.
            context: What else is known: {"topic": "billing"}.
            at: When they gave it; without, when it arrives.
            id: A UUID of this feedback. Give one of your own where a process may die between two
                tries: the same id is counted once.

        Returns:
            The feedback as the server stored it.
        """
        body = {
            "id": id or new_id(),
            "at": written(at) if at else None,
            "kind": kind,
            "value": value,
            "conversation": conversation,
            "message": message,
            "variant": variant,
            "subject": subject,
            "reasons": list(reasons),
            "comment": comment,
            "locale": locale,
            "context": dict(context or {}),
        }
        given = {name: worth for name, worth in body.items() if worth not in (None, "", [], {})}
        found: dict[str, Any] = self._api("POST", "feedback", given, idempotency=str(body["id"]))
        return found

    def retract(self, id: str) -> None:
        """Take feedback back by its id, as its giver asked; what was said stays in the history."""
        self._api("DELETE", f"feedback/{uuid.UUID(str(id))}", None, idempotency=f"retract-{id}")

    def report_assignments(
        self,
        experiment: str,
        subjects: Iterable[str],
        shares: Mapping[str, float],
        seed: str | int = "",
    ) -> dict[str, str]:
        """Tell the server who was assigned, so that it can check the shares; who got what.

        The server assigns by the same hash and remembers a hash of each subject, once.
        """
        checked_shares(shares)
        found: dict[str, str] = {}
        for part in in_parts(list(dict.fromkeys(subjects)), SUBJECTS_A_CALL):
            body = {
                "experiment": experiment,
                "shares": dict(shares),
                "seed": str(seed),
                "subjects": part,
            }
            answer = self._api("POST", "assignments", body)
            for line in answer["assignments"]:
                found[line["subject"]] = line["variant"]
        return found

    def assign(
        self,
        experiment: str,
        subject: str,
        shares: Mapping[str, float],
        seed: str | int = "",
    ) -> str:
        """As `touchstone.assign`: opens no connection."""
        return assign(experiment, subject, shares, seed)

    def send(self, events: Iterable[Mapping[str, Any]]) -> Sent:
        """Send events of the widget's own form; those without `id` and `at` are given both.

        Raises:
            UnreachableError: Part of them may have been stored; send them again as they are.
        """
        accepted = duplicate = 0
        errors: list[dict[str, str]] = []
        whole = [{"id": new_id(), "at": written(None), **event} for event in events]
        for lines in batches(whole):
            head = json.dumps(
                {
                    "key": self._needed("key"),
                    "sent_at": written(None),
                    "sdk": f"python/{VERSION}",
                }
            )
            body = head[:-1] + ', "events": [' + ",".join(lines) + "]}"
            answer = self.call(
                "POST",
                self._needed("endpoint").rstrip("/") + "/v1/ingest",
                body.encode("utf-8"),
                {"Content-Type": "text/plain; charset=utf-8"},
            )
            accepted += answer["accepted"]
            duplicate += answer["duplicate"]
            errors += answer["errors"]
        return Sent(accepted, duplicate, errors)

    def _api(self, method: str, path: str, body: Any, idempotency: str = "") -> Any:
        headers = {
            "Authorization": f"Bearer {self._needed('api_key')}",
            "Content-Type": "application/json",
            **({"Idempotency-Key": idempotency} if idempotency else {}),
        }
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8")
        url = f"{self._needed('endpoint').rstrip('/')}/api/v1/{path}"
        return self.call(method, url, data, headers)

    def _needed(self, name: str) -> str:
        found: str = getattr(self, name)
        if not found:
            raise NotConfiguredError(
                f"This call needs `{name}`. Give it to touchstone.configure({name}=…)."
            )
        return found


def batches(events: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """As JSON, as many together as one call may carry."""
    lines: list[str] = []
    size = 0
    for event in events:
        line = json.dumps(event, ensure_ascii=False)
        length = len(line.encode("utf-8")) + 1
        if length > BYTES_A_CALL:
            raise TouchstoneError(
                f"Event {event['id']} has {length} bytes; a call carries {BYTES_A_CALL}. "
                "Shorten its comment or context."
            )
        if lines and (len(lines) == EVENTS_A_CALL or size + length > BYTES_A_CALL):
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += length
    if lines:
        yield lines


def in_parts(rows: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def new_id() -> str:
    """A UUID of version 7: it begins with the time, so that a database stores it in order."""
    stamp = int(time.time() * 1000) & ((1 << 48) - 1)
    drawn = int.from_bytes(os.urandom(10), "big")
    number = stamp << 80 | drawn
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=number))


def written(at: datetime | None) -> str:
    moment = at or datetime.now(timezone.utc)
    if moment.tzinfo is None:
        raise TouchstoneError(
            f"The time {moment} names no time zone. Give it one, UTC for example."
        )
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
