"""What an application's pages hold: a public key, and the words that its widget shows."""

import secrets

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, User
from core.models import PublicUid


def new_public_key() -> str:
    return "pk_" + secrets.token_urlsafe(18)


class WidgetKey(PublicUid):
    """Lets pages of an application send feedback into one project.

    The key is public: everyone who opens the page can read it. What it may do is limited by the
    origins it names, by its rate and by signatures. The secrets that sign are derived from the
    installation's secret and `generation` (see `surveys.tokens`), so the database holds none.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="widget_keys")
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=40, unique=True, default=new_public_key, editable=False)
    origins = models.JSONField(default=list, blank=True)  # "https://app.example.com"; none: any
    generation = models.PositiveSmallIntegerField(default=1)  # of the secret; the last one counts
    per_minute = models.PositiveIntegerField(default=60_000)  # events of all pages together
    per_minute_each = models.PositiveIntegerField(default=600)  # events of one respondent
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("surveys:widget", args=[self.uid])


class Instrument(PublicUid):
    """One frozen state of a widget's words and order.

    A new text, colour or position changes who answers and how: each event names the instrument that
    it was given on, and charts draw a line where it changed.
    """

    key = models.ForeignKey(WidgetKey, models.PROTECT, related_name="instruments")
    number = models.PositiveSmallIntegerField()
    settings = models.JSONField()  # see surveys.instruments
    note = models.CharField(max_length=200, blank=True)  # what changed, in the team's words
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "number"], name="instrument_once_a_key"),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.number}"
