"""Webhooks: what they are told, how it is signed, and what becomes of what is not taken."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.access import May, get_place_for
from accounts.models import AuditEntry
from gold.home import home_of
from jobs.models import Job
from surveys.models import FeedbackEvent, Respondent, Webhook, WebhookMessage
from surveys.services import webhook_messages
from surveys.services.folding import fold_batch
from surveys.services.forgetting import forget_subject
from surveys.services.giving import give_feedback, retract_feedback
from surveys.services.webhook_messages import PATIENCE, STEPS, Fact, queue, send_due
from surveys.services.webhooks import rotate_webhook, switch_webhook, try_webhook
from surveys.webhook_events import EVENTS
from surveys.webhook_forms import check_address
from surveys.webhook_sending import Outcome, post
from surveys.webhook_signing import headers_of, secret_of
from tests.analytics.answered import EVERY_ANSWER, answer
from tests.surveys.forms_of import every_type, make_survey

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
WELL, ILL = Outcome(200), Outcome(500, "refused")

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(project: Any) -> Webhook:
    return Webhook.objects.create(
        project=project, url="https://app.example.com/hook", events=list(EVENTS)
    )


class Receiver:
    """Takes what is sent, at a time that stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now, self.answers = NOW, WELL
        self.got: list[dict[str, Any]] = []

    def send(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        self.got.append(json.loads(body))
        return self.answers

    def ask(self, webhook: Webhook) -> int:
        return send_due(webhook.pk, send=self.send, step=lambda: None, clock=lambda: self.now)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def tell(webhook: Webhook) -> Callable[[int], None]:
    def happened(times: int = 1) -> None:
        facts = [Fact("feedback.created", {"type": "feedback.created"}) for _n in range(times)]
        queue([webhook], facts, NOW)

    return happened


def give(project: Any, **said: Any) -> Any:
    usual = {"kind": "thumb", "value": "down", "conversation": "c_1", "message": "m_1"}
    row, _is_new = give_feedback(project=project, said={**usual, "subject": "u_1", **said}, now=NOW)
    while fold_batch():
        pass
    return row


# What is told.


def test_feedback_is_told_when_it_comes_changes_and_goes(
    project: Any, webhook: Webhook, receiver: Receiver
) -> None:
    give(project, seq=1)
    given = give(project, seq=2, reasons=["incorrect"], comment="Not so.")
    retract_feedback(event=FeedbackEvent.objects.get(uid=given.uid), now=NOW)
    while fold_batch():
        pass
    receiver.now = timezone.now()
    receiver.ask(webhook)
    assert [one["type"] for one in receiver.got] == [
        "feedback.created",
        "feedback.changed",
        "feedback.retracted",
    ]
    first, second, _third = (one["data"] for one in receiver.got)
    assert (first["value"], first["conversation"], first["respondent"]) == ("down", "c_1", "s:u_1")
    assert (second["reasons"], second["comment"]) == (["incorrect"], "Not so.")


def test_what_changes_nothing_is_not_told(project: Any, webhook: Webhook) -> None:
    given = give(project)
    give(project, id=given.uid)
    assert webhook.messages.count() == 1


def test_a_complete_response_is_told_once(
    project: Any, webhook: Webhook, receiver: Receiver
) -> None:
    survey = make_survey(every_type(), project)
    answer(survey, EVERY_ANSWER, finished=False)
    assert not webhook.messages.exists()
    answer(survey, EVERY_ANSWER)
    receiver.ask(webhook)
    (told,) = receiver.got
    assert (told["type"], told["data"]["survey"]) == ("response.completed", survey.slug)
    assert told["data"]["answers"]["nps"] == 9


def test_only_events_that_were_asked_for_are_told(project: Any, webhook: Webhook) -> None:
    webhook.events = ["response.completed"]
    webhook.save()
    give(project)
    assert not webhook.messages.exists()


# How it is signed.


def signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As a receiver computes it, by the words of the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_a_message_is_signed_as_standard_webhooks_says(webhook: Webhook) -> None:
    body = b'{"type":"webhook.test"}'
    headers = headers_of(webhook, webhook.uid, body, NOW)
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["webhook-signature"] == signature(secret_of(webhook), headers, body)
    assert len(base64.b64decode(secret_of(webhook).removeprefix("whsec_"))) == 32


def test_a_new_secret_leaves_the_old_one_a_day(webhook: Webhook, alice: Any) -> None:
    old = secret_of(webhook)
    rotate_webhook(actor=alice, webhook=webhook, now=NOW)
    webhook.refresh_from_db()
    headers = headers_of(webhook, webhook.uid, b"{}", NOW)
    both = [signature(secret, headers, b"{}") for secret in (secret_of(webhook), old)]
    assert headers["webhook-signature"].split(" ") == both
    later = headers_of(webhook, webhook.uid, b"{}", NOW + timedelta(days=1))
    assert later["webhook-signature"] == signature(secret_of(webhook), later, b"{}")


# What is not taken.


def test_what_was_taken_is_kept_without_what_it_said(
    webhook: Webhook, receiver: Receiver, tell: Any
) -> None:
    tell()
    assert receiver.ask(webhook) == 1
    (message,) = webhook.messages.all()
    assert (message.state, message.payload, message.status) == ("delivered", None, 200)
    assert receiver.ask(webhook) == 0


def test_a_receiver_that_fails_is_asked_seldom_and_then_gets_everything_in_order(
    webhook: Webhook, receiver: Receiver, tell: Any
) -> None:
    receiver.answers = ILL
    tell(3)
    assert (receiver.ask(webhook), receiver.ask(webhook)) == (1, 0)
    receiver.answers, receiver.now = WELL, NOW + STEPS[0]
    assert receiver.ask(webhook) == 3
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since) == (0, None)


def test_a_message_that_its_receiver_cannot_digest_holds_up_no_other(
    webhook: Webhook, receiver: Receiver, tell: Any
) -> None:
    tell(2)
    bad = webhook.messages.order_by("pk")[0]
    receiver.answers = ILL
    receiver.ask(webhook)
    receiver.answers, receiver.now = WELL, NOW + STEPS[0]
    webhook_messages._note_message(bad, ILL, receiver.now)
    receiver.ask(webhook)
    states = dict(webhook.messages.values_list("pk", "state"))
    assert states.pop(bad.pk) == "waiting"
    assert set(states.values()) == {"delivered"}


def test_a_message_is_given_up_after_its_last_step(
    webhook: Webhook, receiver: Receiver, tell: Any
) -> None:
    tell()
    receiver.answers = ILL
    for step in (*STEPS, timedelta(0)):
        receiver.ask(webhook)
        receiver.now += max(step, timedelta(hours=1))
    (message,) = webhook.messages.all()
    assert (message.state, message.attempts, message.payload) == ("given_up", 10, None)


def test_days_of_failure_switch_a_webhook_off_and_the_manager_is_told(
    webhook: Webhook, receiver: Receiver, tell: Any, alice: Any
) -> None:
    tell(2)
    receiver.answers = ILL
    receiver.ask(webhook)
    receiver.now = NOW + PATIENCE
    receiver.ask(webhook)
    webhook.refresh_from_db()
    assert (webhook.enabled, webhook.off_because) == (False, "failing")
    assert not webhook.messages.filter(state="waiting").exists()
    assert AuditEntry.objects.filter(verb="webhook.failed").count() == 1
    home = home_of(get_place_for(alice, webhook.project.uid, May.MANAGE), receiver.now)
    assert not home.needs_nobody
    told = render_to_string("gold/_home_todo.html", {"home": home})
    assert "The webhook to https://app.example.com/hook is off" in told


def test_a_receiver_that_is_gone_is_not_asked_again(
    webhook: Webhook, receiver: Receiver, tell: Any
) -> None:
    tell()
    receiver.answers = Outcome(410, "refused")
    receiver.ask(webhook)
    webhook.refresh_from_db()
    assert (webhook.enabled, webhook.off_because) == (False, "gone")


def test_too_much_that_waits_is_counted_and_not_kept(
    webhook: Webhook, tell: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(webhook_messages, "MOST_WAITING", 3)
    tell(2)
    tell(2)
    webhook.refresh_from_db()
    assert (webhook.messages.count(), webhook.n_dropped) == (3, 1)


def test_two_workers_send_a_message_once(webhook: Webhook, receiver: Receiver, tell: Any) -> None:
    """The second begins while the first one's request is under way."""
    tell()
    other = Receiver()

    def send(url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        other.ask(webhook)
        return receiver.send(url, body, headers)

    send_due(webhook.pk, send=send, step=lambda: None, clock=lambda: NOW)
    assert (len(receiver.got), len(other.got)) == (1, 0)


def test_what_was_switched_off_under_way_stays_given_up(
    webhook: Webhook, receiver: Receiver, tell: Any, alice: Any
) -> None:
    tell()

    def send(url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        switch_webhook(actor=alice, webhook=webhook, on=False)
        return ILL

    send_due(webhook.pk, send=send, step=lambda: None, clock=lambda: NOW)
    (message,) = webhook.messages.all()
    assert (message.state, message.payload) == ("given_up", None)


def test_a_job_waits_for_the_next_attempt_and_comes_forward_for_what_is_new(
    webhook: Webhook, receiver: Receiver, tell: Any
) -> None:
    tell()
    jobs = Job.objects.filter(runner="surveys.tasks.send_webhook", state="queued")
    jobs.delete()
    receiver.answers = ILL
    receiver.ask(webhook)
    assert jobs.get().run_after == NOW + STEPS[0]
    jobs.update(run_after=NOW + timedelta(hours=5))
    webhook.refresh_from_db()
    queue([webhook], [Fact("feedback.created", {})], NOW)
    assert jobs.get().run_after == NOW + STEPS[0]


def test_a_test_message_does_not_wait_for_a_receiver_that_failed(
    webhook: Webhook, receiver: Receiver, tell: Any, alice: Any
) -> None:
    tell()
    receiver.answers = ILL
    receiver.ask(webhook)
    try_webhook(actor=alice, webhook=webhook, now=NOW)
    receiver.answers = WELL
    receiver.ask(webhook)
    assert receiver.got[-1]["type"] == "webhook.test"


def test_a_test_message_does_not_wait_for_what_was_told_before(
    webhook: Webhook, receiver: Receiver, tell: Any, alice: Any
) -> None:
    tell()
    tell()
    try_webhook(actor=alice, webhook=webhook, now=NOW)
    receiver.ask(webhook)
    assert receiver.got[0]["type"] == "webhook.test"
    assert len(receiver.got) == 3


def test_whoever_is_forgotten_is_told_of_no_more(project: Any, webhook: Webhook) -> None:
    give(project)
    assert Respondent.objects.filter(key="s:u_1").exists()
    forget_subject(actor=None, project=project, key="s:u_1", now=NOW)
    (message,) = WebhookMessage.objects.all()
    assert (message.state, message.payload, message.respondent) == ("given_up", None, None)


# Where it may go.


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://app.example.com/", "cannot be used"),
        ("https://user:secret@app.example.com/", "cannot be used"),
        ("https://app.example.com:25/", "cannot be used"),
        ("https://app.example.com/\r\nX: y", "cannot be used"),
        ("http://app.example.com/", "not encrypted"),
        ("https://127.0.0.1/", "inner network"),
        ("https://[::ffff:10.0.0.1]/", "inner network"),
        ("https://169.254.169.254/latest/meta-data/", "inner network"),
        ("https://[fd00::1]/", "inner network"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(url: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        check_address(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "::1", "fe80::1%lo", "fd00::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_a_name_that_means_an_inner_machine_is_refused(address: str, monkeypatch: Any) -> None:
    """One that has a public address beside it too."""
    family = [(2, 1, 6, "", ("8.8.8.8", 443)), (10, 1, 6, "", (address, 443, 0, 0))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *given, **more: family)
    monkeypatch.setattr("socket.create_connection", None)
    assert post("https://app.example.com/", b"{}", {}).problem == "inside"


@pytest.fixture
def local(settings: Any) -> Iterator[Any]:
    """A receiver on this machine, which the operator allows."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            server.got.append((dict(self.headers), self.rfile.read(size)))  # type: ignore[attr-defined]
            self.send_response(server.status)  # type: ignore[attr-defined]
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            pass

    server: Any = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_message_arrives_as_it_was_signed(local: Any) -> None:
    url = f"http://127.0.0.1:{local.server_port}/hook?a=1"
    assert post(url, b'{"a":1}', {"webhook-id": "msg_1"}) == Outcome(200)
    ((headers, body),) = local.got
    assert (headers["webhook-id"], headers["Content-Type"]) == ("msg_1", "application/json")
    assert body == b'{"a":1}'


def test_a_redirect_is_not_followed(local: Any) -> None:
    local.status = 307
    url = f"http://127.0.0.1:{local.server_port}/"
    assert post(url, b"{}", {}) == Outcome(307, "moved")
    assert len(local.got) == 1


def test_a_receiver_that_lets_one_wait_is_left(local: Any, monkeypatch: Any) -> None:
    """It takes the connection and says nothing at all."""
    monkeypatch.setattr("surveys.webhook_sending.SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert post(url, b"{}", {}).problem == "slow"


def test_a_name_that_nobody_knows_is_said(monkeypatch: Any) -> None:
    def unknown(*_given: Any, **_more: Any) -> None:
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    assert post("https://app.example.com/", b"{}", {}).problem == "unknown"
