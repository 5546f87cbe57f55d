"""What a project keeps of end users, for how long, and what it was asked to forget."""

from uuid import uuid4

from django.db import models
from django.utils import timezone

from accounts.models import ApiKey, Project, User
from core.models import PublicUid


class FeedbackRules(models.Model):
    """A project's own rules; where there is no row, the defaults below hold."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="feedback_rules")
    keep_days = models.PositiveIntegerField(null=True, blank=True)  # feedback whole; None: for ever
    keep_comment_days = models.PositiveIntegerField(null=True, blank=True)
    scrub = models.BooleanField(default=True)  # addresses, numbers and cards in comments
    ask_consent = models.BooleanField(default=False)  # the browser keeps nothing before it is given
    cooldown_days = models.PositiveSmallIntegerField(default=7)  # one respondent, any survey
    stamp = models.UUIDField(default=uuid4, editable=False)  # another with each change of feedback

    def __str__(self) -> str:
        return str(self.project)


class SubjectErasure(PublicUid):
    """That somebody was forgotten on request, and how much went; not who it was."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.uid)


class IdempotentCall(models.Model):
    """What a call of the API with an Idempotency-Key was answered, to answer it so again."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # None: still being answered
    answer = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "name"], name="call_once_a_key"),)
        indexes = (models.Index(fields=["at"], name="call_by_time"),)

    def __str__(self) -> str:
        return self.name
