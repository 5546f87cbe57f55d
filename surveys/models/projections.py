"""What holds now, and the sums that reports read: both follow from the events alone."""

from django.db import models
from django.db.models import Q

from accounts.models import Project
from conversations.models import Conversation
from surveys.models.events import Kind, Mode, Trust
from surveys.models.keys import WidgetKey
from surveys.models.respondents import Respondent


class CurrentFeedback(models.Model):
    """What one respondent says now about one answer, or that they saw it and said nothing.

    `target` is a hash of conversation, message and kind (`surveys.folding.target_of`), so that the
    unique index stays narrow. The row moves forward only, by (`seq`, `at`, event); what is said
    goes before what is shown. `value` is the position of the answer on its scale (thumb: 0 down, 1
    up), null where nothing is said or it was taken back. `day` is that of the earliest event, in
    whatever order they came: it is the cohort of the roll-up.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    respondent = models.ForeignKey(
        Respondent, models.PROTECT, related_name="feedback", db_index=False
    )
    target = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind)
    conversation_key = models.CharField(max_length=255)
    message = models.CharField(max_length=255, blank=True)
    conversation = models.ForeignKey(
        Conversation, models.PROTECT, null=True, related_name="feedback", db_index=False
    )
    turn = models.SmallIntegerField(default=-1)  # -1: the conversation, or not found in it yet
    variant_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)  # of the conversation
    shown = models.BooleanField(default=False)  # an impression came
    value = models.SmallIntegerField(null=True)
    retracted = models.BooleanField(default=False)  # it was said, and taken back
    words = models.CharField(max_length=64, blank=True)  # of a choice: its key
    reasons = models.JSONField(default=list)
    comment = models.TextField(blank=True)
    day = models.DateField()
    at = models.DateTimeField()
    seq = models.PositiveIntegerField(default=0)
    event_id = models.BigIntegerField()  # the last one that counted
    key = models.ForeignKey(WidgetKey, models.PROTECT, null=True, related_name="+", db_index=False)
    trust = models.CharField(max_length=6, choices=Trust)
    locale = models.CharField(max_length=10, blank=True)
    instrument = models.PositiveSmallIntegerField(default=0)
    mode = models.CharField(max_length=11, choices=Mode)
    p = models.FloatField(null=True)
    context = models.JSONField(default=dict)  # what the application said about it: {"topic": ...}
    fixed_at = models.DateTimeField(null=True)  # the team said that this answer was mended

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["respondent", "target"], name="feedback_once"),
        )
        indexes = (
            models.Index(
                fields=[
                    *("project", "kind", "variant_name", "respondent"),
                    # so that comparisons read no row, whatever they are filtered by
                    *("language", "locale", "trust", "value", "shown", "day"),
                ],
                name="feedback_by_person",
            ),
            models.Index(fields=["project", "-at"], name="feedback_by_time"),
            models.Index(  # how many people answered, whatever a report is filtered by
                fields=[
                    "project",
                    "kind",
                    "day",
                    "variant_name",
                    "language",
                    "locale",
                    "trust",
                    "mode",
                    "key",
                    "respondent",
                ],
                name="feedback_answered",
                condition=Q(value__isnull=False),
            ),
            models.Index(
                fields=["project", "-at", "-id"],
                name="feedback_words",
                condition=~Q(comment=""),
            ),
            models.Index(
                fields=["project", "conversation_key"],
                name="feedback_to_join",
                condition=Q(conversation=None),
            ),
            models.Index(
                fields=["conversation"],
                name="feedback_by_conversation",
                condition=~Q(conversation=None),
            ),
            models.Index(  # what each conversation got, read from the index alone
                fields=["project", "kind", "conversation", "value"],
                name="feedback_signals",
                condition=~Q(conversation=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class FeedbackCell(models.Model):
    """How many were shown and what was answered, for one day and one combination of the rest.

    `v0` to `v10` count the positions of `CurrentFeedback.value`; `n_shown` those that saw it, and
    `n_answered` those of them that answered (a vote without an impression counts in neither).
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind)
    variant_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)
    locale = models.CharField(max_length=10, blank=True)
    trust = models.CharField(max_length=6, choices=Trust)
    mode = models.CharField(max_length=11, choices=Mode)
    widget = models.BigIntegerField(default=0)  # pk of the WidgetKey, 0 for none: no null is unique
    instrument = models.PositiveSmallIntegerField(default=0)
    n_shown = models.IntegerField(default=0)
    n_answered = models.IntegerField(default=0)
    n_comments = models.IntegerField(default=0)
    n_retracted = models.IntegerField(default=0)
    v0 = models.IntegerField(default=0)
    v1 = models.IntegerField(default=0)
    v2 = models.IntegerField(default=0)
    v3 = models.IntegerField(default=0)
    v4 = models.IntegerField(default=0)
    v5 = models.IntegerField(default=0)
    v6 = models.IntegerField(default=0)
    v7 = models.IntegerField(default=0)
    v8 = models.IntegerField(default=0)
    v9 = models.IntegerField(default=0)
    v10 = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=[
                    "project",
                    "kind",
                    "day",
                    "variant_name",
                    "language",
                    "locale",
                    "trust",
                    "mode",
                    "widget",
                    "instrument",
                ],
                name="feedback_cell_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class ReasonCell(models.Model):
    """How many of a cell's answers at one value give a reason."""

    cell = models.ForeignKey(FeedbackCell, models.CASCADE, related_name="reasons", db_index=False)
    value = models.SmallIntegerField()
    reason = models.CharField(max_length=40)
    n = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["cell", "value", "reason"], name="reason_cell_once"),
        )

    def __str__(self) -> str:
        return f"{self.reason} {self.n}"
