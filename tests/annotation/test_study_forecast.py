"""When a study will be full: said as soon as that is honest, with what it rests on."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from scipy.stats import gamma, poisson

from annotation.models import Rating, Study
from annotation.study_forecast import forecast_by_study, forecast_of, time_for
from annotation.study_progress import progress_by_study, progress_of
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def rated(study, *ago, slots=2):
    """An item for each time, rated that long ago by the first of its raters."""
    rater = factories.make_rater(study.project)
    for one in ago:
        item = factories.make_item(study, n_submitted=1, slots_total=slots)
        factories.make_rating(item, rater, submitted_at=NOW - one)
    return study


def minutes(*numbers):
    return [timedelta(minutes=number) for number in numbers]


def days(*numbers):
    return [timedelta(days=number) for number in numbers]


def forecast(study):
    return forecast_of(study, progress_of(study), NOW)


def words(study):
    return render_to_string(
        "annotation/_study_forecast.html", {"forecast": forecast(study)}
    ).strip()


@pytest.fixture
def study(project):
    return factories.make_study(project, opened_at=NOW - timedelta(days=5))


@pytest.fixture
def afternoon(project):
    """Opened less than three hours ago; nobody rated in its first hour."""
    return factories.make_study(project, opened_at=NOW - timedelta(hours=2, minutes=30))


# An afternoon


def test_after_an_hour_a_study_says_how_much_rating_is_left(afternoon):
    found = forecast(rated(afternoon, *minutes(*range(1, 66, 4)))).of_hours
    assert found.an_hour == pytest.approx(60 / 65 * 16, abs=0.5)
    assert found.stretch == timedelta(minutes=65)
    alone = 17 / 16 * timedelta(minutes=65)
    assert found.low < alone < found.high
    assert found.low > alone / 4
    assert found.high < alone * 4


def test_it_says_so_in_words_with_what_it_rests_on(afternoon):
    said = words(rated(afternoon, *minutes(*range(1, 62, 4))))
    assert said == (
        "About 1 h 5 min more (20 min to 3 h), if rating goes on as in the last 1 h: "
        "15 ratings an hour."
    )


def test_the_hour_before_the_first_rating_slows_no_pace(afternoon):
    early = factories.make_study(afternoon.project, opened_at=NOW - timedelta(hours=11))
    times = minutes(*range(1, 62, 4))
    assert forecast(rated(early, *times)) == forecast(rated(afternoon, *times))


def test_little_that_is_left_has_no_lower_end(afternoon):
    rated(afternoon, *minutes(*range(1, 62, 4)), slots=1)
    factories.make_item(afternoon, slots_total=1)
    assert words(afternoon).startswith("About 5 min more (at most 30 min)")


@pytest.mark.parametrize(
    "ago",
    [
        range(1, 40, 4),  # ten ratings: nine came after the first
        [n / 2 for n in range(1, 26)],  # twelve minutes
    ],
)
def test_a_few_ratings_or_minutes_are_no_pace(afternoon, ago):
    assert words(rated(afternoon, *minutes(*ago))) == "Too early to say when it will be done."


def test_when_nobody_rates_now_it_says_since_when(project):
    study = factories.make_study(project, opened_at=NOW - timedelta(hours=11))
    found = rated(study, *minutes(*range(150, 180, 2)))
    assert forecast(found).of_hours is None
    assert words(found) == "The last rating came in 2\xa0hours ago."


def test_of_a_study_of_days_the_last_hours_count_when_little_is_left(study):
    yesterday = [timedelta(hours=20) for _n in range(20)]
    found = forecast(rated(study, *yesterday, *minutes(*range(1, 122, 6))))
    assert found.of_days is None
    assert found.of_hours.middle <= timedelta(hours=8)


def test_what_fills_more_than_a_sitting_is_told_by_days(study):
    each_day = [timedelta(hours=24 * day + 1) for day in range(5) for _n in range(4)]
    lately = minutes(*range(1, 122, 10))
    found = forecast(rated(study, *each_day, *lately, slots=20))
    assert found.of_hours is None
    assert found.of_days is not None


# Days


def test_days_tell_between_which_dates_it_will_be_full(study):
    each_day = [timedelta(hours=24 * day + 5) for day in range(5) for _n in range(4)]
    found = forecast(rated(study, *each_day)).of_days
    assert (found.a_day, found.days, found.has_limits) == (4, 5, True)
    assert found.earliest < NOW + timedelta(days=5) < found.latest
    assert "a day as in the last 5 days." in words(study)
    assert words(study).startswith("Done about ")
    assert found.middle == NOW + timedelta(days=5)


def test_days_that_differ_widen_the_limits(study):
    same = forecast(rated(study, *[timedelta(hours=24 * day + 5) for day in range(5)] * 8))
    other = factories.make_study(study.project, opened_at=study.opened_at)
    ago = [
        timedelta(hours=24 * day + 5) for day, n in enumerate([15, 2, 12, 1, 10]) for _ in range(n)
    ]
    uneven = forecast(rated(other, *ago))
    assert same.of_days.a_day == uneven.of_days.a_day
    assert uneven.of_days.earliest < same.of_days.earliest
    assert uneven.of_days.latest > same.of_days.latest


def test_a_study_that_was_rated_on_one_day_of_many_knows_no_end(study):
    found = rated(study, *days(1) * 20)
    assert forecast(found).of_days.latest is None
    assert "at the earliest), at 4 a day as in the last 5 days, which differ much." in words(found)


def test_before_three_days_there_are_no_limits_yet(project):
    study = factories.make_study(project, opened_at=NOW - timedelta(hours=30))
    found = forecast(rated(study, *[timedelta(hours=20)] * 20)).of_days
    assert not found.has_limits
    assert found.middle == NOW + timedelta(hours=30)
    assert "16 a day as since it was opened." in words(study)


def test_an_old_pause_is_forgotten(project):
    study = factories.make_study(project, opened_at=NOW - timedelta(days=100))
    found = rated(study, *days(*range(1, 14)))
    assert forecast(found).of_days.a_day == pytest.approx(13 / 14, abs=0.05)


def test_a_few_ratings_of_days_are_no_pace(study):
    assert words(rated(study, *days(1) * 3)) == "Too early to say when it will be done."


def test_a_study_that_fell_silent_says_since_when(study):
    found = forecast(rated(study, *days(4) * 20))
    assert found.silent_since == NOW - timedelta(days=4)


# Which studies


@pytest.mark.parametrize("state", [Study.State.DRAFT, Study.State.PAUSED, Study.State.CLOSED])
def test_only_an_open_study_has_a_forecast(project, state):
    study = factories.make_study(project, state=state, opened_at=NOW)
    assert forecast(rated(study, *days(0))) is None


def test_a_full_study_has_no_forecast(study):
    assert forecast(rated(study, *days(1) * 12, slots=1)) is None


def test_many_studies_are_forecast_by_one_query(study, afternoon, django_assert_num_queries):
    rated(afternoon, *minutes(*range(1, 62, 4)))
    rated(study, *days(1) * 20)
    progress = progress_by_study([study, afternoon])
    with django_assert_num_queries(1):
        found = forecast_by_study({one: progress[one.pk] for one in (study, afternoon)}, NOW)
    assert found[study.pk].of_days
    assert found[afternoon.pk].of_hours


def test_what_was_rated_before_the_study_opened_is_no_pace(study):
    rated(study, *days(6) * 20)
    rated(study, *days(1) * 3)
    assert Rating.objects.count() == 23
    assert forecast(study).of_days is None


@pytest.mark.once
@pytest.mark.parametrize(("left", "came"), [(30, 30), (5, 40), (200, 40)])
def test_limits_hold_the_end_as_often_as_they_say(left, came):
    """Where ratings come by chance alone, by the exact probabilities of both counts."""
    held = sum(
        poisson.pmf(n, came)
        * float(gamma.cdf(high, left, scale=1 / came) - gamma.cdf(low, left, scale=1 / came))
        for n in range(1, 4 * came)
        for low, high in [time_for(left, n)]
    )
    assert held == pytest.approx(0.95, abs=0.025)
