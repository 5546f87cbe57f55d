"""What a variant answered to the inputs of a release."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import PublicUid
from gold.models.items import GoldItem
from gold.models.releases import Release


class Run(PublicUid):
    """One variant on one release. `rule` says when an output passes; see gold/runs."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="runs")
    variant = models.CharField(_("variant"), max_length=120)
    note = models.TextField(blank=True)
    rule = models.JSONField(default=dict)
    n_outputs = models.PositiveIntegerField(default=0)
    n_passed = models.PositiveIntegerField(default=0)
    n_judged = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["release", "id"], name="run_by_release"),)

    def __str__(self) -> str:
        return self.variant

    def get_absolute_url(self) -> str:
        return reverse("gold:run", args=[self.uid])


class RunOutput(models.Model):
    """What the variant said to one input, and what was made of it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="outputs")
    gold_item = models.ForeignKey(GoldItem, models.PROTECT, related_name="+")
    output = models.TextField(blank=True)
    scores = models.JSONField(default=dict)
    passed = models.BooleanField(null=True)  # null: nothing could be said yet

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "gold_item"], name="run_output_once"),
        )

    def __str__(self) -> str:
        return f"{self.run}: {self.gold_item_id}"
