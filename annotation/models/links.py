"""End users as raters: links that let them in without an account, and who came by them."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from annotation.models.ratings import Rater
from annotation.models.studies import Study
from core.models import PublicUid


class RatingLink(PublicUid):
    """Lets so many people rate so many items each, until it expires or is withdrawn.

    The link itself is signed and stored nowhere: whoever reads the database cannot make it.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="links")
    name = models.CharField(max_length=80)  # for the team; respondents never see it
    quota = models.PositiveIntegerField()  # people; 1: whoever opens it first
    n_joined = models.PositiveIntegerField(default=0)
    items_each = models.PositiveIntegerField()
    minutes = models.PositiveSmallIntegerField()  # how long it takes, as respondents are told
    consent = models.JSONField()  # {"en", "ja"}; never changed: a hash of it lies with the consent
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(n_joined__lte=F("quota")), name="link_joined_within_quota"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Of the team's own page; what respondents open is made by `annotation.link_tokens`."""
        return reverse("annotation:links", args=[self.study.uid])

    def is_over(self, now: datetime) -> bool:
        return self.revoked_at is not None or now >= self.expires_at


class Participation(PublicUid):
    """One person who came by a link and agreed; who it is, nobody here knows.

    The receipt's code opens it, and only a hash of the code is kept. After an erasure the row says
    that there was a consent and when it was withdrawn, and nothing else.
    """

    link = models.ForeignKey(RatingLink, models.PROTECT, related_name="participations")
    rater = models.OneToOneField(Rater, models.PROTECT, related_name="participation")
    language = models.CharField(max_length=5)  # in which the consent was read
    consent_hash = models.CharField(max_length=64)
    consented_at = models.DateTimeField(default=timezone.now)
    receipt_hash = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.rater)
