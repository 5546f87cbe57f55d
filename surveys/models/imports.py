"""A file of answers on its way in: what its columns become, and what came of it."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from core.models import PublicUid
from surveys.models.surveys import Survey


class ResponseImport(PublicUid):
    """One file. Its rows make responses once: the same file again changes nothing."""

    class State(models.TextChoices):
        PLANNING = "planning", _("columns to be chosen")
        IMPORTING = "importing", _("being read")
        DONE = "done", _("done")
        DISCARDED = "discarded", _("discarded")  # what had come in goes, or went

    project = models.ForeignKey(Project, models.PROTECT, related_name="response_imports")
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # of the file's bytes
    header = models.CharField(max_length=64)  # of its columns: such a file is read as the last one
    encoding = models.CharField(max_length=20, default="utf-8")
    plan = models.JSONField()  # see surveys.importing.plan
    survey = models.ForeignKey(Survey, models.PROTECT, null=True, related_name="imports")
    state = models.CharField(max_length=9, choices=State, default=State.PLANNING)
    n_new = models.PositiveIntegerField(default=0)
    n_unchanged = models.PositiveIntegerField(default=0)
    n_refused = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)  # the first of them: line, column, code, reason, raw
    job_uid = models.UUIDField(null=True)  # the work queued last; a command has none
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["project", "header"], name="response_import_by_header"),)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("surveys:response_import", args=[self.uid])
