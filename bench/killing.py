"""kill -9 of web, worker and database while pages send: what was acknowledged is there."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from uuid import UUID

from django.db import connection

from accounts.models import Project
from bench.events import StubbornDesk, bodies
from bench.figures import Figure, Goal, exactly
from bench.processes import PROC, tree
from bench.raters import work
from bench.servers import serving
from bench.soundness import BrokenError
from surveys.models import FeedbackEvent, WidgetKey
from surveys.services.folding import fold_batch
from surveys.services.recounting import recount

CLIENTS = 4
BATCH = 10
AT_ONCE = 500
NONE = Goal(at_most=0)
MAY_KILL_DATABASE = "BENCH_KILLS_DATABASE"
"""Set it where the database server is a throw-away one: all its databases fall with this one."""

WEB, WORKER = "gunicorn", "celery"


def kills(project: Project, key: WidgetKey, seconds: float) -> Iterator[Figure]:
    """Web server, worker and database one after the other; then everything is counted."""
    with serving(os.environ) as server:
        desks = [
            StubbornDesk(server.port, "/v1/ingest", one) for one in bodies(key, CLIENTS, BATCH)
        ]
        stop = threading.Event()
        killed: list[str] = []
        thread = threading.Thread(target=_kill, args=(server.pid, stop, killed))
        thread.start()
        shift = work(desks, max(3.0, 3 * seconds))
        stop.set()
        thread.join()
    connection.close()
    if shift.failures:
        raise BrokenError(f"Pages met {dict(shift.failures)}.")
    while fold_batch():
        pass
    acknowledged = {UUID(uid) for desk in desks for uid in desk.acknowledged}
    lost = acknowledged - _stored(project, acknowledged)
    name = f"{len(acknowledged):,} events under kill -9 of {', '.join(sorted(set(killed)))}"
    yield exactly(f"{name}: kills", len(killed), "kills", goal=Goal(at_least=2))
    yield exactly(f"{name}: lost", len(lost), "events", goal=NONE)
    found = recount(project.pk, mend=False)
    wrong = found.wrong_feedback + found.wrong_cells
    yield exactly(f"{name}: sums that differ from a recount", wrong, "sums", goal=NONE)


def _stored(project: Project, uids: set[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    wanted = sorted(uids)
    for start in range(0, len(wanted), AT_ONCE):
        some = FeedbackEvent.objects.filter(project=project, uid__in=wanted[start:][:AT_ONCE])
        found.update(some.values_list("uid", flat=True))
    return found


def _kill(supervisor: int, stop: threading.Event, killed: list[str]) -> None:
    """One after the other, each once: who is killed again and again is started ever later."""
    turns: list[tuple[str, Callable[[], bool]]] = [
        ("web", lambda: _kill_children(supervisor, WEB)),
        ("worker", lambda: _kill_children(supervisor, WORKER)),
    ]
    if connection.vendor == "postgresql" and os.environ.get(MAY_KILL_DATABASE):
        turns.append(("database", _kill_database))
    for name, kill in turns:
        if stop.wait(1.0):
            break
        if kill():
            killed.append(name)
    connection.close()


def _kill_children(supervisor: int, program: str) -> bool:
    found = [pid for pid in tree([supervisor]) - {supervisor} if program in _command(pid)]
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return bool(found)


def _command(pid: int) -> str:
    with suppress(OSError):
        return PROC.joinpath(str(pid), "cmdline").read_bytes().decode(errors="replace")
    return ""


def _kill_database() -> bool:
    """Kill one of the server's processes: it then stops all others and recovers from its log.

    False where the server runs on another machine or as somebody whose processes are not ours.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        if not _command(pid).startswith("postgres"):
            return False
        os.kill(pid, signal.SIGKILL)
    except Exception:
        connection.close()
        return False
    connection.close()
    time.sleep(1.0)
    return True
