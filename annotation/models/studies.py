"""A rubric version put before raters: the rules of one study."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
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

    class Policy(models.TextChoices):
        IN_ORDER = "in_order", _("in the order of the draw")
        SHUFFLED = "shuffled", _("in an order of each rater's own")

    project = models.ForeignKey(Project, models.PROTECT, related_name="studies")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=60)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="studies")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    overlap = models.PositiveSmallIntegerField(_("raters an item"), default=3)
    overlap_max = models.PositiveSmallIntegerField(null=True, blank=True)
    policy = models.CharField(max_length=12, choices=Policy, default=Policy.IN_ORDER)
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
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("annotation:study", args=[self.uid])
