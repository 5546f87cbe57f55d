"""How long ago something was."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

MINUTE = timedelta(minutes=1)


def since(moment: datetime) -> str:
    """`{{ report.computed_at|since }}`: just now, 5 minutes ago, 2 days, 3 hours ago."""
    if timezone.now() - moment < MINUTE:
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment)}
