"""Exported files go with the job that offers them."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from core.http import uid_in
from core.leftovers import days_before, remove, untouched
from jobs.models import Job


def remove_lost_exports(now: datetime) -> None:
    since = days_before(now, settings.LEFTOVER_DAYS)
    for file in untouched(Path(settings.MEDIA_ROOT) / "exports", since):
        uid = uid_in(file.stem)
        if uid and not Job.objects.filter(uid=uid).exists():
            remove(file)
