"""What was published and never changes, and how far its labels were found wrong."""

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from annotation.models import Study
from core.models import PublicUid
from gold.asked import question_of
from gold.models.items import GoldDataset, GoldItem


class Release(PublicUid):
    """An immutable numbered publication: a manifest of content hashes with its parent."""

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    manifest_hash = models.CharField(max_length=64)
    manifest_version = models.PositiveSmallIntegerField(default=1)  # how that hash is made
    n_items = models.PositiveIntegerField()
    rubric_versions = models.JSONField(default=list)
    agreement = models.JSONField(default=list)  # as it was at that moment
    datasheet = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)  # added, revised and retired since the parent
    coverage = models.JSONField(default=dict)  # beside what comes in, slice by slice
    label_error = models.JSONField(null=True)  # as far as it was measured by then
    note = models.TextField(blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["dataset", "number"], name="release_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.dataset} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("gold:release", args=[self.uid])


class ReleaseItem(models.Model):
    """One line of a release's manifest."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    gold_item = models.ForeignKey(GoldItem, models.PROTECT, related_name="release_items")
    content_hash = models.CharField(max_length=64)
    payload = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["release", "position"], name="release_item_position"),
            models.UniqueConstraint(fields=["release", "gold_item"], name="release_item_once"),
        )

    def __str__(self) -> str:
        return f"{self.release} {self.position}"

    @property
    def question(self) -> str:
        return question_of(self.payload)


class LabelAudit(PublicUid):
    """A random sample of a dataset that is rated once more, blind: how often is a label wrong?

    The study holds the sampled conversations; `sample` names each item's gold item as it was.
    """

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="audits")
    release = models.ForeignKey(Release, models.PROTECT, null=True, related_name="audits")
    study = models.OneToOneField(Study, models.PROTECT, related_name="label_audit")
    seed = models.BigIntegerField()
    pool_size = models.PositiveIntegerField()
    sample = models.JSONField(default=list)  # [{"gold", "content_hash", "item"}], uids
    result = models.JSONField(null=True)  # the estimate, once the study is settled
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.dataset}: {self.study}"

    def get_absolute_url(self) -> str:
        return reverse("gold:audit", args=[self.uid])
