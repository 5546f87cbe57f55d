"""Raters at work: what a claim and a submit ask of the database, and that no size slows them."""

import os
import time
import uuid
from collections.abc import Iterator, Mapping
from statistics import median

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from annotation.access import get_assignment_for
from annotation.answers import Answer, check
from annotation.models import Assignment, Study, StudyRater
from annotation.rating_page import questions_for
from annotation.rubric_cache import criteria_of
from annotation.rubric_templates import template
from annotation.services.assignment import claim_next
from annotation.services.judging import Judgement
from annotation.services.rating import submit_rating
from bench.cycling import cycles, next_times
from bench.figures import Figure, Goal, against_the_smallest, exactly
from bench.rush import make_rush, rush
from bench.scene import SCORE_AND_COMMENT, add_raters, make_scene, make_study, user_of
from bench.servers import gunicorn
from bench.soundness import BrokenError, check_study

CLAIMS = 150
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
SIZES = (1_000, 10_000, 100_000)


def run(size: int, runs: int) -> Iterator[Figure]:
    scene = make_scene()
    sizes = sorted({*(min(items, size) for items in SIZES), size})
    studies = {
        items: make_study(scene, items=items, data=SCORE_AND_COMMENT, slug=f"items-{items}")
        for items in sizes
    }
    yield from query_counts(studies[sizes[0]])
    yield from claim_times(studies, runs)
    full = make_study(
        scene, items=min(100_000, size), data=template("good_dialogue"), slug="good-dialogue"
    )
    small = make_rush(scene, size)  # while nobody else has the database
    at_work = {items: study for items, study in studies.items() if items in rated_by_many(size)}
    with gunicorn("config.wsgi", os.environ, "/accounts/login/") as server:
        yield from cycles(at_work, full, server, runs)
        yield from next_times(studies, server, runs, cycles=min(CLAIMS, sizes[0] // 4))
        yield from rush(small, server)
    for study in [*studies.values(), full]:
        check_study(study)


def rated_by_many(size: int) -> set[int]:
    """The sizes that eight raters work at."""
    return {min(items, size) for items in SIZES[1:]}


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


@transaction.atomic
def submit(claimed: Assignment, user: User) -> None:
    """As the view does it, with the assignment that the door fetches for the rater."""
    assignment, _place = get_assignment_for(user, claimed.uid, to_submit=True)
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
    claims = min(CLAIMS, min(studies) // 4)
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
