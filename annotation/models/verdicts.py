"""What was settled, by the rule or by a person, and what waits for better words."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from annotation.models.items import Item
from annotation.models.rubrics import Criterion
from annotation.models.studies import Study
from core.models import PublicUid


class Verdict(PublicUid):
    """The settled score of one unit on one criterion; a new decision supersedes the last."""

    class Source(models.TextChoices):
        CONSENSUS = "consensus", _("consensus")
        ADJUDICATION = "adjudication", _("adjudication")

    item = models.ForeignKey(Item, models.PROTECT, related_name="verdicts")
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="verdicts", db_constraint=False
    )
    turn = models.SmallIntegerField(default=-1)
    passage = models.SmallIntegerField(default=-1)
    value = models.IntegerField(null=True)
    number = models.FloatField(null=True)
    words = models.TextField(blank=True)
    distribution = models.JSONField(default=dict)  # point key -> number of raters
    rating_uids = models.JSONField(default=list)  # the ratings it rests on
    rule = models.JSONField(default=dict)
    source = models.CharField(max_length=12, choices=Source)
    adjudicator = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)
    current = models.BooleanField(default=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "criterion", "turn", "passage"],
                name="verdict_once_a_unit",
                condition=Q(current=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.criterion}"


class CriterionHold(PublicUid):
    """A criterion sent back for rewording: its verdicts in the study wait until it is lifted."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="holds")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="holds")
    item = models.ForeignKey(Item, models.PROTECT, related_name="holds")
    reason = models.TextField()
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["study", "criterion", "item"],
                name="hold_once_an_item",
                condition=Q(lifted_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.study} · {self.criterion}"
