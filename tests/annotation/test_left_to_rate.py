"""What nobody can rate as things stand, lane by lane."""

from datetime import timedelta

import pytest

from annotation import study_progress
from annotation.left_to_rate import left_to_rate, outlook
from annotation.models import Qualification, Qualified, RaterKind, RatingLink, Study
from annotation.study_progress import progress_of
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit
from tests.annotation.steering_helpers import rate_all

pytestmark = pytest.mark.django_db
LANES = [{"name": "Japanese", "qualification": "ja", "where": "n_turns > 1"}, {"name": "rest"}]


def stuck(study):
    return [(line.lane.name, line.stuck) for line in left_to_rate(study, NOW).stuck]


def test_enough_raters_leave_nothing_stuck(project):
    study = study_of(project, items=2, overlap=2)
    for _rater in range(2):
        rater_in(study)
    assert stuck(study) == []


def test_fewer_raters_than_an_item_needs(project):
    study = study_of(project, items=2, overlap=2)
    rater_in(study)
    rater_in(study, paused=True)
    assert stuck(study) == [("", 2)]


def test_who_has_rated_before_a_pause_is_not_missed(project):
    study = study_of(project, items=1, overlap=2)
    gone = rater_in(study)
    rate_all(gone)
    gone.paused = True
    gone.save(update_fields=["paused"])
    rater_in(study)
    assert stuck(study) == []


def test_a_skip_may_leave_nobody_for_an_item(project):
    study = study_of(project, items=2, overlap=2)
    chairs = [rater_in(study) for _rater in range(2)]
    factories.make_assignment(
        study.items.first(), chairs[0].rater, state="skipped", layer="extra", occasion=0
    )
    assert stuck(study) == [("", 1)]


@pytest.mark.parametrize("is_paused", [False, True])
def test_no_end_is_forecast_where_nobody_is_left(project, is_paused):
    study = study_of(project, items=20, overlap=1, opened_at=NOW)
    chair = rater_in(study)
    for number in range(12):
        submit(claim(chair), {"helpful": "4"}, now=NOW + timedelta(minutes=2 * number))
    chair.paused = is_paused
    chair.save(update_fields=["paused"])
    left, forecast = outlook(study, progress_of(study), NOW + timedelta(minutes=25))
    assert left.stands_still == is_paused
    assert not left.is_capped
    assert (forecast is None) == is_paused


def test_a_study_goes_on_beside_what_is_stuck(project):
    study = study_of(project, items=2, overlap=1)
    chair = rater_in(study)
    factories.make_assignment(
        study.items.first(), chair.rater, state="skipped", layer="extra", occasion=0
    )
    left = left_to_rate(study, NOW)
    assert (bool(left.stuck), left.stands_still) == (True, False)


def test_limits_that_are_used_up_let_nothing_more_in(project):
    study = study_of(project, items=3, overlap=1)
    chair = rater_in(study, cap=1)
    assert not left_to_rate(study, NOW).stands_still
    submit(claim(chair), {"helpful": "4"})
    assert left_to_rate(study, NOW).stands_still


def test_a_lane_that_nobody_holds_the_qualification_for(project):
    study = study_of(project, items=3, overlap=1, lanes=LANES)
    study.items.filter(seq=3).update(lane=1)
    rater_in(study)
    asked = Qualification.objects.create(project=project, name="Japanese language", slug="ja")
    (line,) = left_to_rate(study, NOW).stuck
    assert (line.stuck, line.raters, line.lane.qualification) == (2, 0, "Japanese language")
    Qualified.objects.create(qualification=asked, rater=rater_in(study).rater)
    assert stuck(study) == []


def test_a_study_may_ask_for_a_qualification_of_all(project):
    asked = Qualification.objects.create(project=project, name="Japanese", slug="ja")
    study = study_of(project, items=1, overlap=1, requires=asked)
    chair = rater_in(study)
    assert stuck(study) == [("", 1)]
    Qualified.objects.create(qualification=asked, rater=chair.rater)
    assert stuck(study) == []


def test_caps_that_let_in_too_few(project):
    study = study_of(project, items=5, overlap=1)
    rater_in(study, cap=3)
    left = left_to_rate(study, NOW)
    assert (left.is_capped, left.capacity, left.missing) == (True, 3, 5)
    rater_in(study)
    assert not left_to_rate(study, NOW).is_capped


def test_a_rater_without_a_lane_is_named(project):
    study = study_of(project, overlap=1, lanes=[{"name": "all"}])
    rater_in(study)
    chair = rater_in(study, lanes=[])
    assert left_to_rate(study, NOW).without_lane == (chair,)


def test_nothing_is_stuck_where_anybody_may_come(project):
    study = study_of(project, items=1, overlap=3, open_to=Study.OpenTo.EVERYONE)
    assert stuck(study) == []


def test_nothing_is_stuck_while_a_link_lets_end_users_in(project):
    study = study_of(project, items=1, overlap=3)
    RatingLink.objects.create(
        study=study, name="shop", quota=9, items_each=5, minutes=5, consent={},
        expires_at=NOW + timedelta(days=1),
    )  # fmt: skip
    assert stuck(study) == []


def test_nobody_counts_on_an_end_user_who_came_once(project):
    study = study_of(project, items=1, overlap=1)
    factories.make_study_rater(study, factories.make_rater(project, kind=RaterKind.RESPONDENT))
    assert stuck(study) == [("", 1)]


def test_of_a_large_study_only_whole_lanes_are_looked_at(project, monkeypatch):
    monkeypatch.setattr(study_progress, "LARGE", 1)
    monkeypatch.setattr("annotation.left_to_rate.LARGE", 1)
    study = study_of(project, items=2, overlap=2)
    rater_in(study)
    assert stuck(study) == [("", 2)]


def test_a_look_asks_few_questions(project, django_assert_max_num_queries):
    study = study_of(project, items=4, overlap=2, lanes=LANES)
    for _rater in range(5):
        rater_in(study)
    with django_assert_max_num_queries(5):
        left_to_rate(study, NOW)
