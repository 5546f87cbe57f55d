"""What was computed, kept so that a page shows it at once and says how old it is."""

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Sum
from django.utils import timezone

from accounts.models import Project, User
from annotation.models import Item, Rating, Study, StudyRater
from core.models import PublicUid


class AgreementSnapshot(PublicUid):
    """The agreement report of a study as it was computed last."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="agreement_snapshot")
    computed_at = models.DateTimeField(default=timezone.now)
    last_rating = models.BigIntegerField(default=0)  # the newest rating that it knew
    n_submitted = models.PositiveBigIntegerField(default=0)  # ratings that its raters had given
    seed = models.BigIntegerField()
    replicates = models.PositiveIntegerField()
    data = models.JSONField()
    brief = models.JSONField(default=dict)  # what a list of studies shows of the data

    def __str__(self) -> str:
        return f"{self.study} {self.computed_at:%Y-%m-%d}"


class ComparePlan(PublicUid):
    """How many answers of each variant will be waited for, written down before the first one came.

    Only then does an interval for one look hold; without a plan, comparisons show limits that hold
    at every look. What is locked stays: a plan that could be changed would be none.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="compare_plans")
    metric = models.CharField(max_length=20)
    variant_a = models.CharField(max_length=120)
    variant_b = models.CharField(max_length=120)
    answers = models.PositiveIntegerField()  # of each variant
    difference = models.FloatField()  # the smallest one worth finding, in the unit of an answer
    first_day = models.DateField()  # feedback given earlier does not count
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "metric", "variant_a", "variant_b"], name="compare_plan_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant_a} / {self.variant_b}"


class StudyGroups(models.Model):
    """How many groups the items of a study make, counted once for so many items.

    Counting them takes as long as counting the ratings, and items come only by a draw or an import.
    """

    study = models.OneToOneField(
        Study, models.CASCADE, primary_key=True, related_name="counted_groups"
    )
    next_seq = models.PositiveIntegerField()  # the study's, when this was counted
    n_items = models.PositiveIntegerField()
    n_groups = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.study}: {self.n_groups} groups"

    @property
    def are_items(self) -> bool:
        """Whether every item is a group of its own."""
        return self.n_groups == self.n_items


def groups_in(study: Study) -> StudyGroups:
    known = StudyGroups.objects.filter(study=study, next_seq=study.next_seq).first()
    if known:
        return known
    counted = study.items.aggregate(n_items=Count("pk"), n_groups=Count("group_key", distinct=True))
    found, _made = StudyGroups.objects.update_or_create(
        study=study, defaults={"next_seq": study.next_seq, **counted}
    )
    return found


def newest_rating() -> int:
    """The watermark of a snapshot: ratings stored later have larger keys, revisions too."""
    return int(Rating.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def submitted_in(study: int) -> int:
    """The other watermark: it goes back when a rating is taken back, which stores none."""
    counts = StudyRater.objects.filter(study=study).aggregate(n=Sum("n_submitted"))
    return int(counts["n"] or 0)


def has_newer_ratings(snapshot: AgreementSnapshot) -> bool:
    """Whether the ratings of the study have changed since; reads only what is newer."""
    if submitted_in(snapshot.study_id) != snapshot.n_submitted:
        return True
    # Not by a join: SQLite would begin at all items of the study instead of the newer ratings.
    of_study = Item.objects.filter(pk=OuterRef("item"), study=snapshot.study_id)
    return Rating.objects.filter(Exists(of_study), pk__gt=snapshot.last_rating).exists()
