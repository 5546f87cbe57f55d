"""Many raters at one small study: every slot is filled once, whoever is first."""

from collections.abc import Iterator

from annotation.models import Study
from bench.cycling import desks_of
from bench.figures import Figure, Goal, exactly
from bench.raters import warm, work
from bench.scene import SCORE_AND_COMMENT, Scene, make_study
from bench.servers import Server
from bench.soundness import BrokenError, kept_of

RATERS, ITEMS = 64, 1_000
LONGEST = 300.0
NONE = Goal(at_most=0)


def make_rush(scene: Scene, size: int) -> Study:
    return make_study(scene, items=min(ITEMS, size // 10), data=SCORE_AND_COMMENT, slug="rush")


def rush(study: Study, server: Server) -> Iterator[Figure]:
    """All work until nothing is left.

    Clients and servers that die meanwhile are `tests/invariants/test_rating_storm.py`.
    """
    items = study.items.count()
    raters = min(RATERS, items // 4)
    desks = desks_of(study, server, "rush", raters)
    acknowledged = warm(desks)
    shift = work(desks, LONGEST)
    if shift.failures:
        raise BrokenError(f"Raters met {dict(shift.failures)}.")
    kept, wanted = kept_of(study), items * study.overlap
    name = f"{raters} raters, {items:,} items, k = {study.overlap}"
    yield Figure(name, [shift.rate], "cycles/s", beside=f"p95 {shift.percentile(95):.0f} ms")
    yield exactly(f"{name}: items over k", kept.over, "items", goal=NONE)
    yield exactly(f"{name}: doubled", kept.twice, "ratings", goal=NONE)
    lost = max(wanted, acknowledged + shift.acknowledged) - kept.ratings
    yield exactly(f"{name}: lost", lost, "ratings", goal=NONE)
    yield exactly(
        f"{name}: full items",
        kept.full,
        "items",
        goal=Goal(at_least=items),
        beside="peers: Label Studio on SQLite and potato hand out more than k",
    )
