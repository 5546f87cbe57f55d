"""Messages to webhooks: queued in the transaction of what they tell, sent by a worker.

A message that is not taken comes again after `STEPS`, under the same id; the receiver may get it
twice and never not at all, as long as the webhook is on. Whatever failed least often goes first, so
that one message which its receiver cannot digest holds up no other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Case, F, Min, QuerySet, When
from django.utils import timezone

from accounts.audit import record
from jobs.ledger import enqueue_on_commit
from surveys.models import CurrentFeedback, Response, Webhook, WebhookMessage
from surveys.webhook_events import TEST, feedback_data
from surveys.webhook_sending import Outcome
from surveys.webhook_signing import headers_of

STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Between the attempts of one message; after the last it is given up, three days in all."""
LONGEST_WAIT = timedelta(hours=1)
"""Of a webhook whose receiver fails, so that it is found soon after it is well again."""
PATIENCE = timedelta(days=5)
"""Of failure without one success, after which the webhook is switched off."""
MOST_WAITING = 10_000
MOST_A_RUN = 200
KEPT = timedelta(days=30)
GONE = 410
TAKEN_FOR = timedelta(minutes=1)
"""Longer than `webhook_sending.SECONDS`."""
WAITING = WebhookMessage.State.WAITING
SAME_FEEDBACK = ("conversation", "message", "kind")
"""By these fields messages about one respondent's feedback on one answer are known."""

Send = Callable[[str, bytes, dict[str, str]], Outcome]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened."""

    event: str
    payload: dict[str, Any]
    respondent: int | None = None


def listeners(project: int, *events: str) -> list[Webhook]:
    """The webhooks of a project that want to hear of one of these events."""
    rows = Webhook.objects.filter(project=project, enabled=True).select_related("project")
    return [webhook for webhook in rows if set(events) & set(webhook.events)]


def queue(webhooks: Sequence[Webhook], facts: Sequence[Fact], now: datetime) -> None:
    """Have facts sent to those that want them, once the caller's transaction commits.

    More than `MOST_WAITING` are not kept for a receiver that does not take them.
    """
    for webhook in webhooks:
        wanted = [fact for fact in facts if fact.event in webhook.events]
        if not wanted:
            continue
        waiting = _waiting(webhook)[:MOST_WAITING].count()
        kept = wanted[: MOST_WAITING - waiting]
        if len(kept) < len(wanted):
            dropped = len(wanted) - len(kept)
            Webhook.objects.filter(pk=webhook.pk).update(n_dropped=F("n_dropped") + dropped)
        WebhookMessage.objects.bulk_create(
            WebhookMessage(
                webhook=webhook,
                event=fact.event,
                payload=fact.payload,
                respondent_id=fact.respondent,
                next_at=now,
                created_at=now,
            )
            for fact in kept
        )
        if kept:
            send_at(webhook, max(now, webhook.wait_until or now))


def send_at(webhook: Webhook, at: datetime) -> None:
    """Have a worker send what is due then, or earlier where that was asked for before."""
    job = enqueue_on_commit(
        "surveys.tasks.send_webhook",
        args={"webhook": webhook.pk},
        project_uid=webhook.project.uid,
        coalesce_key=f"webhook-{webhook.pk}",
        run_after=at,
    )
    if job.run_after is not None and job.run_after > at:
        job.run_after = at
        job.save(update_fields=["run_after"])


def send_due(
    pk: int, *, send: Send, step: Callable[[], None], clock: Callable[[], datetime] = timezone.now
) -> int:
    """Send what is due to one webhook, each message recorded by itself; how many were tried.

    After a failure the rest waits: a receiver that is down is asked seldom.
    """
    tried = 0
    while tried < MOST_A_RUN:
        webhook = Webhook.objects.select_related("project").filter(pk=pk, enabled=True).first()
        now = clock()
        message = _due(webhook, now) if webhook else None
        if webhook is None or message is None:
            break
        if not _taken(message, now):
            continue
        body = orjson.dumps(message.payload)
        outcome = send(webhook.url, body, headers_of(webhook, message.uid, body, now))
        with transaction.atomic():
            note(message, outcome, now)
            step()
        tried += 1
    with transaction.atomic():
        _go_on(pk, clock())
    return tried


def _taken(message: WebhookMessage, now: datetime) -> bool:
    """Whether this worker is the one that sends it; if it dies, another does a minute later."""
    due = WebhookMessage.objects.filter(pk=message.pk, state=WAITING, next_at=message.next_at)
    return bool(due.update(next_at=now + TAKEN_FOR))


def _due(webhook: Webhook, now: datetime) -> WebhookMessage | None:
    if webhook.wait_until is not None and webhook.wait_until > now:
        return None
    is_no_test = Case(When(event=TEST, attempts=0, then=0), default=1)
    due = _waiting(webhook).filter(next_at__lte=now)
    return due.order_by(is_no_test, "attempts", "pk").first()


def _waiting(webhook: Webhook) -> "QuerySet[WebhookMessage]":
    return WebhookMessage.objects.filter(webhook=webhook, state=WAITING)


def note(message: WebhookMessage, outcome: Outcome, now: datetime) -> None:
    """Write down what became of an attempt, of the message and of its webhook.

    Either may have been switched off, forgotten or deleted while it was under way.
    """
    webhook = Webhook.objects.select_for_update().filter(pk=message.webhook_id).first()
    if webhook is None:
        return
    _note_message(message, outcome, now)
    if outcome.is_delivered:
        webhook.failures, webhook.failing_since, webhook.wait_until = 0, None, None
    else:
        webhook.failures += 1
        webhook.failing_since = webhook.failing_since or now
        wait = STEPS[min(webhook.failures, len(STEPS)) - 1]
        webhook.wait_until = now + min(wait, LONGEST_WAIT)
    webhook.save(update_fields=["failures", "failing_since", "wait_until"])
    if outcome.status == GONE:
        _give_up(webhook, Webhook.Off.GONE)
    elif webhook.failing_since and now - webhook.failing_since >= PATIENCE:
        _give_up(webhook, Webhook.Off.FAILING)


def _note_message(message: WebhookMessage, outcome: Outcome, now: datetime) -> None:
    told: dict[str, Any] = {
        "attempts": message.attempts + 1,
        "status": outcome.status,
        "problem": outcome.problem,
        "tried_at": now,
    }
    if outcome.is_delivered:
        told |= {"state": WebhookMessage.State.DELIVERED, "payload": None}
    elif message.attempts >= len(STEPS):
        told |= {"state": WebhookMessage.State.GIVEN_UP, "payload": None}
    else:
        told["next_at"] = now + STEPS[message.attempts]
    WebhookMessage.objects.filter(pk=message.pk, state=WAITING).update(**told)


def _give_up(webhook: Webhook, why: str) -> None:
    if not webhook.enabled:
        return
    switch_off(webhook, why)
    record(None, "webhook.failed", target=webhook, project=webhook.project, because=why)


def switch_off(webhook: Webhook, why: str) -> None:
    """Nothing more is sent, and what waits is not kept for later."""
    webhook.enabled, webhook.off_because = False, why
    webhook.save(update_fields=["enabled", "off_because"])
    _waiting(webhook).update(state=WebhookMessage.State.GIVEN_UP, payload=None)


def _go_on(pk: int, now: datetime) -> None:
    webhook = Webhook.objects.select_related("project").filter(pk=pk, enabled=True).first()
    if webhook is None:
        return
    first = _waiting(webhook).aggregate(at=Min("next_at"))["at"]
    if first is not None:
        send_at(webhook, max(now, first, webhook.wait_until or now))


def forget_messages_of(respondent: int) -> None:
    """What tells of them is sent no more, and the log does not say whom it was about."""
    told = WebhookMessage.objects.filter(respondent=respondent)
    told.filter(state=WAITING).update(state=WebhookMessage.State.GIVEN_UP, payload=None)
    told.update(respondent=None)


def forget_messages_about(feedback: CurrentFeedback) -> None:
    """What tells of one answer's feedback, and has not been sent yet, never is."""
    told = feedback_data(feedback, "")
    _forget_waiting(
        feedback.respondent_id,
        lambda data: all(data.get(name) == told[name] for name in SAME_FEEDBACK),
    )


def forget_messages_on(response: Response) -> None:
    """The same of one filled form."""
    if response.respondent_id is not None:
        _forget_waiting(response.respondent_id, lambda data: data.get("id") == str(response.uid))


def _forget_waiting(respondent: int, is_meant: Callable[[dict[str, Any]], bool]) -> None:
    waiting = WebhookMessage.objects.filter(respondent=respondent, state=WAITING)
    meant = [
        pk for pk, said in waiting.values_list("pk", "payload") if said and is_meant(said["data"])
    ]
    told = WebhookMessage.objects.filter(pk__in=meant, state=WAITING)
    told.update(state=WebhookMessage.State.GIVEN_UP, payload=None)


def forget_messages(now: datetime) -> None:
    """Once an hour: the log tells of the last month."""
    old = WebhookMessage.objects.filter(created_at__lt=now - KEPT)
    old.exclude(state=WAITING).delete()
