"""Times of a file, from one end of the calendar to the other."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from conversations.importers import RefusedError
from conversations.importers.values import time


@pytest.mark.parametrize(
    "said",
    ["0001-01-01T00:00:00+14:00", "0001-01-01", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59",
     "2023-02-29", "1e400", 1e308, -1e18, 2**63, float("nan")],
)  # fmt: skip
def test_a_time_that_some_zone_could_not_show_is_refused_with_its_line(said):
    with pytest.raises(RefusedError, match="is no time") as refusal:
        time(said, "started_at")
    assert refusal.value.code == "not_a_time"


@pytest.mark.parametrize(
    "said",
    ["1969-12-31", "2038-01-19T03:14:08Z", "2106-02-07T06:28:16+09:00", 2**32, "9998-12-31"],
)
def test_the_years_after_2038_and_before_1970_are_times_in_every_zone(said):
    found = time(said, "started_at")
    assert found.tzinfo == UTC
    for hours in (-14, 14):
        assert isinstance(found.astimezone(timezone(timedelta(hours=hours))), datetime)


def test_an_hour_that_a_change_of_clocks_repeats_is_told_apart_by_its_offset():
    first, second = (time(f"2026-10-25T02:30:00+0{n}:00", "at") for n in (2, 1))
    assert second - first == timedelta(hours=1)
