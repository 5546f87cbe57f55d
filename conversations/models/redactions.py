"""What is hidden of a conversation wherever its words are shown, and who decided so."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from conversations.models.said import Conversation
from core.models import PublicUid

NAMES_LENGTH = 20_000


class RedactionRules(models.Model):
    """A project's own rules; where there is no row, the defaults below hold."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="redaction_rules")
    keep_originals = models.BooleanField(default=True)  # no: accepting rewrites the conversation
    names = models.TextField(blank=True, max_length=NAMES_LENGTH)  # one a line
    scan_imports = models.BooleanField(default=True)  # look through what comes in, behind it

    def __str__(self) -> str:
        return str(self.project)


class RedactionScan(models.Model):
    """That a conversation was looked through: which words of it, and what was looked for.

    It is out of date as soon as either differs, so nothing counts as clear that was not searched
    as it stands. `original_mark` is set when the words were rewritten; see
    `conversations.rewriting`.
    """

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="redaction_scan"
    )
    content_hash = models.CharField(max_length=64)
    looked_for = models.CharField(max_length=64)
    scanned_at = models.DateTimeField(default=timezone.now)
    original_mark = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.conversation_id)


class LeftText(models.Model):
    """That a person said of a text that it is nothing to hide, for when it comes in again.

    `mark` is a keyed digest, and no text is held: of one place in one whole text, or, where
    somebody said so, of the words alone, wherever in the project they stand.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    mark = models.CharField(max_length=64)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "mark"], name="left_text_once"),)

    def __str__(self) -> str:
        return self.mark


class RedactionQuerySet(models.QuerySet["Redaction"]):
    def open(self) -> Self:
        return self.filter(state="proposed")

    def accepted(self) -> Self:
        return self.filter(state="accepted")


class Redaction(PublicUid):
    """A span of a conversation's text that shows personal data, proposed or decided.

    `turn` is the number of the turn, -1 for the expected answer; `part` says which of its texts,
    as a path (`content`, `passages.0.text`). `start` and `end` count code points of the text as
    it is stored, and the row holds no text: `text_mark` is a keyed digest, by which the same text
    is found again and from which none can be had without the server's key.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail address")
        PHONE = "phone", _("telephone number")
        CARD = "card", _("card number")
        MY_NUMBER = "my_number", _("My Number")
        ADDRESS = "address", _("postal address")
        NAME = "name", _("name")
        OTHER = "other", _("something else")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("to decide")
        ACCEPTED = "accepted", _("hidden")
        DISMISSED = "dismissed", _("left as it is")

    class FoundBy(models.TextChoices):
        FINDER = "finder", _("the finder")
        PERSON = "person", _("a person")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="redactions", db_index=False
    )
    turn = models.SmallIntegerField()
    part = models.CharField(max_length=60)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    found_by = models.CharField(max_length=10, choices=FoundBy, default=FoundBy.FINDER)
    label = models.CharField(max_length=40)
    text_mark = models.CharField(max_length=64)
    is_written = models.BooleanField(default=False)  # the stored words hold the label already
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "turn", "part", "start", "end"], name="redaction_once"
            ),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="redaction_not_empty"),
        )
        indexes = (
            models.Index(
                fields=["project", "conversation", "kind"],
                name="redaction_open",
                condition=Q(state="proposed"),
            ),
            models.Index(fields=["project", "text_mark"], name="redaction_by_text"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.turn}.{self.part}[{self.start}:{self.end}]"
