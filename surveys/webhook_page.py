"""What the page of a webhook shows of its last messages."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.phrases import enumerated
from surveys.models import Webhook, WebhookMessage
from surveys.webhook_events import NAMES
from surveys.webhook_sending import PROBLEMS

SHOWN = 50


@dataclass(frozen=True)
class WebhookLine:
    webhook: Webhook

    @property
    def events(self) -> str:
        """What it is told of, in the order in which its form asks."""
        known = [one for one in NAMES if one in self.webhook.events]
        others = [one for one in self.webhook.events if one not in NAMES]
        return enumerated(name_of(one) for one in (*known, *others))


def name_of(event: str) -> str:
    """In words; an event that only another release knows stands as it is."""
    return str(NAMES.get(event, event))


@dataclass(frozen=True)
class LogLine:
    message: WebhookMessage

    @property
    def event(self) -> str:
        return name_of(self.message.event)

    @property
    def is_waiting(self) -> bool:
        return self.message.state == WebhookMessage.State.WAITING

    @property
    def what(self) -> str | Promise:
        """What the last attempt came to."""
        if self.message.problem == "refused":
            return _("It answered with %(status)s.") % {"status": self.message.status}
        return PROBLEMS.get(self.message.problem, "")


@dataclass(frozen=True)
class Log:
    lines: list[LogLine]

    @property
    def is_awaited(self) -> bool:
        """Whether a first attempt is to come within seconds."""
        return any(line.is_waiting and not line.message.attempts for line in self.lines)


def log_of(webhook: Webhook) -> Log:
    rows = WebhookMessage.objects.filter(webhook=webhook).defer("payload").order_by("-pk")
    return Log([LogLine(row) for row in rows[:SHOWN]])
