"""What a page shows at once is what a recount would give, or it says that ratings have changed."""

import random
import uuid
from datetime import timedelta

import pytest

from analytics.models import has_newer_ratings
from analytics.reports.agreement import agreement_of
from analytics.reports.snapshots import take_snapshot
from annotation.models import Assignment, Rating
from annotation.services.assignment import claim_next
from annotation.services.chairs import NoItem
from annotation.services.revising import take_back
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit

pytestmark = pytest.mark.django_db


def recounted(study, snapshot):
    fresh = agreement_of(study, replicates=snapshot.replicates, seed=snapshot.seed)
    return fresh.as_snapshot() == snapshot.data


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_snapshot_that_claims_to_be_new_equals_a_recount(project, seed):
    chance = random.Random(seed)
    study = study_of(project, items=6, overlap=3)
    raters = [rater_in(study) for _number in range(3)]
    snapshot = take_snapshot(study, now=NOW, replicates=20)
    for step in range(24):
        now = NOW + timedelta(seconds=step)
        change = chance.choice(["submit", "submit", "revise", "take back", "nothing"])
        done = list(Assignment.objects.filter(state=Assignment.State.SUBMITTED))
        if change == "submit":
            held = claim_or_none(chance.choice(raters), now)
            if held:
                submit(held, {"helpful": str(chance.randint(1, 5))}, now=now)
        elif change == "revise" and done:
            chosen = chance.choice(done)
            standing = Rating.objects.get(assignment=chosen, current=True)
            submit(
                chosen, {"helpful": str(chance.randint(1, 5))}, now=now, revises=standing.uid,
                client_key=uuid.uuid4(),
            )  # fmt: skip
        elif change == "take back" and done:
            chosen = chance.choice(done)
            take_back(actor=chosen.rater.user, assignment=chosen, draft={}, now=now)
        assert has_newer_ratings(snapshot) or recounted(study, snapshot), change
        if chance.random() < 0.4:
            snapshot = take_snapshot(study, now=now, replicates=20)
            assert not has_newer_ratings(snapshot)
            assert recounted(study, snapshot)


def claim_or_none(study_rater, now):
    found = claim_next(study_rater=study_rater, now=now)
    return None if isinstance(found, NoItem) else found


def test_a_rating_that_was_taken_back_makes_the_report_old(project):
    study = study_of(project, overlap=1)
    assignment = claim(rater_in(study))
    submit(assignment, {"helpful": "4"})
    snapshot = take_snapshot(study, now=NOW, replicates=20)
    assert not has_newer_ratings(snapshot)
    take_back(actor=assignment.rater.user, assignment=assignment, draft={}, now=NOW)
    assert has_newer_ratings(snapshot)
