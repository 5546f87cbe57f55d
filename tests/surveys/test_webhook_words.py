"""Pages of webhooks tell of events in words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.models import Webhook
from surveys.services.webhook_messages import Fact, queue
from surveys.webhook_events import COMPLETED, CREATED, EVENTS, NAMES

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(project: Any) -> Webhook:
    return Webhook.objects.create(
        project=project, url="https://hooks.example.com/in", events=[COMPLETED, CREATED]
    )


def test_every_event_has_its_words() -> None:
    assert EVENTS.keys() < NAMES.keys()


def test_the_list_says_what_each_is_told_of(client: Client, alice: Any, webhook: Webhook) -> None:
    client.force_login(alice)
    shown = client.get(reverse("surveys:webhooks", args=[webhook.project.uid])).content.decode()
    assert "feedback given, survey answered" in shown
    assert f">{CREATED}<" not in shown


def test_the_log_says_what_happened(client: Client, alice: Any, webhook: Webhook) -> None:
    queue([webhook], [Fact(CREATED, {"type": CREATED})], timezone.now())
    client.force_login(alice)
    shown = client.get(webhook.get_absolute_url()).content.decode()
    assert ">feedback given</td>" in shown
    assert f">{CREATED}<" not in shown
