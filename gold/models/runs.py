"""What a variant answered to the inputs of a release, how it came in, and who judges it."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from annotation.models import Study
from core.models import PublicUid
from gold.models.items import GoldItem
from gold.models.releases import Release


class WholeRuns(models.Manager["Run"]):
    """What anybody is shown: all outputs are there, and none is being taken away."""

    def get_queryset(self) -> "models.QuerySet[Run]":
        return super().get_queryset().filter(is_whole=True)


class Run(PublicUid):
    """One variant on one release. `rule` says when an output passes; see gold/runs.

    Its outputs come in and go piece by piece. Until all are there, and from when the first goes, it
    is not whole, and only `every` finds it.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="runs")
    variant = models.CharField(_("variant"), max_length=120)
    note = models.TextField(blank=True)
    rule = models.JSONField(default=dict)
    n_outputs = models.PositiveIntegerField(default=0)
    n_passed = models.PositiveIntegerField(default=0)
    n_judged = models.PositiveIntegerField(default=0)
    is_whole = models.BooleanField(default=True, db_default=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    every = models.Manager()
    objects = WholeRuns()

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


class RunStudy(PublicUid):
    """Outputs of a run put before raters; what they settle counts before the run's own rule.

    `sample` names the item of the study in which each gold item's output stands. A run that is
    taken away leaves its study, because people's ratings are nobody's to take away.
    """

    class How(models.TextChoices):
        """What of the criterion lets an output pass; see gold/runs/bars."""

        LEAST = "least"
        IS = "is"
        NUMBER = "number"
        NONE = "none"
        WITHOUT = "without"
        WITH = "with"

    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="studies")
    study = models.OneToOneField(Study, models.PROTECT, related_name="run_study")
    criterion = models.CharField(max_length=60)
    how = models.CharField(max_length=7, choices=How, default=How.LEAST)
    at_least = models.PositiveSmallIntegerField()  # the position of the point or the label
    number = models.FloatField(null=True)  # that passes, where the answer is one
    which = models.CharField(max_length=10)
    seed = models.BigIntegerField()
    pool_size = models.PositiveIntegerField()
    sample = models.JSONField(default=list)  # [{"gold", "item"}], uids
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.run}: {self.study}"


class OutputFile(PublicUid):
    """A file of outputs on its way in: looked through first, kept once somebody says so."""

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        STORING = "storing", _("coming in")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        DISCARDED = "discarded", _("discarded")

    release = models.ForeignKey(Release, models.PROTECT, related_name="output_files")
    variant = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    rule = models.JSONField(default=dict)
    file_name = models.CharField(max_length=255)
    bytes_total = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.CHECKING)
    found = models.JSONField(default=dict)  # counts and the first outputs; see gold/runs/storing
    problem = models.TextField(blank=True)  # why nothing of it could be taken
    job_uid = models.UUIDField(null=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="files")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["release", "-id"], name="output_file_by_release"),)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("gold:output_file", args=[self.uid])


class RefusedOutput(models.Model):
    """A line of such a file that is no output, with the reason and how it begins."""

    file = models.ForeignKey(OutputFile, models.CASCADE, related_name="refused")
    line = models.PositiveBigIntegerField()
    reason = models.TextField()
    excerpt = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"
