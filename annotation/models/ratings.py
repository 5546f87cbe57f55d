"""What raters said: everything that can disagree is a rater, every judgement a rating."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from annotation.models.items import Item
from annotation.models.rubrics import Criterion, RubricVersion
from core.models import PublicUid


class RaterKind(models.TextChoices):
    PERSON = "person", _("person")
    RESPONDENT = "respondent", _("respondent")
    RULE = "rule", _("rule")
    METRIC = "metric", _("metric")
    JUDGE = "judge", _("LLM judge")


class Layer(models.TextChoices):
    BLIND = "blind", _("blind")
    TOPUP = "topup", _("one more, because the first disagreed")
    INFORMED = "informed", _("after a reveal")
    EXTRA = "extra", _("late or beyond the overlap")
    TRAINING = "training", _("training")
    RETEST = "retest", _("again, after some time")
    CONTROL = "control", _("control item")


#: Layers that count for an item's verdict. Agreement is that of the blind layer alone: who is asked
#: because the first disagreed would make it look worse than it is.
COUNTED = (Layer.BLIND, Layer.TOPUP)

#: Kinds whose blind ratings the covering index serves: people of either sort.
HUMAN = (RaterKind.PERSON, RaterKind.RESPONDENT)


class Rater(PublicUid):
    """Who or what rates; never deleted, only tombstoned, so that statistics stay as they were."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="raters")
    kind = models.CharField(max_length=10, choices=RaterKind, default=RaterKind.PERSON)
    key = models.CharField(max_length=255)
    display_name = models.CharField(max_length=150)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="raters")
    tombstoned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "kind", "key"], name="rater_once_a_project"),
        )

    def __str__(self) -> str:
        return self.display_name


class Rating(PublicUid):
    """One submitted judgement of one item; an edit is a revision, nothing is overwritten."""

    assignment = models.ForeignKey(
        "annotation.Assignment", models.PROTECT, null=True, related_name="ratings"
    )
    item = models.ForeignKey(
        Item, models.PROTECT, related_name="ratings", db_index=False, db_constraint=False
    )
    rater = models.ForeignKey(
        Rater, models.PROTECT, related_name="ratings", db_index=False, db_constraint=False
    )
    rubric_version = models.ForeignKey(
        RubricVersion, models.PROTECT, related_name="ratings", db_index=False, db_constraint=False
    )
    layer = models.CharField(max_length=8, choices=Layer, default=Layer.BLIND)
    occasion = models.SmallIntegerField(default=0)
    revision_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="revisions", db_index=False
    )
    client_key = models.UUIDField(null=True, unique=True)
    current = models.BooleanField(default=True)
    comment = models.TextField(blank=True)
    flagged = models.BooleanField(default=False)
    language = models.CharField(max_length=5, blank=True)  # of the wording the rater saw
    swapped = models.BooleanField(default=False, db_default=False)  # its second answer stood left
    seconds = models.IntegerField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)  # of an imported rating: re-import
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "rater", "layer", "occasion"],
                name="rating_once_a_rater",
                condition=Q(current=True),
            ),
        )
        indexes = (
            models.Index(fields=["item", "id"], name="rating_by_item"),
            models.Index(fields=["rater", "-submitted_at"], name="rating_by_rater"),
            models.Index(
                fields=["-id"], name="rating_flagged", condition=Q(flagged=True, current=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} · {self.rater}"


UNIT_AND_VALUE = ("criterion", "item", "turn", "passage", "value")


class Score(models.Model):
    """A rating's value on one criterion and, for turns and passages, one unit.

    It repeats what statistics filter by, so that they are one index-only pass. `value` is the
    position of the declared point, or a bit mask of labels; `number` is for numeric scales. Both
    empty: the rater could not judge, and `text` says why.
    """

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="scores", db_index=False)
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="scores", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="scores", db_constraint=False)
    turn = models.SmallIntegerField(default=-1)
    passage = models.SmallIntegerField(default=-1)
    value = models.IntegerField(null=True)
    number = models.FloatField(null=True)
    rater = models.ForeignKey(
        Rater, models.PROTECT, related_name="scores", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=RaterKind)
    layer = models.CharField(max_length=8, choices=Layer)
    current = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["rating", "criterion", "turn", "passage"], name="score_once_a_unit"
            ),
        )
        # SQLite reads an index alone only if it holds every column that the query names, those of
        # the index's own condition included.
        indexes = (
            models.Index(
                fields=[*UNIT_AND_VALUE, "kind", "layer", "current"],
                name="score_human",
                condition=Q(current=True, layer="blind", kind__in=["person", "respondent"]),
            ),
            models.Index(
                fields=[*UNIT_AND_VALUE, "kind", "layer", "current"],
                name="score_machine",
                condition=Q(current=True, layer="blind", kind__in=["rule", "metric", "judge"]),
            ),
            models.Index(
                fields=["criterion", "item", "layer", "current"],
                name="score_retest",
                condition=Q(current=True, layer="retest"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.value if self.number is None else self.number}"


class ScoreText(models.Model):
    """Words beside a score: a free-text answer, or why the rater could not judge."""

    score = models.OneToOneField(Score, models.CASCADE, primary_key=True, related_name="text")
    cannot_judge = models.BooleanField(default=False)
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.words[:50]
