"""The form of a webhook: where it sends, and what it is told of."""

from ipaddress import ip_address
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.models import Webhook
from surveys.webhook_events import EVENTS
from surveys.webhook_sending import (
    PROBLEMS,
    SendingError,
    is_named,
    is_outside,
    networks,
    target_of,
)

LONGEST = 500


def check_address(url: str) -> None:
    """Refuse what cannot be one; what its host's name means is looked at when it is sent to.

    Raises:
        ValidationError: With the sentence of what is wrong.
    """
    try:
        parts, _port = target_of(url)
        if parts.scheme != "https" and not networks():
            raise SendingError("plain")
        address = ip_address(str(parts.hostname))
        if not is_outside(address) and not is_named(address, networks()):
            raise SendingError("inside")
    except SendingError as problem:
        raise ValidationError(PROBLEMS[problem.code]) from None
    except ValueError:
        pass  # a name


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        validators=[check_address],
        help_text=_("https://app.example.com/touchstone: it answers 200 within 15 seconds."),
    )
    events = forms.MultipleChoiceField(
        label=pgettext_lazy("of a webhook", "Events"),
        choices=list(EVENTS.items()),
        initial=list(EVENTS),
        widget=forms.CheckboxSelectMultiple,
    )

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookForm":
        return cls(initial={"url": webhook.url, "events": webhook.events})

    @property
    def facts(self) -> dict[str, Any]:
        return {"url": self.cleaned_data["url"], "events": self.cleaned_data["events"]}
