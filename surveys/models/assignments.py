"""Who was to get which variant: without it nobody can tell whether a variant loses its users."""

from django.db import models
from django.utils import timezone

from accounts.models import Project
from core.models import PublicUid


class Experiment(PublicUid):
    """Variants dealt to subjects in given shares; other shares or another seed make another one.

    So the shares that assignments are held against are those under which they were made.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="experiments", db_index=False)
    name = models.CharField(max_length=120)
    seed = models.CharField(max_length=120, blank=True)
    shares = models.JSONField()  # variant -> share, in any unit
    plan_hash = models.CharField(max_length=64)  # of seed and shares
    began_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "name", "plan_hash"], name="experiment_once_a_plan"
            ),
        )

    def __str__(self) -> str:
        return self.name


class VariantAssignment(models.Model):
    """One respondent was assigned one variant; who it was is kept as a hash, enough to count by.

    `respondent_hash` is `surveys.services.assignments.hash_of`, by which an erasure finds it too.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    experiment = models.ForeignKey(
        Experiment, models.CASCADE, related_name="assignments", db_index=False
    )
    respondent_hash = models.UUIDField()
    variant_name = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["experiment", "respondent_hash"], name="assigned_once"),
        )
        indexes = (
            models.Index(fields=["project", "respondent_hash"], name="assigned_by_respondent"),
            models.Index(fields=["experiment", "variant_name"], name="assigned_by_variant"),
        )

    def __str__(self) -> str:
        return self.variant_name
