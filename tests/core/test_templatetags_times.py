from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone, translation

from core.templatetags import times

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "seconds", "said"),
    [
        ("en", -2, "just now"),
        ("en", 40, "just now"),
        ("en", 61, f"1{NBSP}minute ago"),
        ("ja", 30, "たった今"),
        ("ja", 300, "5分前"),
        ("ja", 18 * 3_600 + 540, "18時間前"),
    ],
)
def test_what_is_younger_than_a_minute_was_just_now(language, seconds, said):
    moment = timezone.now() - timedelta(seconds=seconds)
    with translation.override(language):
        assert times.since(moment) == said


@pytest.mark.parametrize(
    ("language", "said"), [("en", "22 Nov 2026, 09:12"), ("ja", "2026/11/22 09:12")]
)
def test_what_is_older_than_a_day_has_its_date(language, said):
    moment = datetime(2026, 11, 22, 9, 12, tzinfo=timezone.get_current_timezone())
    later = moment + timedelta(days=1)
    with translation.override(language), patch.object(timezone, "now", return_value=later):
        assert times.since(moment) == said
