"""The compare page: two variants on the feedback of many people, each of whom was asked often."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from django.core.cache import cache

from accounts.models import Project
from analytics.reports.compare import Comparison, checked, compare
from analytics.reports.compare_days import Day, days_of
from analytics.reports.compare_page import ComparePage, compare_page
from analytics.reports.compare_sums import ALL_TRUST
from bench.feedback_rows import ANSWERS_EACH, EVENTS_AN_ANSWER, fill_feedback
from bench.figures import Figure, Goal
from bench.places import server_pids
from bench.processes import cpu_seconds
from bench.scene import make_scene
from bench.soundness import BrokenError
from surveys.models import FeedbackRules

ONE, OTHER = "v12", "v13"
GOAL = Goal(at_most=2.0)


def run(size: int, runs: int) -> Iterator[Figure]:
    project = make_scene().project
    fill_feedback(project, round(size * EVENTS_AN_ANSWER))
    FeedbackRules.objects.create(project=project)  # as the first fold makes it
    people = -(-size // ANSWERS_EACH)
    words = f"over {size:,} answers shown to {people:,} people"
    yield measured(f"Comparison {words}", lambda: comparison_of(project), runs)
    yield measured(f"Compare page {words}, by language", lambda: page_of(project), runs)
    yield measured(f"The same page opened again {words}", lambda: page_of(project), runs, kept=True)
    yield measured(f"Days of the comparison {words}", lambda: days_in(project), runs, goal=None)


def comparison_of(project: Project) -> Comparison:
    return compare(project, ONE, OTHER, trust=ALL_TRUST)


def page_of(project: Project) -> ComparePage:
    found = compare_page(project, compare(project, ONE, OTHER, by="language", trust=ALL_TRUST))
    if not found.found.a.sums.answers.n:
        raise BrokenError("The comparison found no feedback.")
    return found


def days_in(project: Project) -> list[Day]:
    asked = checked(project, ONE, OTHER, "thumb", ALL_TRUST, None)
    return list(days_of(replace(asked, since=comparison_of(project).facts.since)))


def measured(
    name: str,
    work: Callable[[], object],
    runs: int,
    *,
    kept: bool = False,
    goal: Goal | None = GOAL,
) -> Figure:
    """The first time is not counted: it loads what the page needs."""
    work()
    database = server_pids(os.environ.get("DATABASE_URL", ""))
    seconds, cpu = [], []
    for _run in range(runs):
        if not kept:
            cache.clear()
        begun, spent = time.perf_counter(), cpu_seconds([os.getpid(), *database])
        work()
        seconds.append(time.perf_counter() - begun)
        cpu.append(cpu_seconds([os.getpid(), *database]) - spent)
    beside = f"{min(cpu):.2f} s of CPU in the page’s own process and the database’s"
    return Figure(name, seconds, "s", goal=goal, beside=beside)
