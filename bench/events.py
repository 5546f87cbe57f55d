"""Pages of an application at work: each sends events on a connection of its own."""

import os
import random
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import orjson
from django.utils import timezone

from accounts.models import Project
from bench.wire import UnexpectedAnswerError, Wire
from core.models import new_uids
from surveys.models import WidgetKey
from surveys.tokens import sign

CONVERSATIONS = 5_000
COMMENT = "The date of the delivery is wrong; it came a day later than the answer says."
UNLIMITED = 2_000_000_000
AN_EVENT = (
    '{"id":"%s","type":"%s","at":"%s","seq":%d,"kind":"thumb","value":%s,'
    '"target":{"message":"m_%d"},"reasons":%s,"comment":"%s",'
    '"ui":{"widget":"1.0.0","locale":"ja","order":["up","down"],"instrument":1},'
    '"context":{"topic":"billing"}}'
)


def make_key(project: Project) -> WidgetKey:
    return WidgetKey.objects.create(
        project=project, name="Bench", per_minute=UNLIMITED, per_minute_each=UNLIMITED
    )


def tokens_of(key: WidgetKey) -> list[str]:
    """One a conversation, as the application's server signs them."""
    expires = timezone.now() + timedelta(days=7)
    return [
        sign(key, conversation=f"c_{n}", subject=f"u_{n % 1000}", variant="v13", expires=expires)
        for n in range(CONVERSATIONS)
    ]


class Body:
    """Requests of so many events, the same for the same seed but for the ids."""

    def __init__(self, key: WidgetKey, tokens: Sequence[str], size: int, seed: int) -> None:
        self.key, self.tokens, self.size = key.key, tokens, size
        self.dice = random.Random(seed)  # noqa: S311  # a workload, not a secret
        self.numbers = count(1)

    def next(self) -> tuple[list[str], bytes]:
        """The ids of the events, and what goes over the wire."""
        now = timezone.now().isoformat()
        uids = new_uids(self.size)
        events = ",".join(self._event(uid, now) for uid in uids)
        token = self.dice.choice(self.tokens)
        body = f'{{"key":"{self.key}","sent_at":"{now}","sdk":"web/1.0.0","token":"{token}",'
        return uids, f'{body}"events":[{events}]}}'.encode()

    def _event(self, uid: str, now: str) -> str:
        """Three in four are impressions when they come in batches; a click comes alone."""
        number = next(self.numbers)
        message = self.dice.randrange(10)
        uid = f"{uid[:8]}-{uid[8:12]}-{uid[12:16]}-{uid[16:20]}-{uid[20:]}"
        if self.size > 1 and number % 4:
            return AN_EVENT % (uid, "impression", now, number, "null", message, "[]", "")
        value = self.dice.choice(('"up"', '"down"'))
        return AN_EVENT % (
            uid, "feedback", now, number, value, message, '["incorrect"]', COMMENT,
        )  # fmt: skip


class EventDesk:
    """A `bench.raters.Desk` that sends what a page of end users sends."""

    def __init__(self, port: int, path: str, body: Body) -> None:
        self.wire, self.path, self.body = Wire(port), path, body
        self.acknowledged: list[str] = []

    def begin(self) -> None:
        self.cycle()

    def cycle(self) -> bool:
        uids, body = self.body.next()
        self.send(body)
        self.acknowledged += uids
        return True

    def send(self, body: bytes) -> dict[str, Any]:
        answer = self.wire.ask("POST", self.path, body, {"Content-Type": "text/plain"})
        if answer.status != 202:
            raise UnexpectedAnswerError(f"{self.path} answered {answer.status}: {answer.body!r}")
        said: dict[str, Any] = orjson.loads(answer.body)
        if said.get("errors"):
            raise UnexpectedAnswerError(f"{self.path} refused {said['errors'][:1]}")
        return said


class StubbornDesk(EventDesk):
    """Sends the same request again until it is answered, as the widget does."""

    def cycle(self) -> bool:
        uids, body = self.body.next()
        for _attempt in range(600):
            try:
                self.send(body)
            except (UnexpectedAnswerError, OSError):
                self.wire.close()
                time.sleep(0.1)
            else:
                self.acknowledged += uids
                return True
        raise UnexpectedAnswerError("The server did not come back within a minute.")


def bodies(key: WidgetKey, desks: int, size: int) -> Iterator[Body]:
    tokens = tokens_of(key)
    for _desk in range(desks):
        yield Body(key, tokens, size, int.from_bytes(os.urandom(4)))
