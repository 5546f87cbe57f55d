"""No acknowledged rating is lost and no slot filled twice, though server and raters die.

`TOUCHSTONE_STORM=64,1000,3,2` (raters, items, overlap, kills) makes a gale of it; `-s` shows what
it did.
"""

import os
import random
import time
from collections import Counter

import pytest

from annotation.models import Assignment, Item, Layer, Rating, StudyRater
from bench.scene import signed_in
from tests import factories
from tests.annotation.rating_helpers import rater_in, study_of
from tests.invariants.storm import PATIENCE, Log, StormyRater, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
RATERS, ITEMS, OVERLAP, KILLS = map(int, os.environ.get("TOUCHSTONE_STORM", "12,24,3,1").split(","))
WANTED = ITEMS * OVERLAP
A_SECOND = 5
"""Submits that even a busy machine takes."""


@pytest.mark.parametrize(
    "server", ["serving", pytest.param("serving_behind_granian", marks=pytest.mark.services)]
)
def test_what_was_acknowledged_is_there_once_and_every_slot_is_filled(request, server):
    serving = request.getfixturevalue(server)
    study = study_of(factories.make_project(), items=ITEMS, overlap=OVERLAP)
    people = [rater_in(study) for _rater in range(RATERS)]
    log = Log()
    with serving() as served:
        raters = [
            StormyRater(
                wire=signed_in(one.rater.user, served.port),
                path=f"/studies/{study.uid}/rate/",
                chance=random.Random(number),
                log=log,
            )
            for number, one in enumerate(people)
        ]
        started, killed_at = time.monotonic(), []
        threads = all_at_once(raters)
        for kill in range(KILLS):
            wanted = WANTED * (kill + 1) // (KILLS + 2)
            while len(log.submits) < wanted and any(one.is_alive() for one in threads):
                time.sleep(0.02)
            killed_at.append(len(log.submits))
            served.kill("gunicorn")
        deadline = time.monotonic() + PATIENCE + WANTED / A_SECOND
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        seconds, printed = time.monotonic() - started, served.output()
        stuck = [rater for thread, rater in zip(threads, raters, strict=True) if thread.is_alive()]
        assert stuck == [], printed
    print(  # noqa: T201  # with -s
        f"\n{RATERS} raters, {ITEMS} items x {OVERLAP}: {len(log.submits)} submits acknowledged of "
        f"{WANTED}, {log.drafts} drafts, {log.broken_off} requests broken off, server killed after "
        f"{killed_at} submits, {seconds:.0f} s"
    )
    assert log.problems == [], printed
    assert all(0 < submits < WANTED for submits in killed_at)
    assert "Internal Server Error" not in printed, printed

    blind = Rating.objects.filter(item__study=study, layer=Layer.BLIND, current=True)
    assert set(Counter(blind.values_list("item", flat=True)).values()) == {OVERLAP}
    assert set(Counter(blind.values_list("item", "rater")).values()) == {1}
    assert set(Item.objects.values_list("slots_open", "n_submitted")) == {(0, OVERLAP)}
    states = Counter(Assignment.objects.values_list("state", flat=True))
    assert states.pop("submitted") == WANTED
    assert not states.get("leased")
    assert sum(StudyRater.objects.values_list("n_submitted", flat=True)) == blind.count()
    kept = Counter(Rating.objects.values_list("client_key", "comment"))
    assert {(str(key), words) for key, words in kept} >= set(log.submits.items())
    assert max(kept.values()) == 1
    assert len(log.submits) > ITEMS
