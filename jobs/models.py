"""The ledger of background work: one row a job, and the row is the truth."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import PublicUid


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> Self:
        """Waiting and not held back by the back-off of an earlier attempt."""
        return self.filter(
            Q(run_after=None) | Q(run_after__lte=now), state=Job.State.QUEUED
        ).order_by("created_at", "pk")

    def abandoned(self, now: datetime) -> Self:
        """Running by their row, while the worker stopped renewing its lease."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=now)

    def finished(self) -> Self:
        return self.filter(state__in=Job.FINISHED)

    def unfinished(self) -> Self:
        return self.exclude(state__in=Job.FINISHED)

    def held_by(self, owner: str) -> Self:
        """Running under exactly this claim: the guard of everything a worker writes."""
        return self.filter(state=Job.State.RUNNING, owner=owner)


class Job(PublicUid):
    """One piece of background work, resumable from `cursor` after any crash.

    A message on the broker only wakes a worker. Who works on the job, how far it came, when it
    is tried again and how it ended stand here, so they survive whatever the broker forgets.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    FINISHED = (State.DONE, State.FAILED, State.CANCELLED)

    runner = models.CharField(max_length=200)
    args = models.JSONField(default=dict)
    project_uid = models.UUIDField(null=True)
    requested_by = models.BigIntegerField(null=True)
    language = models.CharField(max_length=10, default="en")
    coalesce_key = models.CharField(max_length=200, default="", blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    cursor = models.JSONField(null=True)
    note = models.TextField(default="", blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(default="", blank=True)

    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    owner = models.CharField(max_length=120, default="", blank=True)
    lease_until = models.DateTimeField(null=True)
    run_after = models.DateTimeField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coalesce_key"],
                condition=Q(state="queued") & ~Q(coalesce_key=""),
                name="job_one_queued_per_key",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="job_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | (~Q(owner="") & Q(lease_until__isnull=False)),
                name="job_running_has_owner",
            ),
            models.CheckConstraint(
                condition=Q(done__gte=0, total__gte=0), name="job_progress_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"], condition=Q(state="queued"), name="job_queued"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_running"),
            models.Index(fields=["project_uid", "-created_at"], name="job_of_project"),
        ]

    def __str__(self) -> str:
        return f"{self.runner} {self.uid} ({self.state})"

    @property
    def is_finished(self) -> bool:
        return self.state in self.FINISHED

    @property
    def percent(self) -> int | None:
        """Whole percent done; None while nobody knows how much there is to do."""
        if self.state == self.State.DONE:
            return 100
        if self.total <= 0:
            return None
        return min(100, 100 * self.done // self.total)
