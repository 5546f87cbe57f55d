"""What may be trusted: datasets, their candidates, and gold items."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
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
    rules = models.JSONField(default=dict)  # of admission; what is left out is by default
    splits = models.JSONField(default=dict)  # {"train": 0.8, "test": 0.2}; empty: all is "test"
    licence = models.CharField(_("licence"), max_length=60, blank=True)  # SPDX, or words
    consent = models.TextField(_("consent"), blank=True)  # on what ground the words may be kept
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


class Source(models.TextChoices):
    """What brought an item to gold."""

    EXPERT = "expert", _("picked by an expert")
    DOWN_VOTE = "down_vote", _("down-vote of an end user")
    RANDOM = "random", _("random draw")
    REGRESSION = "regression", _("a variant that got worse")


class Tier(models.TextChoices):
    GOLD = "gold", _("gold")
    CONTESTED = "contested", _("contested")  # people differ, and how is what it says


class Difficulty(models.TextChoices):
    EASY = "easy", _("easy")
    MEDIUM = "medium", _("medium")
    HARD = "hard", _("hard")


class Candidate(PublicUid):
    """An item proposed for gold, with what the admission gate said of it last."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")

    class Outcome(models.TextChoices):
        """What the rules let it become, as they were when it was checked."""

        UNCHECKED = "", _("not checked yet")
        PASSES = "passes", _("can be gold")
        CONTESTED = "contested", _("can be contested gold")
        FAILS = "fails", _("fails")

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="candidates")
    item = models.ForeignKey(Item, models.PROTECT, related_name="candidates")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    source = models.CharField(max_length=10, choices=Source, default=Source.RANDOM)
    checks = models.JSONField(default=list)  # [{"rule", "passed", ...facts}], see gold/admission
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.UNCHECKED, blank=True)
    failed = models.CharField(max_length=120, blank=True)  # names of rules, for filters
    checked_at = models.DateTimeField(null=True)
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
        return f"{self.dataset} · {self.item}"


CHANGED_AT = Coalesce("revised_at", "approved_at")
"""When an item became what it is, as indexes and lists have it, to the letter."""


class GoldItem(PublicUid):
    """An approved item: the conversation and its verdicts as they were on that day.

    What people add (`expected` to `difficulty`) is part of the payload too; whoever changes it
    writes the payload anew, with a step of its provenance that says why.
    """

    dataset = models.ForeignKey(GoldDataset, models.PROTECT, related_name="gold_items")
    candidate = models.OneToOneField(Candidate, models.PROTECT, related_name="gold_item")
    payload = models.JSONField()  # what an export writes; see gold/payload.py
    content_hash = models.CharField(max_length=64)  # of the payload's canonical JSON
    provenance = models.JSONField(default=dict)  # names of rows, and the chain of "steps"
    tier = models.CharField(max_length=9, choices=Tier, default=Tier.GOLD)
    source = models.CharField(max_length=10, choices=Source, default=Source.RANDOM)
    split = models.CharField(max_length=20, default="test")
    input_key = models.CharField(max_length=255, blank=True, db_index=True)  # joins runs to it
    expected = models.TextField(blank=True)  # a corrected answer; empty: the approved one
    guidance = models.TextField(blank=True)  # for whoever judges this item
    passages = models.JSONField(default=list)  # [[turn, passage], ...] that an answer needs
    tags = models.JSONField(default=list)
    difficulty = models.CharField(max_length=6, choices=Difficulty, blank=True)
    revised_at = models.DateTimeField(null=True)
    revised_reason = models.TextField(blank=True)
    approved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["dataset", "id"], name="gold_item_current", condition=Q(retired_at=None)
            ),
            models.Index(
                fields=["dataset", "id"], name="gold_item_retired", condition=~Q(retired_at=None)
            ),
            models.Index(
                fields=["dataset", "id"], name="gold_item_revised", condition=~Q(revised_at=None)
            ),
            models.Index("dataset", CHANGED_AT, "id", name="gold_item_changed"),
            models.Index(
                "dataset",
                CHANGED_AT,
                "id",
                name="gold_item_changed_current",
                condition=Q(retired_at=None),
            ),
            # For each filter of the list: the payload stands before these columns, so without an
            # index every item's is read on the way to them.
            models.Index(fields=["dataset", "split", "id"], name="gold_item_by_split"),
            models.Index(fields=["dataset", "tier", "id"], name="gold_item_by_tier"),
            models.Index(fields=["dataset", "difficulty", "id"], name="gold_item_by_difficulty"),
            models.Index(fields=["dataset", "source", "id"], name="gold_item_by_source"),
        )

    def __str__(self) -> str:
        return str(self.uid)

    def get_absolute_url(self) -> str:
        return reverse("gold:item", args=[self.uid])
