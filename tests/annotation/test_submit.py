import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from annotation.access import get_assignment_for
from annotation.answers import Answer
from annotation.models import Assignment, AssignmentDraft, Item, Layer, Rating, Score, Study
from annotation.services.drafting import save_draft
from annotation.services.judging import Kept
from annotation.services.rating import submit_rating
from core.errors import DomainError
from tests.annotation.rating_helpers import (
    NOW,
    claim,
    counted,
    judge,
    rater_in,
    study_of,
    submit,
)

LATER = NOW + timedelta(minutes=31)


def test_a_submit_stores_rating_and_scores(project):
    study = study_of(project)
    rating = submit(claim(rater_in(study)), {"helpful": "4"}, comment="Good").rating
    score = Score.objects.get()
    assert (rating.comment, rating.layer, rating.current) == ("Good", Layer.BLIND, True)
    assert (score.value, score.rater, score.kind, score.layer) == (
        3,
        rating.rater,
        "person",
        "blind",
    )


def test_a_submit_counts_for_item_and_rater(project):
    study = study_of(project)
    rater = rater_in(study)
    submit(claim(rater), {"helpful": "4"})
    rater.refresh_from_db()
    assert (Item.objects.get().n_submitted, rater.n_submitted) == (1, 1)


def test_the_same_key_twice_is_one_rating(project):
    study = study_of(project)
    assignment, key = claim(rater_in(study)), uuid.uuid4()
    first = submit(assignment, {"helpful": "4"}, client_key=key)
    again = submit(assignment, {"helpful": "2"}, client_key=key)
    assert again.rating == first.rating
    assert Score.objects.get().value == 3


def test_another_submit_of_the_same_item_is_refused(project):
    study = study_of(project)
    assignment = claim(rater_in(study))
    submit(assignment, {"helpful": "4"})
    with pytest.raises(DomainError, match="already"):
        submit(assignment, {"helpful": "2"})


def test_cannot_judge_is_missing_with_its_reason(project):
    study = study_of(project)
    submit(claim(rater_in(study)), {"helpful": Answer(cannot_judge=True, why="no idea")})
    score = Score.objects.select_related("text").get()
    assert (score.value, score.number) == (None, None)
    assert (score.text.cannot_judge, score.text.words) == (True, "no idea")


def test_a_lease_that_ran_out_still_counts_while_the_slot_is_free(project):
    study = study_of(project, overlap=1)
    assignment = claim(rater_in(study))
    Assignment.objects.update(state=Assignment.State.EXPIRED)
    Item.objects.update(slots_open=1)
    submission = submit(assignment, {"helpful": "4"}, now=LATER)
    assert (submission.kept, submission.rating.layer) == (Kept.COUNTED, Layer.BLIND)
    assert Item.objects.get().slots_open == 0


def test_beyond_the_overlap_a_rating_is_kept_as_extra(project):
    study = study_of(project, overlap=1)
    late = claim(rater_in(study))
    submit(claim(rater_in(study), LATER), {"helpful": "4"}, now=LATER)
    key = uuid.uuid4()
    for _once_more in range(2):  # the answer that said so may have been lost
        submission = submit(late, {"helpful": "2"}, now=LATER, client_key=key)
        assert (submission.kept, submission.rating.layer) == (Kept.BEYOND, Layer.EXTRA)
    assert Item.objects.get().n_submitted == 1
    assert Rating.objects.filter(layer=Layer.BLIND).count() == 1


def test_after_the_study_closed_a_rating_is_kept_as_late(project):
    study = study_of(project)
    assignment = claim(rater_in(study))
    Study.objects.update(state=Study.State.CLOSED)
    submission = submit(assignment, {"helpful": "4"})
    item = Item.objects.get()
    assert (submission.kept, submission.rating.layer) == (Kept.LATE, Layer.EXTRA)
    assert (item.n_submitted, item.slots_open) == (0, 2)


def test_a_paused_study_takes_what_raters_hold(project):
    study = study_of(project)
    assignment = claim(rater_in(study))
    Study.objects.update(state=Study.State.PAUSED)
    assert submit(assignment, {"helpful": "4"}).kept == Kept.COUNTED


def test_the_time_on_an_item_is_what_the_page_counted_within_the_clock(project):
    study = study_of(project, items=2)
    rater, after = rater_in(study), NOW + timedelta(seconds=60)
    counted_there = submit(claim(rater), {"helpful": "4"}, now=after, seconds=20).rating
    too_many = submit(claim(rater), {"helpful": "4"}, now=after, seconds=900).rating
    assert (counted_there.seconds, too_many.seconds) == (20, 60)


def test_whoever_takes_less_than_a_second_took_one(project):
    """None would mean that nobody knows, and who clicks through would never stand out as fast."""
    rater = rater_in(study_of(project))
    assert submit(claim(rater), {"helpful": "4"}, now=NOW, seconds=0).rating.seconds == 1


def test_a_submit_is_in_the_audit_trail(project, bob):
    study = study_of(project)
    rating = submit(claim(rater_in(study, bob)), {"helpful": "4"}).rating
    entry = AuditEntry.objects.get(verb="rating.submitted")
    assert (entry.actor, entry.target_uid, entry.project) == (bob, rating.uid, project)


@pytest.mark.parametrize("overlap", [1, 2], ids=["that settles", "that waits"])
def test_a_submit_needs_at_most_ten_statements(project, overlap):
    study = study_of(project, overlap=overlap)
    claimed = claim(rater_in(study))
    judgement, actor = judge(claimed, {"helpful": "4"}), claimed.rater.user
    get_assignment_for(actor, claimed.uid)  # from then on the process knows the rubric's version
    with CaptureQueriesContext(connection) as queries:
        assignment, _place = get_assignment_for(actor, claimed.uid, to_submit=True)
        submit_rating(
            actor=actor,
            assignment=assignment,
            judgement=judgement,
            client_key=uuid.uuid4(),
            now=NOW,
        )
    assert counted(queries) <= 10, [query["sql"][:90] for query in queries]


def test_a_draft_saved_while_a_submit_is_on_its_way_does_not_outlive_it(project):
    rater = rater_in(study_of(project))
    claimed = claim(rater)
    assignment, _place = get_assignment_for(rater.rater.user, claimed.uid)
    keep_draft(claimed, NOW + timedelta(seconds=5))
    submit_rating(
        actor=rater.rater.user,
        assignment=assignment,
        judgement=judge(claimed, {"helpful": "4"}),
        client_key=uuid.uuid4(),
        now=NOW + timedelta(seconds=6),
    )
    assert not AssignmentDraft.objects.exists()


def test_a_draft_that_comes_after_its_submit_is_not_kept(project):
    claimed = claim(rater_in(study_of(project)))
    submit(claimed, {"helpful": "4"})
    assert keep_draft(claimed, NOW)
    assert not AssignmentDraft.objects.exists()


def keep_draft(assignment, now):
    return save_draft(
        assignment=assignment, answers={}, comment="so far", flagged=False, version=1, now=now
    )
