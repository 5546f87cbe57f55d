"""A cycle of a rater goes by indexes while PostgreSQL knows nothing of the tables yet.

What it plans for tables that it takes for small is kept by each connection until they are looked at
for the first time. A statement that reads one of them from end to end grows with each rating.
"""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from annotation.access import get_assignment_for
from annotation.models import Assignment, Item, Rating, Score
from annotation.services.assignment import claim_after
from tests.annotation.rating_helpers import NOW, claim, judge, rater_in, study_of, submit

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
GROWING = [model._meta.db_table for model in (Assignment, Item, Rating, Score)]


@pytest.fixture
def new_tables():
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(GROWING)} CASCADE")


def read_whole(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        plan = [line for (line,) in cursor.fetchall()]
    return [line for line in plan if any(f"Seq Scan on {table} " in line for table in GROWING)]


@pytest.mark.parametrize("overlap", [1, 2], ids=["that settles", "that waits"])
@pytest.mark.parametrize("goes_on", [True, False], ids=["at once", "by a claim"])
def test_no_statement_of_a_cycle_reads_a_table_whole(project, new_tables, overlap, goes_on):
    study = study_of(project, items=3, overlap=overlap)
    held = claim(rater_in(study))
    judge(held, {"helpful": "4"})
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        assignment, _place = get_assignment_for(held.rater.user, held.uid, to_submit=True)
        sent = submit(assignment, {"helpful": "4"}, now=NOW + timedelta(minutes=1), goes_on=goes_on)
        claim_after(assignment=assignment, chair=sent.chair, following=sent.following, now=NOW)
    statements = [one["sql"] for one in asked if one["sql"].startswith(("SELECT", "WITH", "UPD"))]
    assert len(statements) >= 2
    assert [line for statement in statements for line in read_whole(statement)] == []
