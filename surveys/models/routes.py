"""From end users to raters: which conversations feedback brings into a study, and how likely."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from annotation.models import Draw, Item, Study
from conversations.models import Conversation
from core.models import PublicUid
from surveys.models.events import Kind


class Route(PublicUid):
    """Brings conversations with some feedback into a study's items, each with a known probability.

    `rate` is that of a conversation whose feedback fits; `rate_rest` that of one which was shown
    and whose feedback does not: so averages over the study can be weighted back to all of them.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="routes")
    study = models.ForeignKey(Study, models.PROTECT, related_name="routes")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.THUMB)
    values = models.JSONField(default=list)  # positions that fit; thumbs: [0] for down
    reasons = models.JSONField(default=list, blank=True)  # keys of which one must be given; none
    rate = models.FloatField(default=1.0)
    rate_rest = models.FloatField(default=0.0)
    seed = models.BigIntegerField()
    per_day = models.PositiveIntegerField(default=200)  # the rest wait for the next day
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="routes")  # its ledger
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(rate__gt=0, rate__lte=1, rate_rest__gte=0, rate_rest__lte=1),
                name="route_rates",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} -> {self.study}"


class Routed(models.Model):
    """What became of a conversation that a route looked at.

    The dice of a conversation are thrown once, by a hash: feedback that comes later changes
    `probability`, never the throw, so that who is in stays in.
    """

    class Fate(models.TextChoices):
        LEFT = "left", _("not chosen")
        TAKEN = "taken", _("in the study")
        THERE = "there", _("was in the study already")
        WAITING = "waiting", _("waits for the next day")

    route = models.ForeignKey(Route, models.PROTECT, related_name="routed", db_index=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="routed")
    probability = models.FloatField()
    fits = models.BooleanField()
    by_draws = models.FloatField(null=True)  # how likely draws alone would have brought it in
    fate = models.CharField(max_length=7, choices=Fate, default=Fate.LEFT)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["route", "conversation"], name="routed_once"),
        )
        indexes = (models.Index(fields=["route", "fate", "at"], name="routed_by_fate"),)

    def __str__(self) -> str:
        return f"{self.route} {self.conversation}"


class ToRoute(models.Model):
    """A conversation whose feedback changed, until its route has looked at it."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="to_look_at", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["route", "conversation"], name="to_route_once"),
        )

    def __str__(self) -> str:
        return f"{self.route} {self.conversation}"
