"""The compare page: two variants on the feedback of many people, each of whom was asked often."""

import time
from collections.abc import Callable, Iterator

from accounts.models import Project
from analytics.reports.compare import Comparison, compare
from analytics.reports.compare_page import ComparePage, compare_page
from analytics.reports.compare_sums import ALL_TRUST
from bench.feedback_rows import ANSWERS_EACH, EVENTS_AN_ANSWER, fill_feedback
from bench.figures import Figure, Goal
from bench.scene import make_scene
from bench.soundness import BrokenError

ONE, OTHER = "v12", "v13"


def run(size: int, runs: int) -> Iterator[Figure]:
    project = make_scene().project
    fill_feedback(project, round(size * EVENTS_AN_ANSWER))
    people = -(-size // ANSWERS_EACH)
    words = f"over {size:,} answers shown to {people:,} people"
    asked: dict[str, Callable[[], Comparison | ComparePage]] = {
        f"Comparison {words}": lambda: compare(project, ONE, OTHER, trust=ALL_TRUST),
        f"Compare page {words}, by language": lambda: page_of(project),
    }
    for name, work in asked.items():
        yield measured(name, work, runs)


def page_of(project: Project) -> ComparePage:
    return compare_page(project, compare(project, ONE, OTHER, by="language", trust=ALL_TRUST))


def measured(name: str, work: Callable[[], Comparison | ComparePage], runs: int) -> Figure:
    """The first time is not counted: it loads what the page needs."""
    found = work()
    sums = found.found.a.sums if isinstance(found, ComparePage) else found.a.sums
    if not sums.answers.n:
        raise BrokenError("The comparison found no feedback.")
    seconds, cpu = [], []
    for _run in range(runs):
        begun, spent = time.perf_counter(), time.process_time()
        work()
        seconds.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - spent)
    beside = f"{min(cpu):.2f} s of CPU in the page’s own process"
    return Figure(name, seconds, "s", goal=Goal(at_most=2.0), beside=beside)
