"""What is trusted: candidates, gold items, and releases that never change."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from annotation.models import Item
from core.models import PublicUid


class GoldDataset(PublicUid):
    """The trusted set of a project; what it held at one time is a release."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="gold_datasets")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=60)
    description = models.TextField(blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "slug"], name="gold_dataset_slug_once_a_project"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gold:dataset", args=[self.uid])


class Candidate(PublicUid):
    """A settled item proposed for gold."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="candidates")
    item = models.ForeignKey(Item, models.PROTECT, related_name="candidates")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["dataset", "item"], name="candidate_once_a_dataset"),
        )
        indexes = (models.Index(fields=["dataset", "state", "id"], name="candidate_by_state"),)

    def __str__(self) -> str:
        return f"{self.item} for {self.dataset}"


class GoldItem(PublicUid):
    """An approved item: the conversation and its verdicts as they were on that day."""

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="gold_items")
    candidate = models.OneToOneField(Candidate, models.PROTECT, related_name="gold_item")
    payload = models.JSONField()  # what an export writes; see gold/payload.py
    content_hash = models.CharField(max_length=64)  # of the payload's canonical JSON
    provenance = models.JSONField(default=dict)  # rating, verdict, rubric and draw uids
    approved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["dataset", "id"], name="gold_item_current", condition=Q(retired_at=None)
            ),
        )

    def __str__(self) -> str:
        return str(self.uid)

    def get_absolute_url(self) -> str:
        return reverse("gold:item", args=[self.uid])


class Release(PublicUid):
    """An immutable numbered publication: a manifest of content hashes with its parent."""

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    manifest_hash = models.CharField(max_length=64)
    n_items = models.PositiveIntegerField()
    rubric_versions = models.JSONField(default=list)
    agreement = models.JSONField(default=list)  # as it was at that moment
    datasheet = models.JSONField(default=dict)
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
