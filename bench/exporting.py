"""Ratings going out as a stream: how fast, how soon the first byte, and how much memory."""

import os
import time
from collections.abc import Iterator
from statistics import median

import orjson
from django.db import connection

from annotation.models import Study
from bench.figures import Figure, Goal, exactly
from bench.processes import Watch, pss_mb
from bench.scene import SCORE_AND_COMMENT, fill, make_scene, make_study, signed_in
from bench.servers import serving
from bench.wire import UnexpectedAnswerError, Wire

RATERS = 3
PAGE = 2_000
FLOOR = """
    SELECT c.external_id, r.rater_id, s.value, r.comment
    FROM annotation_rating r
    JOIN annotation_item i ON i.id = r.item_id
    JOIN conversations_conversation c ON c.id = i.conversation_id
    JOIN annotation_score s ON s.rating_id = r.id
    WHERE i.study_id = %s"""


def run(size: int, runs: int) -> Iterator[Figure]:
    scene = make_scene()
    study = make_study(scene, items=-(-size // RATERS), data=SCORE_AND_COMMENT, slug="export")
    fill(study, RATERS)
    size = -(-size // RATERS) * RATERS
    bare = [size / floor(study, size) for _run in range(runs)]
    yield Figure("Floor, a bare loop with a line of JSON a rating", bare, "ratings/s")
    with serving(os.environ) as server:
        wire = signed_in(scene.manager, server.port)
        wire.get(f"/studies/{study.uid}/")
        idle = pss_mb([server.pid])
        for form, words in (("jsonl", "JSON Lines"), ("csv", "CSV")):
            yield from streamed(form, words, study, size, runs, wire, server.pid, idle, bare)


def floor(study: Study, size: int) -> float:
    start, count = time.perf_counter(), 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(FLOOR, [study.pk])
        while rows := cursor.fetchmany(PAGE):
            lines = [
                orjson.dumps({"item": item, "rater": rater, "score": score, "comment": comment})
                for item, rater, score, comment in rows
            ]
            count += len(b"\n".join(lines).split(b"\n"))
    require(count, size)
    return time.perf_counter() - start


def streamed(
    form: str,
    words: str,
    study: Study,
    size: int,
    runs: int,
    wire: Wire,
    pid: int,
    idle: float,
    bare: list[float],
) -> Iterator[Figure]:
    """Memory has a run of its own: looking at it ten times a second holds the server up."""
    rates, firsts, cpu = [], [], []
    above = 0.0
    for run in range(runs + 1):
        lines, first = 0, 0.0
        start = time.perf_counter()

        def take(piece: bytes) -> None:
            nonlocal lines, first
            first = first or time.perf_counter() - start  # noqa: B023  # used within this turn
            lines += piece.count(b"\n")

        with Watch(pid, every=60 if run else 0.1) as watch:
            answer = wire.ask("GET", f"/studies/{study.uid}/ratings.{form}", sink=take)
        require(answer.status, 200)
        require(lines - (form == "csv"), size)
        above = max(above, watch.peak_mb - idle)
        if run:
            rates.append(size / watch.seconds)
            firsts.append(first)
            cpu.append(watch.cpu)
    ratio = median(rates) / median(bare)
    yield Figure(
        f"{size:,} ratings to {words}",
        rates,
        "ratings/s",
        goal=Goal(at_least=100_000),
        beside=f"{ratio:.2f} of the floor, CPU {median(cpu) / size * 1e6:.1f} µs each; "
        "peers: Label Studio 371 to 1,172",
    )
    yield Figure(
        f"First byte of {words}",
        firsts,
        "s",
        goal=Goal(at_most=0.5),
        beside="peers: Label Studio 31 s",
    )
    yield exactly(f"Memory above idle during {words}", above, "MB", goal=Goal(at_most=30))


def require(found: int, wanted: int) -> None:
    if found != wanted:
        raise UnexpectedAnswerError(f"The export gave {found} where {wanted} was to come.")
