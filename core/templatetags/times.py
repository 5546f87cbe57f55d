"""How long ago something was."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def since(moment: datetime) -> str:
    """`{{ report.computed_at|since }}`: just now, 5 minutes ago, 3 hours ago, or its day and hour.

    After a day one asks when it was, no longer how many days and hours have gone.
    """
    age = timezone.now() - moment
    if age < MINUTE:
        return _("just now")
    if age >= DAY:
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}
