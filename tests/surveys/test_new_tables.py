"""The doors of feedback go by indexes while PostgreSQL knows nothing of the tables yet."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from surveys import known_keys
from surveys.models import CurrentFeedback, FeedbackEvent, Respondent
from surveys.services import ingest
from tests import factories
from tests.plans import new, read_whole
from tests.surveys.widgets import Page, an_event, make_key

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
GROWING = (FeedbackEvent, CurrentFeedback, Respondent)


@pytest.fixture(autouse=True)
def nothing_is_known(transactional_db):
    with new(GROWING):
        yield


@pytest.mark.parametrize("n", [1, 3], ids=["alone", "in a batch"])
def test_no_statement_that_takes_events_in_reads_a_table_whole(n):
    known_keys.forget()
    ingest.buckets.forget()
    page = Page(make_key(factories.make_project()))
    page.send(an_event())
    events = [an_event() for _number in range(n)]
    with CaptureQueriesContext(connection) as asked:
        assert page.send(*events).status_code == 202
        assert page.send(*events).json()["duplicate"] == n
    assert read_whole(asked, GROWING) == []
