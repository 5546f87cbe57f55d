"""End users at work: events that come in, that come again, and the report over all of them."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median

from django.db.models import Sum
from django.utils import timezone

from accounts.models import Project
from analytics.reports.feedback import feedback_report, widget_names
from analytics.reports.feedback_wanted import Wanted
from bench.events import Body, EventDesk, bodies, make_key, tokens_of
from bench.feedback_rows import fill_feedback
from bench.figures import Figure, Goal, exactly
from bench.killing import kills
from bench.places import scratch_database, server_pids
from bench.processes import Watch
from bench.raters import Shift, warm, work
from bench.scene import make_scene
from bench.servers import ROOT, Server, gunicorn
from bench.soundness import BrokenError
from bench.spreading import spread
from surveys.folding import COUNTS
from surveys.models import FeedbackCell, FeedbackEvent, WidgetKey
from surveys.services.folding import fold_batch
from surveys.services.recounting import recount

CLIENTS = 8
SECONDS, TRIAL_SECONDS = 5.0, 0.5
SMALL = 100_000
BATCH = 50
REPLAYED = 100_000
NONE = Goal(at_most=0)


def run(size: int, runs: int) -> Iterator[Figure]:
    scene = make_scene()
    key = make_key(scene.project)
    length = SECONDS if size > SMALL else TRIAL_SECONDS
    yield from rates(key, runs, length)
    yield from folding()
    yield from replay(scene.project, key, min(REPLAYED, size))
    yield from kills(scene.project, key, length)
    yield from report(size, runs)


def rates(key: WidgetKey, runs: int, seconds: float) -> Iterator[Figure]:
    """The bare view and the product by turns, both with two processes of four threads."""
    database = server_pids(os.environ.get("DATABASE_URL", ""))
    shifts: dict[str, list[Shift]] = {"bare": [], "single": [], "batched": []}
    cpu: dict[str, list[float]] = {name: [] for name in shifts}
    with bare() as below, gunicorn("config.wsgi", os.environ, "/health/") as server:
        for _run in range(runs):
            for name, place, path, size in (
                ("bare", below, "/event", 1),
                ("single", server, "/v1/ingest", 1),
                ("batched", server, "/v1/ingest", BATCH),
            ):
                desks = [EventDesk(place.port, path, one) for one in bodies(key, CLIENTS, size)]
                warm(desks)
                spread(place, desks)
                with Watch(place.pid, *database, every=1.0) as watch:
                    shift = work(desks, seconds)
                if shift.failures:
                    raise BrokenError(f"Pages met {dict(shift.failures)}.")
                shifts[name].append(shift)
                cpu[name].append(watch.cpu / max(shift.acknowledged, 1) * 1000)
    yield rate("Single events", shifts["single"], cpu["single"], 1, Goal(at_least=500))
    yield latency("Single events", shifts["single"])
    yield rate(
        "Events in batches of 50", shifts["batched"], cpu["batched"], BATCH, Goal(at_least=5_000)
    )
    yield latency("Events in batches of 50", shifts["batched"])
    yield rate("Bare view that inserts an event", shifts["bare"], cpu["bare"], 1, None)
    yield Figure(
        "Single events against the bare view",
        [
            ours.rate / bare.rate
            for ours, bare in zip(shifts["single"], shifts["bare"], strict=True)
        ],
        "of the bare view",
        goal=Goal(at_least=0.8),
        beside=f"CPU {median(cpu['single']) / median(cpu['bare']):.2f} times the bare view’s",
    )


def rate(name: str, shifts: list[Shift], cpu: list[float], size: int, goal: Goal | None) -> Figure:
    p50 = median(shift.percentile(50) for shift in shifts)
    return Figure(
        name,
        [shift.rate * size for shift in shifts],
        "events/s",
        goal=goal,
        beside=f"p50 {p50:.0f} ms, {median(cpu) / size:.2f} ms of CPU an event",
    )


def latency(name: str, shifts: list[Shift]) -> Figure:
    worst = [shift.percentile(99) for shift in shifts]
    return Figure(f"{name}, p99", worst, "ms", goal=Goal(at_most=100))


@contextmanager
def bare() -> Iterator[Server]:
    """A view without middleware that inserts one event, over a database of its own."""
    database_url = os.environ.get("DATABASE_URL", "")
    place = scratch_database(database_url) if database_url else nullcontext("")
    with place as url:
        home = Path(os.environ["TOUCHSTONE_HOME"], "bare")
        home.mkdir()
        environment = {**os.environ, "DATABASE_URL": url, "TOUCHSTONE_HOME": str(home)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run(
            [sys.executable, "-m", "bench.floor.prepare", "0"],
            cwd=ROOT, env=environment, check=True,
        )  # fmt: skip
        with gunicorn("bench.floor.bare_wsgi", environment, "/ready/") as server:
            yield server


def folding() -> Iterator[Figure]:
    """What came in so far, folded by one process."""
    start, folded = time.perf_counter(), 0
    while more := fold_batch():
        folded += more
    seconds = time.perf_counter() - start
    yield Figure("Folding, one worker", [folded / seconds], "events/s")


def replay(project: Project, key: WidgetKey, size: int) -> Iterator[Figure]:
    """The same events three times over: nothing is stored or counted twice."""
    body = Body(key, tokens_of(key), BATCH, seed=7)
    requests = [body.next()[1] for _number in range(size // BATCH)]
    counts = []
    with gunicorn("config.wsgi", os.environ, "/health/") as server:
        desk = EventDesk(server.port, "/v1/ingest", body)
        for _time in range(3):
            told = Counter(accepted=0, duplicate=0)
            for request in requests:
                said = desk.send(request)
                told.update(accepted=said["accepted"], duplicate=said["duplicate"])
            while fold_batch():
                pass
            counts.append((told, sums(project), FeedbackEvent.objects.count()))
    first, *others = counts
    name = f"{len(requests) * BATCH:,} events three times"
    stored_again = sum(told["accepted"] for told, _sums, _events in others)
    yield exactly(f"{name}: stored again", stored_again, "events", goal=NONE)
    changed = sum(rest[1:] != first[1:] for rest in others)
    yield exactly(f"{name}: replays that changed a count", changed, "replays", goal=NONE)
    found = recount(project.pk, mend=False)
    wrong = found.wrong_feedback + found.wrong_cells
    yield exactly(f"{name}: sums that differ from a recount", wrong, "sums", goal=NONE)


def sums(project: Project) -> dict[str, int]:
    cells = FeedbackCell.objects.filter(project=project)
    return cells.aggregate(**{name: Sum(name) for name in COUNTS})


def report(size: int, runs: int) -> Iterator[Figure]:
    """The feedback page's report over a year, and a recount of what it reads."""
    project = make_full(size)
    today = timezone.localdate()
    times: dict[int, list[float]] = {days: [] for days in (84, 0)}
    for _run in range(runs):
        for days, taken in times.items():
            start = time.perf_counter()
            found = feedback_report(project, Wanted(days=days), today, widget_names(project))
            taken.append(time.perf_counter() - start)
            if found is None:
                raise BrokenError("The report found no feedback.")
    for days, taken in times.items():
        bounds = f"the last {days} days" if days else "all of it"
        name = f"Report over {size:,} events, {bounds}"
        yield Figure(name, taken, "s", goal=Goal(at_most=1.0))


def make_full(size: int) -> Project:
    project = Project.objects.create(team=Project.objects.get().team, name="Full", slug="full")
    fill_feedback(project, size)
    return project
