"""What a good dialogue is, written down: rubrics, their versions, their criteria."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from core.models import PublicUid
from core.scales import Kind, Level, Target


class Rubric(PublicUid):
    """Criteria under a name; what it says at one time is a version."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="rubrics")
    name = models.JSONField()  # {"en": ..., "ja": ...}, as the newest published version has it
    slug = models.SlugField(max_length=60)
    template = models.CharField(max_length=60, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "slug"], name="rubric_slug_once_a_project"),
        )

    def __str__(self) -> str:
        return str(self.name.get("en") or self.name.get("ja") or self.slug)

    def get_absolute_url(self) -> str:
        return reverse("annotation:rubric", args=[self.uid])


class RubricVersion(PublicUid):
    """One state of a rubric; published it is frozen, in the database too."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    name = models.JSONField(default=dict, blank=True)  # as this version has it, by language
    intro = models.JSONField(default=dict, blank=True)  # guidelines for raters, by language
    content_hash = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)  # why this version was made
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["rubric", "number"], name="rubric_version_number_once"),
            models.UniqueConstraint(
                fields=["rubric"], name="rubric_one_draft", condition=Q(state="draft")
            ),
        )

    def __str__(self) -> str:
        return f"{self.rubric} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("annotation:rubric_version", args=[self.uid])


class Criterion(PublicUid):
    """One question of a rubric with one scale; its shape is that of `rubric_schema`."""

    version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    target = models.CharField(max_length=12, choices=Target)
    kind = models.CharField(max_length=8, choices=Kind)
    level = models.CharField(max_length=8, choices=Level, blank=True)
    name = models.JSONField()
    question = models.JSONField(default=dict, blank=True)
    note = models.JSONField(default=dict, blank=True)
    points = models.JSONField(default=list, blank=True)
    examples = models.JSONField(default=list, blank=True)
    minimum = models.FloatField(null=True)
    maximum = models.FloatField(null=True)
    step = models.FloatField(null=True)
    required = models.BooleanField(default=True)
    cannot_judge = models.BooleanField(default=True)
    weight = models.FloatField(default=1.0)
    show_if = models.CharField(max_length=500, blank=True)
    points_from = models.CharField(max_length=60, blank=True)
    effect = models.JSONField(null=True, blank=True)
    derived = models.JSONField(null=True, blank=True)
    meaning_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(fields=["version", "key"], name="criterion_key_once"),
        )
        indexes = (models.Index(fields=["meaning_hash"], name="criterion_by_meaning"),)

    def __str__(self) -> str:
        return self.key
