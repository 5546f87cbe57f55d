import math

import pytest
from django.utils import translation

from core.templatetags import numerals


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.468, "0.47"), (-0.29, "−0.29"), (-0.001, "0.00"), (None, "–"), (math.nan, "–"), ("x", "–")],
)
def test_an_estimate_has_two_digits_and_a_true_minus_sign(value, written):
    assert numerals.estimate(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.26, "+0.26"), (-0.05, "−0.05"), (0, "0.00"), (-0.004, "0.00")]
)
def test_a_difference_carries_its_sign_unless_it_is_nothing(value, written):
    assert numerals.signed(value) == written


def test_a_share_is_a_percentage_in_the_manner_of_the_language():
    with translation.override("en"):
        english = numerals.percent(0.593)
    with translation.override("ja"):
        japanese = numerals.percent(0.593)
    assert (english, japanese) == ("59\N{NO-BREAK SPACE}%", "59%")


@pytest.mark.parametrize(("language", "written"), [("en", "0.37 to 0.56"), ("ja", "0.37〜0.56")])
def test_an_interval_is_written_in_the_language_of_the_page(language, written):
    with translation.override(language):
        assert numerals.interval({"low": 0.37, "high": 0.56}) == written


def test_an_interval_of_signed_bounds():
    with translation.override("en"):
        assert numerals.interval((-0.09, 0.18), "signed") == "−0.09 to +0.18"


@pytest.mark.parametrize("missing", [None, (0.1, None), {"low": math.nan, "high": 1}, object()])
def test_an_interval_that_does_not_exist_is_empty(missing):
    assert numerals.interval(missing) == ""


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.42, "0.4 s"), (48, "48 s"), (59.7, "1 min"), (131, "2 min 11 s"), (3600, "1 h"),
        (5040, "1 h 24 min"), (60 * 3600, "2 days"), (None, "–"),
    ],
)  # fmt: skip
def test_a_duration_is_said_as_people_say_it(seconds, written):
    with translation.override("en"):
        assert numerals.duration(seconds) == written


def test_thousands_are_parted_by_commas():
    assert numerals.thousands(48210) == "48,210"


def test_a_difference_of_shares_is_in_points_and_signed():
    assert numerals.points(0.614) == "+61"
    assert numerals.points(-0.05) == "−5"
    assert numerals.points(None) == numerals.NONE
    assert numerals.interval((-0.052, 0.31), "points") == "−5 to +31"
