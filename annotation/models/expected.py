"""Answers that are known beforehand: of training items, where they teach, and of control items."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from annotation.models.items import Item
from annotation.models.rubrics import Criterion
from annotation.models.verdicts import Verdict


class ExpectedAnswer(models.Model):
    """What a good rater says of one unit of an item on one criterion, and why.

    `value` and `number` as in `Score`. `tolerance` is how far an answer may lie from it and still
    be right: in points of an ordinal scale, in the number's own unit, otherwise 0.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="expected", db_index=False)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", db_index=False)
    turn = models.SmallIntegerField(default=-1)
    passage = models.SmallIntegerField(default=-1)
    value = models.IntegerField(null=True)
    number = models.FloatField(null=True)
    tolerance = models.FloatField(default=0.0)
    why = models.JSONField(default=dict, blank=True)  # words per language
    verdict = models.ForeignKey(Verdict, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "criterion", "turn", "passage"], name="expected_once_a_unit"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.value if self.number is None else self.number}"
