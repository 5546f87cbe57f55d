"""What was computed, kept so that a page shows it at once and says how old it is."""

from django.db import models
from django.db.models import Max
from django.utils import timezone

from annotation.models import Rating, Study
from core.models import PublicUid


class AgreementSnapshot(PublicUid):
    """The agreement report of a study as it was computed last."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="agreement_snapshot")
    computed_at = models.DateTimeField(default=timezone.now)
    last_rating = models.BigIntegerField(default=0)  # the newest rating that it knew
    seed = models.BigIntegerField()
    replicates = models.PositiveIntegerField()
    data = models.JSONField()

    def __str__(self) -> str:
        return f"{self.study} {self.computed_at:%Y-%m-%d}"


def newest_rating() -> int:
    """The watermark of a snapshot: ratings stored later have larger keys, revisions too."""
    return int(Rating.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def has_newer_ratings(snapshot: AgreementSnapshot) -> bool:
    """Whether ratings came into the study since; reads only what is newer than the snapshot."""
    newer = Rating.objects.filter(pk__gt=snapshot.last_rating, item__study=snapshot.study_id)
    return newer.exists()
