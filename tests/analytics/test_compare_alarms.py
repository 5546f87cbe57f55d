"""A variant held against itself, by the page's own sums: few alarms, however often one looks."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from django.db import connection

from analytics.reports.compare import Verdict, compare
from analytics.reports.compare_days import days_of
from analytics.reports.compare_formulas import FORMULAS
from analytics.reports.compare_sums import Asked
from analytics.stats.feedback.differences import clustered_difference
from studies.end_users import DAYS, by_day
from tests.factories import NOON, make_project
from tests.feedback_rows import DAY, respondents

pytestmark = pytest.mark.django_db
EXPERIMENTS, PEOPLE, SEED = 40, 40, 5
ANSWER = """
    INSERT INTO surveys_currentfeedback (target, respondent_id, variant_name, day, value,
        project_id, at, kind, conversation_key, message, turn, language, shown, retracted, words,
        reasons, comment, seq, event_id, trust, locale, instrument, mode, context)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'thumb', 'c', 'm', -1, 'en', TRUE, FALSE, '',
        '[]', '', 1, 1, 'signed', 'en', 1, 'unsolicited', '{}')"""
"""Of one person; forty thousand of them through the ORM would take most of the time of the test."""


def write(project):
    """Experiments of two variants that are one: people answer often, and alike."""
    rng = np.random.default_rng(SEED)
    answers = []
    for side in "ab":
        people = respondents(project, [f"s:{side}{number}" for number in range(PEOPLE)])
        n, ups = (np.diff(so_far, prepend=0) for so_far in by_day(rng, EXPERIMENTS, PEOPLE))
        for value, times in ((1, ups), (0, n - ups)):
            for (run, person, day), count in np.ndenumerate(times):
                given = (DAY + timedelta(days=day)).isoformat()
                answers += [(people[person].pk, f"{side}{run}", given, value)] * int(count)
    with connection.cursor() as cursor:
        cursor.executemany(
            ANSWER,
            [
                (UUID(int=number).hex, *answer, project.pk, NOON.isoformat())
                for number, answer in enumerate(answers)
            ],
        )


def is_apart(estimate):
    return estimate.low is not None and not estimate.low <= 0 <= estimate.high


def test_daily_looks_at_people_who_answer_often_alarm_once_in_twenty_at_most():
    project = make_project()
    write(project)
    alarms, of_one_look = 0, 0
    for run in range(EXPERIMENTS):
        days = days_of(Asked(project, FORMULAS["thumb"], f"a{run}", f"b{run}"))
        assert len(days) == DAYS
        alarms += any(is_apart(day.difference) for day in days)
        of_one_look += any(is_apart(clustered_difference(day.b, day.a)) for day in days)
    assert alarms <= 0.05 * EXPERIMENTS < of_one_look
    found = compare(project, "a0", "b0")
    assert found.verdict == Verdict.UNKNOWN
    assert found.difference == days_of(Asked(project, found.formula, "a0", "b0"))[-1].difference
