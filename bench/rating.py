"""Raters at work: cycles per second beside the floor, and a claim that no size makes slower."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from annotation.access import get_assignment_for
from annotation.answers import Answer, check
from annotation.models import Assignment, Layer, Rating, Study, StudyRater
from annotation.rating_page import questions_for
from annotation.rubric_cache import criteria_of
from annotation.rubric_templates import template
from annotation.services.assignment import claim_next
from annotation.services.judging import Judgement
from annotation.services.rating import submit_rating
from bench.figures import Figure, Goal, exactly
from bench.places import scratch_database, server_pids
from bench.processes import Watch
from bench.raters import FloorDesk, ProductDesk, Shift, warm, work
from bench.scene import SCORE_AND_COMMENT, add_raters, make_scene, make_study, signed_in
from bench.servers import ROOT, Server, gunicorn, serving

RATERS = 8
SECONDS, TRIAL_SECONDS = 4.0, 0.2
SMALL = 10_000
"""Below so many items nothing is measured: one tries whether the bench itself still runs."""
CLAIMS = 150
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


class BrokenError(Exception):
    """What must hold after every run did not: a figure of such a run would be worth nothing."""


def run(size: int, runs: int) -> Iterator[Figure]:
    scene = make_scene()
    sizes = sorted({min(1_000, size), min(100_000, size), size})
    studies = {
        items: make_study(scene, items=items, data=SCORE_AND_COMMENT, slug=f"items-{items}")
        for items in sizes
    }
    yield from query_counts(studies[sizes[0]])
    yield from claim_times(studies, runs)
    full = make_study(
        scene, items=min(100_000, size), data=template("good_dialogue"), slug="good-dialogue"
    )
    yield from cycles(studies[min(100_000, size)], full, runs)
    yield from next_times(studies, runs)
    for study in [*studies.values(), full]:
        check_study(study)


# Inside the process: statements, and the time of a claim.


def query_counts(study: Study) -> Iterator[Figure]:
    """Of a claim and a submit as raters meet them, when neither is the first of its process."""
    [study_rater] = add_raters(study, 1, "counted")
    user = user_of(study_rater)
    submit(claim(study_rater), user)
    with CaptureQueriesContext(connection) as claimed:
        assignment = claim(study_rater)
    with CaptureQueriesContext(connection) as submitted:
        submit(assignment, user)
    yield exactly("Queries of a claim", counted(claimed), "queries", goal=Goal(at_most=6))
    yield exactly(
        "Queries of a submit, without the next claim",
        counted(submitted),
        "queries",
        goal=Goal(at_most=10),
        beside="peers: Label Studio 63 statements",
    )


def counted(queries: CaptureQueriesContext) -> int:
    return sum(not query["sql"].startswith(CONTROL) for query in queries.captured_queries)


def claim(study_rater: StudyRater) -> Assignment:
    claimed = claim_next(study_rater=study_rater, now=timezone.now())
    if not isinstance(claimed, Assignment):
        raise BrokenError(f"There was no item to claim: {claimed}.")
    return claimed


def user_of(study_rater: StudyRater) -> User:
    user = study_rater.rater.user
    if user is None:
        raise BrokenError("A person’s rater has no user.")
    return user


def submit(claimed: Assignment, user: User) -> None:
    """As the view does it, with the assignment that the door fetches for the rater."""
    assignment, _place = get_assignment_for(user, claimed.uid)
    questions = questions_for(assignment)
    version = assignment.item.study.rubric_version
    checked = check(questions, criteria_of(version), {q.name: Answer("4") for q in questions})
    submit_rating(
        actor=user,
        assignment=assignment,
        judgement=Judgement(given=checked.given, seconds=1),
        client_key=uuid.uuid4(),
        now=timezone.now(),
    )


def claim_times(studies: Mapping[int, Study], runs: int) -> Iterator[Figure]:
    """By turns over the sizes, so that a busy moment of the machine falls on all of them."""
    claims = min(CLAIMS, min(studies) // 2)
    medians: dict[int, list[float]] = {items: [] for items in studies}
    for number in range(runs):
        chairs = {n: add_raters(study, 1, f"timed{n}-{number}-")[0] for n, study in studies.items()}
        times: dict[int, list[float]] = {items: [] for items in studies}
        for _turn in range(claims):
            for items, study_rater in chairs.items():
                start = time.perf_counter()
                assignment = claim(study_rater)
                times[items].append((time.perf_counter() - start) * 1000)
                submit(assignment, user_of(study_rater))
        for items, taken in times.items():
            medians[items].append(median(taken))
    yield from against_the_smallest("Claim, in the process", medians)


def against_the_smallest(name: str, medians: Mapping[int, list[float]]) -> Iterator[Figure]:
    smallest, *larger = sorted(medians)
    yield Figure(f"{name}, {smallest:,} items, p50", medians[smallest], "ms")
    for items in larger:
        ratios = [many / few for many, few in zip(medians[items], medians[smallest], strict=True)]
        yield Figure(
            f"{name}, {items:,} items, p50 against {smallest:,}",
            ratios,
            "times",
            goal=Goal(at_most=1.3),
            beside=f"{median(medians[items]):.2f} ms; peers: Label Studio 4 to 7, doccano 25 times",
        )


# Over HTTP, beside the floor.


def cycles(plain: Study, full: Study, runs: int) -> Iterator[Figure]:
    """The floor and the product by turns, both with two processes of four threads."""
    length = SECONDS if plain.next_seq > SMALL else TRIAL_SECONDS
    url = os.environ.get("DATABASE_URL", "")
    database = server_pids(url)
    shifts: dict[str, list[Shift]] = {"floor": [], "plain": [], "full": []}
    costs: dict[str, list[float]] = {name: [] for name in shifts}
    noise: list[float] = []

    def measure(name: str, server: Server, desks: list[Any]) -> None:
        warm(desks)
        with Watch(server.pid, *database, every=1.0) as watch:
            shift = work(desks, length)
        if shift.failures:
            raise BrokenError(f"Raters met {dict(shift.failures)}.")
        shifts[name].append(shift)
        costs[name].append(watch.cpu / max(shift.acknowledged, 1) * 1000)
        noise.append(watch.others)

    with floor(url) as below, gunicorn("config.wsgi", os.environ, "/accounts/login/") as server:
        for number in range(runs):
            measure("floor", below, [FloorDesk(below.port, n) for n in range(RATERS)])
            measure("plain", server, desks_of(plain, server, f"plain{number}-"))
            measure("full", server, desks_of(full, server, f"full{number}-"))
    with serving(os.environ) as served:
        shifts["serve"], costs["serve"] = [], []
        for number in range(runs):
            measure("serve", served, desks_of(plain, served, f"serve{number}-"))

    yield rate_of("Floor, full stack, 8 raters", shifts["floor"], costs["floor"])
    for name, words in (
        ("plain", "8 raters, one score and a comment"),
        ("full", "8 raters, the eight criteria of “good dialogue”"),
        ("serve", "8 raters, one score and a comment, manage.py serve"),
    ):
        yield rate_of(words, shifts[name], costs[name])
    for name, goal in (("plain", Goal(at_least=0.6)), ("full", None), ("serve", None)):
        ratios = [s.rate / f.rate for s, f in zip(shifts[name], shifts["floor"], strict=True)]
        yield Figure(
            {"plain": "Cycles against the floor", "full": "… with eight criteria",
             "serve": "… of manage.py serve"}[name],
            ratios,
            "of the floor",
            goal=goal,
            beside=f"CPU {median(costs[name]) / median(costs['floor']):.1f} times the floor’s",
            facts={"others_used": max(noise)},
        )  # fmt: skip


def rate_of(name: str, shifts: list[Shift], costs: list[float]) -> Figure:
    p50 = median(median(shift.milliseconds) for shift in shifts)
    return Figure(
        name,
        [shift.rate for shift in shifts],
        "cycles/s",
        beside=f"p50 {p50:.0f} ms, {median(costs):.1f} ms of CPU a cycle",
    )


def desks_of(study: Study, server: Server, prefix: str, count: int = RATERS) -> list[Any]:
    chairs = add_raters(study, count, f"{study.slug}-{prefix}")
    return [ProductDesk(signed_in(user_of(chair), server.port), study.uid) for chair in chairs]


@contextmanager
def floor(database_url: str) -> Iterator[Server]:
    """The floor's server over a database of its own, with as many items as need be."""
    place = scratch_database(database_url) if database_url else nullcontext("")
    with place as url:
        home = Path(os.environ["TOUCHSTONE_HOME"], "floor")
        home.mkdir()
        environment = {**os.environ, "DATABASE_URL": url, "TOUCHSTONE_HOME": str(home)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run(
            [sys.executable, "-m", "bench.floor.prepare", "20000"],
            cwd=ROOT, env=environment, check=True,
        )  # fmt: skip
        with gunicorn("bench.floor.wsgi", environment, "/ready/") as server:
            yield server


def next_times(studies: Mapping[int, Study], runs: int) -> Iterator[Figure]:
    """A submit that answers with the next item, one rater, by turns over the sizes."""
    cycles = min(CLAIMS, min(studies) // 4)
    medians: dict[int, list[float]] = {items: [] for items in studies}
    with gunicorn("config.wsgi", os.environ, "/accounts/login/") as server:
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


# What must hold whatever the speed.


def check_study(study: Study) -> None:
    """No item over its overlap, no rater twice on one, no acknowledged rating lost."""
    ratings = Rating.objects.filter(item__study=study, layer=Layer.BLIND, current=True)
    over = ratings.values("item").annotate(n=Count("id")).filter(n__gt=study.overlap).count()
    twice = ratings.values("item", "rater").annotate(n=Count("id")).filter(n__gt=1).count()
    submitted = Assignment.objects.filter(
        item__study=study, state=Assignment.State.SUBMITTED, layer=Layer.BLIND
    ).count()
    told = sum(study.study_raters.values_list("n_submitted", flat=True))
    if over or twice or not ratings.count() == submitted == told:
        raise BrokenError(
            f"Study {study}: {over} items over their overlap, {twice} rated twice by one rater, "
            f"{ratings.count()} ratings of {submitted} submitted and {told} counted."
        )
