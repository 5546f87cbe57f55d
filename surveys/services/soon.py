"""Asking for the next fold: seldom, however many requests come in."""

import logging
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from django.db import Error

from jobs import ledger
from jobs.models import Job
from surveys.models import FeedbackEvent

logger = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds in which one process asks once."""

RUNNER = "surveys.tasks.fold_feedback"
KEY = "fold-feedback"


class Pace:
    """When this process asked last; the lock lets one thread ask and no other wait."""

    def __init__(self) -> None:
        self.asks_again_at = 0.0
        self.lock = Lock()

    def is_time(self) -> bool:
        now = monotonic()
        if now < self.asks_again_at or not self.lock.acquire(blocking=False):
            return False
        try:
            if now < self.asks_again_at:
                return False
            self.asks_again_at = now + EVERY
            return True
        finally:
            self.lock.release()

    def forget(self) -> None:
        self.asks_again_at = 0.0


pace = Pace()


def fold_soon() -> None:
    """Have what was just stored folded: at once after a pause, else with what comes within seconds.

    The last events of a burst may find that their process has just asked; beat's sweep sees to
    those (`fold_rest`). That no fold could be asked for is no reason to refuse what is stored.
    """
    if not pace.is_time():
        return
    try:
        _ask()
    except Error:
        pace.forget()
        logger.warning("no fold could be queued; the next sweep sees to it", exc_info=True)


def _ask() -> None:
    ledger.enqueue_on_commit("surveys.tasks.fold_feedback", args={}, coalesce_key=KEY)


def fold_rest(now: datetime) -> None:
    """Every few seconds, from the sweep: fold what no request asked for."""
    if FeedbackEvent.objects.filter(respondent=None).exists():
        _ask()


def forget_folds(now: datetime) -> None:
    """Once an hour: nobody looks at folds that went well, and a busy day makes thousands."""
    old = Job.objects.filter(finished_at__lt=now - timedelta(hours=1))
    old.filter(runner=RUNNER, state=Job.State.DONE).delete()
