"""Webhooks: made, changed, tried, switched on and off, given another secret, deleted."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from core.errors import DomainError, InvalidError
from surveys.models import Webhook, WebhookMessage
from surveys.services.webhook_messages import send_at, switch_off
from surveys.webhook_events import TEST, payload

MOST = 20


@transaction.atomic
def make_webhook(*, actor: User, project: Project, url: str, events: Sequence[str]) -> Webhook:
    if project.webhooks.count() >= MOST:
        raise InvalidError(
            _("A project has at most %(most)d webhooks. Delete one that nobody needs.")
            % {"most": MOST}
        )
    made = Webhook.objects.create(project=project, url=url, events=list(events), created_by=actor)
    record(actor, "webhook.made", target=made, project=project, events=list(events))
    return made


@transaction.atomic
def change_webhook(
    *, actor: User, webhook: Webhook, url: str, events: Sequence[str], now: datetime
) -> None:
    """Another address is tried at once, whatever the one before did."""
    webhook = _held(webhook)
    if webhook.url != url:
        webhook.failures, webhook.failing_since, webhook.wait_until = 0, None, None
    webhook.url, webhook.events = url, list(events)
    webhook.save()
    send_at(webhook, webhook.wait_until or now)
    record(actor, "webhook.changed", target=webhook, project=webhook.project, events=list(events))


@transaction.atomic
def switch_webhook(*, actor: User, webhook: Webhook, on: bool) -> None:
    """Twice is once."""
    webhook = _held(webhook)
    if webhook.enabled == on:
        return
    if not on:
        switch_off(webhook, Webhook.Off.BY_HAND)
        record(actor, "webhook.stopped", target=webhook, project=webhook.project)
        return
    webhook.enabled, webhook.off_because = True, ""
    webhook.failures, webhook.failing_since, webhook.wait_until = 0, None, None
    webhook.n_dropped = 0
    webhook.save()
    record(actor, "webhook.resumed", target=webhook, project=webhook.project)


@transaction.atomic
def try_webhook(*, actor: User, webhook: Webhook, now: datetime) -> WebhookMessage:
    """Send a message that tells of nothing, before everything else and without waiting."""
    webhook = _held(webhook)
    if not webhook.enabled:
        raise DomainError(
            _("The webhook is off, so nothing is sent to it. Switch it on, then try it.")
        )
    webhook.wait_until = None
    webhook.save(update_fields=["wait_until"])
    message = WebhookMessage.objects.create(
        webhook=webhook,
        event=TEST,
        payload=payload(TEST, now, {"project": webhook.project.slug}),
        next_at=now,
        created_at=now,
    )
    send_at(webhook, now)
    return message


@transaction.atomic
def rotate_webhook(*, actor: User, webhook: Webhook, now: datetime) -> None:
    """For a day messages carry a signature of the old secret too."""
    webhook = _held(webhook)
    webhook.generation += 1
    webhook.rotated_at = now
    webhook.save(update_fields=["generation", "rotated_at"])
    record(actor, "webhook.rotated", target=webhook, project=webhook.project)


@transaction.atomic
def delete_webhook(*, actor: User, webhook: Webhook) -> None:
    webhook = _held(webhook)
    record(actor, "webhook.deleted", target=webhook, project=webhook.project)
    WebhookMessage.objects.filter(webhook=webhook).delete()
    webhook.delete()


def note_webhook_secret_shown(*, actor: User, webhook: Webhook) -> None:
    """Whoever saw the secret can pretend to be us, so the audit log tells who did."""
    record(actor, "webhook.secret_shown", target=webhook, project=webhook.project)


def _held(webhook: Webhook) -> Webhook:
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("project")
    return rows.get(pk=webhook.pk)
