"""A form for end users: its frozen versions, and the links that open it."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Project, User
from core.models import PublicUid


class Survey(PublicUid):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        LIVE = "live", _("live")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    project = models.ForeignKey(Project, models.PROTECT, related_name="surveys")
    name = models.CharField(_("name"), max_length=120)  # for the team; respondents see the title
    slug = models.SlugField(max_length=60, unique=True)  # what respondents open: /s/<slug>
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    imported = models.BooleanField(default=False)  # its responses came from a file
    is_open = models.BooleanField(default=True)  # whoever has the address may answer, link or not
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    quota = models.PositiveIntegerField(null=True, blank=True)  # complete responses
    n_complete = models.PositiveIntegerField(default=0)
    sample_p = models.FloatField(default=1.0)  # of respondents, by surveys.sampling
    salt = models.CharField(max_length=32)
    cap_per_day = models.PositiveIntegerField(null=True, blank=True)
    cooldown_days = models.PositiveSmallIntegerField(default=30)  # one respondent, this survey
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(sample_p__gt=0, sample_p__lte=1), name="survey_sample_p"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("surveys:survey", args=[self.uid])


class SurveyVersion(PublicUid):
    """One state of a survey's document; once published it never changes, and answers name it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    document = models.JSONField()  # see surveys.documents
    updated_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once"),
            models.UniqueConstraint(
                fields=["survey"], name="survey_one_draft", condition=Q(state="draft")
            ),
        )

    def __str__(self) -> str:
        return f"{self.survey} {self.number}"


class SurveyLink(PublicUid):
    """Lets so many people answer, until it expires or is withdrawn; signed, stored nowhere."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="links")
    name = models.CharField(max_length=80)
    quota = models.PositiveIntegerField(default=1)
    n_used = models.PositiveIntegerField(default=0)
    subject = models.CharField(max_length=128, blank=True)  # whom it was made for
    context = models.JSONField(default=dict, blank=True)  # {"conversation", "variant", ...}
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(n_used__lte=F("quota")), name="survey_link_within_quota"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_over(self, now: datetime) -> bool:
        return self.revoked_at is not None or now >= self.expires_at
