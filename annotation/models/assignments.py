"""Who rates what: raters of a study, and the claims they hold."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from annotation.models.items import Item
from annotation.models.ratings import Layer, Rater
from annotation.models.studies import Study
from core.models import PublicUid


class StudyRater(models.Model):
    """A rater whom a study names, with a cap and the place where the next claim begins."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="study_raters", db_index=False)
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="study_raters")
    cap = models.IntegerField(null=True, blank=True)
    cap_day = models.IntegerField(null=True, blank=True)
    share = models.FloatField(null=True, blank=True)  # of all ratings the study asks for
    lanes = models.JSONField(null=True, blank=True)  # lane numbers; None: those open by the rule
    planned = models.IntegerField(null=True)  # items that balanced blocks give this rater
    cursor = models.IntegerField(default=0)  # the seq of the last item claimed
    cursors = models.JSONField(default=dict, blank=True)  # the same for each lane of a study
    n_submitted = models.IntegerField(default=0)
    n_checks = models.IntegerField(default=0)  # control items and one's own items again
    day = models.DateField(null=True)  # of the last submit
    n_day = models.IntegerField(default=0)  # what was submitted on it
    paused = models.BooleanField(default=False)
    paused_because = models.CharField(max_length=20, blank=True)
    checks_from = models.DateTimeField(null=True)  # earlier control items pause nobody any more
    excluded_at = models.DateTimeField(null=True)
    excluded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    excluded_because = models.CharField(max_length=500, blank=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["study", "rater"], name="study_rater_once"),)

    def __str__(self) -> str:
        return f"{self.study} · {self.rater}"


class Assignment(PublicUid):
    """One item given to one rater: a slot held under a lease until it is a rating."""

    class State(models.TextChoices):
        LEASED = "leased", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        EXPIRED = "expired", _("expired")
        SKIPPED = "skipped", _("skipped")
        RELEASED = "released", _("given back")
        SEEN = "seen", _("saw the others' ratings first")

    study = models.ForeignKey(
        Study, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    """At whose desk it was given: for a control item not the study the item stands in."""
    item = models.ForeignKey(
        Item, models.PROTECT, related_name="assignments", db_index=False, db_constraint=False
    )
    rater = models.ForeignKey(
        Rater, models.PROTECT, related_name="assignments", db_index=False, db_constraint=False
    )
    slot = models.SmallIntegerField()
    layer = models.CharField(max_length=8, choices=Layer, default=Layer.BLIND)
    occasion = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.LEASED)
    claimed_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    seconds = models.IntegerField(null=True)
    skip_reason = models.CharField(max_length=200, blank=True)
    display = models.JSONField(default=dict, blank=True)  # order of criteria, sides of a pair

    is_revealed = False
    """Whether the rater has seen what others said of the item; told by who locks it."""
    is_locked = False
    """Whether the door that fetched it holds it, and its item, until the transaction ends."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "slot"],
                name="assignment_slot_once",
                condition=Q(state__in=["leased", "submitted"], layer__in=["blind", "topup"]),
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
            models.Index(
                fields=["study", "-id"], name="assignment_skipped", condition=Q(state="skipped")
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} · {self.rater}"


class Reveal(models.Model):
    """A rater has seen what others said of an item: from then on nothing they say is blind."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="reveals", db_index=False)
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="reveals", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    how = models.CharField(max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item", "rater"], name="reveal_once"),)

    def __str__(self) -> str:
        return f"{self.item} · {self.rater}"


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
