"""What the one worker of `manage.py serve` does besides working: recover at once, and be the clock.

`celery beat` as a process of its own would load the whole product again only to send a message
every few seconds; as a thread of the worker it costs nothing and lives and dies with a process
that the supervisor restarts. Production runs `celery beat` by itself.
"""

from typing import Any

from celery import bootsteps
from celery.signals import worker_process_init

from jobs import tether


class EmbeddedClock(bootsteps.StartStopStep):  # type: ignore[misc]  # celery ships no types
    """Present with ``--embedded``. After the pool, so that no child inherits a connection."""

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def __init__(self, worker: Any, embedded: bool = False, **options: Any) -> None:
        self.enabled = embedded
        super().__init__(worker, embedded=embedded, **options)

    def include_if(self, worker: Any) -> bool:
        return self.enabled

    def start(self, worker: Any) -> None:
        from celery.beat import Scheduler
        from django.db import connection

        from jobs import ledger

        ledger.sweep(predecessors_died=True)
        connection.close()
        scheduler = Scheduler(app=worker.app)
        self.ticking = worker.timer.call_repeatedly(1.0, scheduler.tick)

    def stop(self, worker: Any) -> None:
        self.ticking.cancel()


def hold_children() -> None:
    """Tie the pool's processes to the supervisor, too: they outlive a killed parent otherwise."""
    worker_process_init.connect(_hold, dispatch_uid="jobs.embedded.hold")


def _hold(**kwargs: Any) -> None:
    tether.hold()
