"""Raters at work over HTTP, beside the floor."""

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from annotation.models import Study
from bench.figures import Figure, Goal, against_the_smallest
from bench.places import scratch_database, server_pids
from bench.processes import Watch
from bench.raters import STEADY, WARM, Desk, FloorDesk, ProductDesk, Shift, warm, work
from bench.scene import add_raters, signed_in, user_of
from bench.servers import ROOT, Server, granian, gunicorn, serving
from bench.soundness import BrokenError
from bench.spreading import spread

RATERS = 8
SECONDS, TRIAL_SECONDS = 0.5, 0.2
TURNS = 6
"""Of each run. A host gives now half of its speed and now all of it, for a second or more: short
turns beside one another meet the same."""
SMALL = 10_000
"""Below so many items nothing is measured: one tries whether the bench itself still runs."""


def cycles(plain: Mapping[int, Study], full: Study, server: Server, runs: int) -> Iterator[Figure]:
    """The product by turns with the floor alone, both with two processes of four threads, and four
    raters at each of them.

    `plain` are studies of one score and a comment, by their number of items.
    """
    is_trial = max(plain) <= SMALL
    length, before = (TRIAL_SECONDS, WARM) if is_trial else (SECONDS, STEADY)
    turns = runs * (1 if is_trial else TURNS)
    url = os.environ.get("DATABASE_URL", "")
    database = server_pids(url)
    at_work: dict[str, AtWork] = defaultdict(AtWork)
    at_the_floor: dict[str, AtWork] = defaultdict(AtWork)
    """What the floor did beside each of the places."""

    def shift_of(place: Server, desks: Sequence[Desk], done: AtWork) -> None:
        with Watch(place.pid, *database, every=1.0) as watch:
            shift = work(desks, length)
        if shift.failures:
            raise BrokenError(f"Raters met {dict(shift.failures)}.")
        done.add(shift, watch)

    def by_turns(name: str, place: Server, desks: Sequence[Desk]) -> None:
        warm(desks, before)
        spread(place, desks)
        pair = [(below, on_the_floor, at_the_floor[name]), (place, desks, at_work[name])]
        for turn in range(turns):
            for one in pair if turn % 2 else reversed(pair):
                shift_of(*one)

    largest = plain[max(plain)]
    with floor(url, items=2_000 if is_trial else 40_000) as below:
        on_the_floor = [FloorDesk(below.port, n) for n in range(RATERS)]
        warm(on_the_floor, before)
        spread(below, on_the_floor)
        for items, study in plain.items():
            by_turns(named(items), server, desks_of(study, server, "plain"))
        by_turns(FULL, server, desks_of(full, server, "full"))
        with granian("config.wsgi", os.environ, "/accounts/login/") as swift:
            by_turns(SWIFT, swift, desks_of(largest, swift, "swift"))
        with serving(os.environ) as served:
            by_turns(SERVE, served, desks_of(largest, served, "serve"))

    yield together(at_the_floor.values()).figure(f"8 raters, {FLOOR}")
    for name, done in at_work.items():
        yield done.figure(f"8 raters, {name}")
    least = 0.8 if url else 0.6
    goals = {named(items): Goal(at_least=least) for items in plain}
    for name, done in at_work.items():
        yield from done.against(at_the_floor[name], name, goals.get(name))


FLOOR = "floor, full stack"
FULL = "the eight criteria of “good dialogue”"
SWIFT = "one score and a comment, Granian"
SERVE = "one score and a comment, manage.py serve"


def named(items: int) -> str:
    return f"one score and a comment, {items:,} items"


@dataclass
class AtWork:
    """The shifts at one place, and what each of their cycles cost."""

    shifts: list[Shift] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    noise: float = 0.0

    def add(self, shift: Shift, watch: Watch) -> None:
        self.shifts.append(shift)
        self.cpu.append(watch.cpu / max(shift.acknowledged, 1) * 1000)
        self.noise = max(self.noise, watch.others)

    def figure(self, name: str) -> Figure:
        p50 = median(shift.percentile(50) for shift in self.shifts)
        p95 = median(shift.percentile(95) for shift in self.shifts)
        return Figure(
            name,
            [shift.rate for shift in self.shifts],
            "cycles/s",
            beside=f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, {median(self.cpu):.1f} ms of CPU a cycle",
        )

    def against(self, floor: "AtWork", name: str, goal: Goal | None) -> Iterator[Figure]:
        pairs = list(zip(self.shifts, floor.shifts, strict=True))
        yield Figure(
            f"Cycles against the floor, {name}",
            [ours.rate / theirs.rate for ours, theirs in pairs],
            "of the floor",
            goal=goal,
            beside=f"CPU {median(self.cpu) / median(floor.cpu):.2f} times the floor’s",
            facts={"others_used": max(self.noise, floor.noise)},
        )
        yield Figure(
            f"p95 of a cycle against the floor, {name}",
            [ours.percentile(95) / theirs.percentile(95) for ours, theirs in pairs],
            "times",
            goal=Goal(at_most=1.5) if goal else None,
        )


def together(several: Iterable[AtWork]) -> AtWork:
    found = AtWork()
    for one in several:
        found.shifts += one.shifts
        found.cpu += one.cpu
        found.noise = max(found.noise, one.noise)
    return found


def desks_of(study: Study, server: Server, prefix: str, count: int = RATERS) -> list[ProductDesk]:
    chairs = add_raters(study, count, f"{study.slug}-{prefix}")
    return [ProductDesk(signed_in(user_of(chair), server.port), study.uid) for chair in chairs]


@contextmanager
def floor(database_url: str, *, items: int) -> Iterator[Server]:
    """The floor's server over a database of its own, with as many items as need be."""
    place = scratch_database(database_url) if database_url else nullcontext("")
    with place as url:
        home = Path(os.environ["TOUCHSTONE_HOME"], "floor")
        home.mkdir()
        environment = {**os.environ, "DATABASE_URL": url, "TOUCHSTONE_HOME": str(home)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run(
            [sys.executable, "-m", "bench.floor.prepare", str(items)],
            cwd=ROOT, env=environment, check=True,
        )  # fmt: skip
        with gunicorn("bench.floor.wsgi", environment, "/ready/") as server:
            yield server


def next_times(
    studies: Mapping[int, Study], server: Server, runs: int, *, cycles: int
) -> Iterator[Figure]:
    """A submit that answers with the next item, one rater, by turns over the sizes."""
    medians: dict[int, list[float]] = {items: [] for items in studies}
    for number in range(runs):
        desks = {
            items: desks_of(study, server, f"next{number}-", 1)[0]
            for items, study in studies.items()
        }
        times: dict[int, list[float]] = {items: [] for items in studies}
        for desk in desks.values():
            desk.begin()
        for _turn in range(cycles):
            for items, desk in desks.items():
                start = time.perf_counter()
                desk.cycle()
                times[items].append((time.perf_counter() - start) * 1000)
        for items, taken in times.items():
            medians[items].append(median(taken))
    yield from against_the_smallest("Submit with the next item, over HTTP", medians)
