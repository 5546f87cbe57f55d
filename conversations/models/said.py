"""What was said, by which variant, and how it came in."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from core.models import PublicUid


class Variant(PublicUid):
    """One frozen configuration that produced conversations; its fingerprint is its identity."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="variants")
    name = models.CharField(max_length=120)
    model = models.CharField(max_length=200, blank=True)
    prompt = models.TextField(blank=True)
    retrieval_index = models.CharField(max_length=200, blank=True)
    code_revision = models.CharField(max_length=200, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "fingerprint"], name="variant_once_a_project"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ImportRun(PublicUid):
    """One file coming in: checked first, stored when confirmed, and what was refused."""

    OF_GOLD = "gold_run"
    """The source of what a variant answered to inputs of gold: no end user was there."""

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        IMPORTING = "importing", _("coming in")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        DISCARDED = "discarded", _("discarded")
        TAKEN_BACK = "taken_back", _("taken back")

    project = models.ForeignKey(Project, models.PROTECT, related_name="import_runs")
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=30, blank=True)
    options = models.JSONField(default=dict, blank=True)  # mapping, encoding, all_or_nothing
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    preview = models.JSONField(
        default=list, blank=True
    )  # the first conversations as they will look
    problem = models.TextField(blank=True)  # why the whole file was not taken
    job_uid = models.UUIDField(null=True)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    n_new = models.PositiveIntegerField(default=0)
    n_unchanged = models.PositiveIntegerField(default=0)
    n_refused = models.PositiveIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    cursor = models.JSONField(null=True)

    class Meta:
        indexes = (models.Index(fields=["project", "-id"], name="import_run_by_project"),)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("conversations:import_run", args=[self.uid])


class RefusedLine(models.Model):
    """A line that was not taken, with the reason and enough of it to find and mend it."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="refused_lines")
    file = models.CharField(max_length=255)
    line = models.PositiveBigIntegerField()
    code = models.CharField(max_length=40)
    reason = models.TextField()
    excerpt = models.TextField(blank=True)
    raw = models.BinaryField(null=True)
    notice = models.BooleanField(default=False)  # nothing was refused, only mentioned

    class Meta:
        indexes = (models.Index(fields=["run", "id"], name="refused_line_by_run"),)

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.code}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def came_in(self) -> Self:
        """What was said to somebody; not what a variant answered to inputs of gold."""
        return self.exclude(run__in=ImportRun.objects.filter(source=ImportRun.OF_GOLD))

    def for_list(self) -> Self:
        """What a list shows: never the turns."""
        return self.defer("turns", "redacted", "metadata", "guidance", "reference").select_related(
            "variant"
        )


class Conversation(PublicUid):
    """One conversation with its turns in order; one row read shows a rating page."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="conversations", db_index=False
    )
    external_id = models.CharField(max_length=255)
    group_key = models.CharField(max_length=255)
    input_key = models.CharField(max_length=255, blank=True)
    variant = models.ForeignKey(
        Variant, models.PROTECT, null=True, related_name="conversations", db_index=False
    )
    reference = models.TextField(blank=True)
    guidance = models.JSONField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    turns = models.JSONField()
    # the accepted redactions as [turn, part, start, end, label]: whoever reads turns has both
    redacted = models.JSONField(null=True, editable=False)
    metadata = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(null=True)
    latency_ms = models.PositiveIntegerField(null=True)
    cost = models.FloatField(null=True)
    tokens = models.PositiveIntegerField(null=True)
    error = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    n_turns = models.PositiveIntegerField()
    n_chars = models.PositiveIntegerField()
    title = models.CharField(
        max_length=200, blank=True
    )  # the opening words: lists never read turns
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="continued_by", db_index=False
    )
    run = models.ForeignKey(
        ImportRun, models.SET_NULL, null=True, related_name="conversations", db_index=False
    )
    imported_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "external_id"], name="conversation_once_a_project"
            ),
            models.CheckConstraint(
                condition=Q(continues=None) | ~Q(continues=F("id")), name="conversation_not_itself"
            ),
        )
        indexes = (
            # Covers what a search reads, so that it never touches the rows and their turns.
            models.Index(
                fields=["project", "-id", "external_id", "title"], name="conversation_newest"
            ),
            models.Index(fields=["project", "variant", "-id"], name="conversation_by_variant"),
            models.Index(fields=["project", "language", "-id"], name="conversation_by_language"),
            models.Index(
                fields=["project", "group_key"],
                name="conversation_by_group",
                condition=~Q(group_key=F("external_id")),
            ),
            models.Index(
                fields=["project", "input_key"],
                name="conversation_by_input",
                condition=~Q(input_key=""),
            ),
            models.Index(fields=["run", "id"], name="conversation_by_run"),
            models.Index(
                fields=["continues"],
                name="conversation_continues",
                condition=Q(continues__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.external_id

    def get_absolute_url(self) -> str:
        return reverse("conversations:detail", args=[self.uid])
