"""What the widget's pages show besides rows: the snippet, the policy it needs, how to sign."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.instruments import default_settings
from surveys.models import FeedbackEvent, WidgetKey
from surveys.reason_words import REASON_WORDS
from surveys.trying import TRYING
from surveys.views.widget_files import manifest

LATEST = 20
TRIED_SINCE = timedelta(hours=1)
ANSWERS = {"up": _("Thumb up"), "down": _("Thumb down")}


@dataclass(frozen=True, slots=True)
class Snippet:
    script: str
    element: str
    policy: str
    sign: str
    integrity: str
    address: str
    version: str


def snippet_of(key: WidgetKey, request: HttpRequest) -> Snippet:
    version = manifest()["current"]
    host = request.build_absolute_uri("/").rstrip("/")
    address = f"{host}/w/{version}/feedback.js"
    integrity = manifest()["versions"][version]["feedback.js"]["integrity"]
    return Snippet(
        script=f'<script defer src="{address}"\n'
        f'        integrity="{integrity}"\n'
        f'        crossorigin="anonymous"></script>',
        element=f'<touchstone-feedback project-key="{key.key}"\n'
        '        conversation="c_91" message="m_7" variant="prompt v13"\n'
        '        token="…"></touchstone-feedback>',
        policy=f"script-src {host}; connect-src {host}",
        sign="touchstone.sign(conversation=conversation_id, message=message_id, "
        "variant=variant, subject=user_id)",
        integrity=integrity,
        address=address,
        version=version,
    )


def configure_line(key: WidgetKey, secret: str, host: str) -> str:
    """What an application says once, so that the line that signs works."""
    return (
        f'touchstone.configure(endpoint="{host}", key="{key.key}", secret="{secret}", '
        f"generation={key.generation})"
    )


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event in the words of whoever tries the widget."""

    event: FeedbackEvent
    answer: str | Promise
    reasons: list[str | Promise]


def latest_events(key: WidgetKey, now: datetime) -> list[Arrived]:
    """The newest that were tried out with this key; what end users send is told elsewhere."""
    events = FeedbackEvent.objects.filter(
        project=key.project_id,
        key=key,
        conversation_key__startswith=TRYING,
        received_at__gte=now - TRIED_SINCE,
    )
    return [
        Arrived(
            event,
            ANSWERS.get(event.value, event.value),
            [REASON_WORDS.get(reason, reason) for reason in event.reasons],
        )
        for event in events.order_by("-pk")[:LATEST]
    ]


def last_settings(key: WidgetKey) -> dict[str, Any]:
    last = key.instruments.order_by("-number").first()
    return {**default_settings(), **(last.settings if last else {})}
