"""Each rater of a study as the manager sees them, from a bounded look."""

from datetime import timedelta

import pytest

from annotation import study_progress
from annotation.models import Assignment, RaterKind
from annotation.rater_lines import LATEST, end_users, rater_lines
from annotation.study_progress import progress_of
from tests import factories
from tests.annotation.rating_helpers import NOW, rater_in, study_of
from tests.annotation.steering_helpers import hold, rate_all

pytestmark = pytest.mark.django_db
State = Assignment.State


def submitted(study, rater, seconds, minutes_ago=0):
    return factories.make_assignment(
        factories.make_item(study), rater, state=State.SUBMITTED, seconds=seconds,
        submitted_at=NOW - timedelta(minutes=minutes_ago),
    )  # fmt: skip


def line_of(study):
    (line,) = rater_lines(study, NOW)
    return line


def test_an_end_user_has_a_line_when_asked_for(project):
    study = study_of(project)
    customer = factories.make_rater(project, kind=RaterKind.RESPONDENT)
    chair = factories.make_study_rater(study, customer)
    assert rater_lines(study, NOW) == []
    (line,) = rater_lines(study, NOW, only=chair.pk)
    assert line.study_rater == chair


def test_a_rater_at_work(project):
    study = study_of(project, items=3, overlap=1)
    chair = rater_in(study, cap_day=9)
    rate_all(chair, count=2)
    held = hold(chair)
    line = line_of(study)
    assert (line.sent, line.today, line.in_hand, line.skipped) == (2, 2, 1, 0)
    assert (line.last_at, line.since) == (NOW, held.claimed_at)


def test_yesterday_is_not_today(project):
    study = study_of(project, items=1, overlap=1)
    rate_all(rater_in(study))
    (line,) = rater_lines(study, NOW + timedelta(days=1))
    assert (line.sent, line.today) == (1, 0)


def test_the_usual_time_is_the_middle_of_the_latest(project):
    study = study_of(project, items=0)
    chair = rater_in(study)
    for number in range(LATEST):
        submitted(study, chair.rater, seconds=number, minutes_ago=number)
    for _old in range(3):
        submitted(study, chair.rater, seconds=900, minutes_ago=500)
    assert line_of(study).seconds == LATEST // 2


def test_a_few_ratings_have_no_usual_time(project):
    study = study_of(project, items=0)
    submitted(study, rater_in(study).rater, seconds=30)
    assert line_of(study).seconds is None


def test_work_in_another_study_is_not_counted(project):
    study, other = study_of(project, items=0), study_of(project, items=0)
    chair = rater_in(study)
    submitted(other, chair.rater, seconds=5)
    factories.make_assignment(factories.make_item(other), chair.rater)
    line = line_of(study)
    assert (line.last_at, line.in_hand) == (None, 0)


def test_lanes_given_by_hand_are_named(project):
    study = study_of(project, lanes=[{"name": "first", "where": "n_turns > 9"}, {"name": "rest"}])
    chair = rater_in(study, lanes=[1])
    assert line_of(study).lanes == ("rest",)
    chair.lanes = []
    chair.save()
    assert line_of(study).is_left_out


def test_end_users_are_taken_together(project):
    study = study_of(project)
    for given in (0, 2, 5):
        rater = factories.make_rater(project, kind=RaterKind.RESPONDENT)
        factories.make_study_rater(study, rater, n_submitted=given)
    found = end_users(study)
    assert (found.people, found.ratings, rater_lines(study, NOW)) == (2, 7, [])


def test_raters_do_not_cost_a_query_each(project, django_assert_num_queries):
    study = study_of(project, items=3, overlap=5)
    for _rater in range(5):
        rate_all(rater_in(study), count=2)
    with django_assert_num_queries(2):
        rater_lines(study, NOW)


@pytest.fixture
def large(project, monkeypatch, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    study = study_of(project, items=2)
    monkeypatch.setattr(study_progress, "LARGE", 1)
    return study


def test_of_a_large_study_all_lookers_share_a_count(large, django_assert_num_queries):
    first = progress_of(large)
    large.items.update(n_submitted=1)
    with django_assert_num_queries(0):
        assert progress_of(large) == first


def test_what_a_manager_does_to_a_large_study_is_seen_at_once(large):
    progress_of(large)
    factories.make_item(large)
    assert progress_of(large).items == 3
