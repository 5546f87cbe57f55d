"""What an adjudicator asks of an item's raters, and what is proposed as an example of a point."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from annotation.models.items import Item
from annotation.models.ratings import Rater, Rating
from annotation.models.verdicts import Verdict
from core.models import PublicUid


class Inquiry(PublicUid):
    """A question about an item in dispute, put to those who rated it."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="inquiries")
    words = models.TextField()
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "inquiries"

    def __str__(self) -> str:
        return f"{self.item}: {self.words[:50]}"


class Reply(PublicUid):
    """One rater's place to answer an inquiry: in words, by a rating that knows it, or both."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="replies")
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="replies")
    words = models.TextField(blank=True)
    rating = models.ForeignKey(Rating, models.PROTECT, null=True, related_name="replies")
    at = models.DateTimeField(null=True)  # none while it is awaited

    class Meta:
        verbose_name_plural = "replies"
        constraints = (
            models.UniqueConstraint(fields=["inquiry", "rater"], name="reply_once_a_rater"),
        )

    def __str__(self) -> str:
        return f"{self.rater}: {self.words[:50]}"

    def get_absolute_url(self) -> str:
        return reverse("annotation:reply", args=[self.uid])


class ExampleProposal(PublicUid):
    """What was rated, proposed as an example of the point that its verdict chose."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TAKEN = "taken", _("in the draft")
        DECLINED = "declined", _("declined")

    verdict = models.OneToOneField(Verdict, models.PROTECT, related_name="example_proposal")
    words = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    proposed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.words[:50]

    @property
    def point(self) -> str:
        """The key of the point that the verdict chose."""
        return str(self._chosen["key"])

    @property
    def point_words(self) -> Any:
        """What the rubric calls it, by language."""
        return self._chosen["label"] or self.point

    @property
    def _chosen(self) -> dict[str, Any]:
        return dict(self.verdict.criterion.points[self.verdict.value or 0])
