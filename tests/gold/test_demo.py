"""The demonstration tells a story whose dates follow one another."""

from pathlib import Path

import pytest
from django.db.models import Max, Min
from django.utils import timezone

from annotation.models import Rating, Study
from conversations.models import Conversation
from gold import demo
from gold.models import Release

pytestmark = pytest.mark.django_db


def test_every_date_of_the_demonstration_follows_the_one_before(settings, tmp_path: Path):
    settings.TOUCHSTONE_HOME = tmp_path
    loaded = demo.load_demo(now=timezone.now(), tell=lambda _line: None)
    said = Conversation.objects.aggregate(last=Max("started_at"), imported=Min("imported_at"))
    rated = Rating.objects.aggregate(first=Min("submitted_at"), last=Max("submitted_at"))
    settled = Study.objects.aggregate(first=Min("items__settled_at"))["first"]
    opened = set(loaded.project.studies.values_list("opened_at", flat=True))
    assert len(opened) == 1
    dates = [
        said["last"],
        said["imported"],
        *opened,
        rated["first"],
        rated["last"],
        settled,
        Release.objects.get().published_at,
    ]
    assert dates == sorted(dates)
