"""A rubric version put before raters: the rules of one study."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from annotation.models.qualifications import Qualification
from annotation.models.rubrics import RubricVersion
from core.models import PublicUid


def default_blinding() -> dict[str, Any]:
    """What raters may see beyond the words: nothing, unless the study says so."""
    return {"show_system": False, "show_passage_source": False}


class Study(PublicUid):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    class Purpose(models.TextChoices):
        RATING = "rating", _("rating")
        TRAINING = "training", _("training")  # answers are known and shown after each submit
        CONTROL = "control", _("control items")  # answers are known; mixed into other studies
        CALIBRATION = "calibration", _("calibration")  # all rate all, see each other, rate again

    class Policy(models.TextChoices):
        IN_ORDER = "in_order", _("in the order of the draw")
        SHUFFLED = "shuffled", _("in an order of each rater's own")
        BLOCKS = "blocks", _("in balanced blocks: every two raters meet about equally often")

    class OpenTo(models.TextChoices):
        NAMED = "named", _("raters on the list")
        EVERYONE = "everyone", _("everyone in the team who may rate")

    project = models.ForeignKey(Project, models.PROTECT, related_name="studies")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=60)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="studies")
    purpose = models.CharField(max_length=11, choices=Purpose, default=Purpose.RATING)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    overlap = models.PositiveSmallIntegerField(_("raters an item"), default=3)
    overlap_max = models.PositiveSmallIntegerField(null=True, blank=True)
    policy = models.CharField(max_length=12, choices=Policy, default=Policy.IN_ORDER)
    open_to = models.CharField(max_length=8, choices=OpenTo, default=OpenTo.NAMED)
    lanes = models.JSONField(default=list, blank=True)  # see annotation.lanes
    requires = models.ForeignKey(
        Qualification, models.PROTECT, null=True, blank=True, related_name="studies"
    )
    controls = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="controlled"
    )
    control_rate = models.FloatField(default=0.0)  # share of a rater's items
    retest_rate = models.FloatField(default=0.0)
    retest_after_hours = models.PositiveSmallIntegerField(default=24)
    accuracy_bar = models.FloatField(null=True, blank=True)  # on control items; None: nobody pauses
    show_own_severity = models.BooleanField(default=False)
    revealed_at = models.DateTimeField(null=True)  # of a calibration: its raters see each other
    blinding = models.JSONField(default=default_blinding)
    settling = models.JSONField(default=dict, blank=True)  # criterion key -> rule
    bar = models.FloatField(_("bar for the lower limit of alpha"), default=0.667)
    lease_minutes = models.PositiveSmallIntegerField(default=30)
    excluded_turns = models.JSONField(default=list, blank=True)  # 0-based; cannot vary
    adjudicate_own = models.BooleanField(default=False)
    census = models.BooleanField(default=False)
    imported = models.BooleanField(default=False)  # ratings came from a file, not the rater page
    next_seq = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "slug"], name="study_slug_once_a_project"),
            models.CheckConstraint(condition=Q(overlap__gte=1), name="study_overlap_at_least_1"),
            models.CheckConstraint(
                condition=Q(overlap_max=None) | Q(overlap_max__gte=F("overlap")),
                name="study_overlap_max_not_below",
            ),
            models.CheckConstraint(
                condition=Q(
                    control_rate__gte=0,
                    retest_rate__gte=0,
                    control_rate__lte=0.5,
                    retest_rate__lte=0.5,
                ),
                name="study_check_rates_at_most_half",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_slots(self) -> bool:
        """Whether its items have k places; of a training or a control set every rater gets each."""
        return self.purpose in {self.Purpose.RATING, self.Purpose.CALIBRATION}

    def get_absolute_url(self) -> str:
        return reverse("annotation:study", args=[self.uid])
