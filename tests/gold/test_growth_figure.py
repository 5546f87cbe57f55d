"""The figure of growth names its periods as the table beside it does."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import translation

from gold.growth import Period, figure_of


@pytest.mark.parametrize(
    ("language", "is_month", "said"),
    [
        ("ja", False, "2026/11/15"),
        ("en", False, "15 Nov 2026"),
        ("ja", True, "2026年11月"),
    ],
)
def test_periods_are_dated_as_on_the_page(language: str, is_month: bool, said: str) -> None:
    days = (date(2026, 11, 15), date(2026, 12, 1))
    periods = [Period(day, is_month, {"random": 1}, 0, 1) for day in days]
    growth = SimpleNamespace(periods=periods, sources=[("random", "random draw", 2)])
    with translation.override(language):
        figure = figure_of(growth)  # type: ignore[arg-type]
    assert figure.data[0].x[0] == said
