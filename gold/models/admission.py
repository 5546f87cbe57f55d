"""What the admission gate looks up: inputs that were used elsewhere, and texts that resemble."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from gold.models.items import GoldDataset, GoldItem


class Exposure(models.Model):
    """An input that a model has seen, or may have: what it says there proves nothing any more."""

    class Use(models.TextChoices):
        TRAINING = "training", _("training of a model")
        FEW_SHOT = "few_shot", _("example in a prompt")
        CALIBRATION = "calibration", _("calibration of a judge")

    project = models.ForeignKey(Project, models.PROTECT, related_name="exposures")
    input_key = models.CharField(max_length=255)
    use = models.CharField(max_length=11, choices=Use)
    note = models.CharField(max_length=500, blank=True)
    told_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "input_key", "use"], name="exposure_once_a_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.input_key}: {self.use}"


class NearHash(models.Model):
    """One band of the MinHash of a gold item's text: near duplicates share at least one."""

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="+", db_index=False)
    gold_item = models.ForeignKey(GoldItem, models.CASCADE, related_name="near_hashes")
    band = models.PositiveSmallIntegerField()
    hash = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["dataset", "hash"], name="near_hash_by_hash"),)

    def __str__(self) -> str:
        return f"{self.gold_item_id} band {self.band}"
