"""Who rates what: raters of a study, and the claims they hold."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models.items import Item
from annotation.models.ratings import Layer, Rater
from annotation.models.studies import Study
from core.models import PublicUid


class StudyRater(models.Model):
    """A rater whom a study names, with a cap and the place where the next claim begins."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="study_raters")
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="study_raters")
    cap = models.PositiveIntegerField(null=True, blank=True)
    cursor = models.PositiveIntegerField(default=0)  # the seq of the last item claimed
    n_submitted = models.PositiveIntegerField(default=0)
    paused = models.BooleanField(default=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["study", "rater"], name="study_rater_once"),)

    def __str__(self) -> str:
        return f"{self.rater} in {self.study}"


class Assignment(PublicUid):
    """One item given to one rater: a slot held under a lease until it is a rating."""

    class State(models.TextChoices):
        LEASED = "leased", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        EXPIRED = "expired", _("expired")
        SKIPPED = "skipped", _("skipped")
        RELEASED = "released", _("given back")

    item = models.ForeignKey(Item, models.PROTECT, related_name="assignments", db_index=False)
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="assignments", db_index=False)
    slot = models.PositiveSmallIntegerField()
    layer = models.CharField(max_length=8, choices=Layer, default=Layer.BLIND)
    occasion = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.LEASED)
    claimed_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    skip_reason = models.CharField(max_length=200, blank=True)
    display = models.JSONField(default=dict, blank=True)  # order of criteria, sides of a pair

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "slot"],
                name="assignment_slot_once",
                condition=Q(state__in=["leased", "submitted"], layer="blind"),
            ),
            models.UniqueConstraint(
                fields=["item", "rater", "layer", "occasion"], name="assignment_once_a_rater"
            ),
        )
        indexes = (
            models.Index(fields=["rater", "state", "-submitted_at"], name="assignment_by_rater"),
            models.Index(
                fields=["lease_until"], name="assignment_leases", condition=Q(state="leased")
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} for {self.rater}"


class AssignmentDraft(models.Model):
    """What a rater has written so far, away from the hot row."""

    assignment = models.OneToOneField(
        Assignment, models.CASCADE, primary_key=True, related_name="draft"
    )
    answers = models.JSONField(default=dict, blank=True)
    comment = models.TextField(blank=True)
    flagged = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"draft of {self.assignment_id}"
