"""A rater's cycle goes by indexes while PostgreSQL knows nothing of the tables yet."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from annotation.access import get_assignment_for
from annotation.models import Assignment, Item, Rating, Score
from annotation.services.assignment import claim_after
from tests.annotation.rating_helpers import NOW, claim, judge, rater_in, study_of, submit
from tests.plans import new, read_whole

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
GROWING = (Assignment, Item, Rating, Score)


@pytest.fixture(autouse=True)
def nothing_is_known(transactional_db):
    with new(GROWING):
        yield


@pytest.mark.parametrize("overlap", [1, 2], ids=["that settles", "that waits"])
@pytest.mark.parametrize("goes_on", [True, False], ids=["at once", "by a claim"])
def test_no_statement_of_a_cycle_reads_a_table_whole(project, overlap, goes_on):
    study = study_of(project, items=3, overlap=overlap)
    held = claim(rater_in(study))
    judge(held, {"helpful": "4"})
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        assignment, _place = get_assignment_for(held.rater.user, held.uid, to_submit=True)
        later = NOW + timedelta(minutes=1)
        sent = submit(assignment, {"helpful": "4"}, now=later, goes_on=goes_on)
        claim_after(assignment=assignment, chair=sent.chair, following=sent.following, now=later)
    assert read_whole(asked, GROWING) == []
