"""Where a project's events are sent as they happen, and what became of each message."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from core.models import PublicUid
from surveys.models.respondents import Respondent


class Webhook(PublicUid):
    """One address of the team's own that is told of events.

    The secrets that sign are derived from the installation's secret and `generation` (see
    `surveys.webhook_signing`), so the database holds none. `failing_since` is the first attempt
    that failed since the last one that did not; while `wait_until` has not come nothing is tried.
    """

    class Off(models.TextChoices):
        BY_HAND = "by_hand", _("Somebody switched it off.")
        FAILING = "failing", _("It was switched off: its receiver failed for five days.")
        GONE = "gone", _("It was switched off: its receiver said that it is gone (410).")

    project = models.ForeignKey(Project, models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)  # names of surveys.webhook_events
    enabled = models.BooleanField(default=True)
    off_because = models.CharField(max_length=7, choices=Off, blank=True)
    generation = models.PositiveSmallIntegerField(default=1)  # of the secret
    rotated_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # attempts in a row
    failing_since = models.DateTimeField(null=True)
    wait_until = models.DateTimeField(null=True)
    n_dropped = models.PositiveIntegerField(default=0)  # what came when too much waited
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return reverse("surveys:webhook", args=[self.uid])


class WebhookMessage(PublicUid):
    """One event on its way to one webhook.

    The payload is kept only while it has to be sent, and goes with the person it tells of.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        GIVEN_UP = "given_up", _("given up")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages", db_index=False)
    respondent = models.ForeignKey(Respondent, models.SET_NULL, null=True, related_name="+")
    event = models.CharField(max_length=40)
    payload = models.JSONField(null=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer
    problem = models.CharField(max_length=12, blank=True)  # of surveys.webhook_sending.PROBLEMS
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["webhook", "state", "attempts", "id"], name="webhook_message_due"),
            models.Index(fields=["webhook", "-id"], name="webhook_message_log"),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.state}"
