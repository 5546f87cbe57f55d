from datetime import timedelta

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
        ("ja", 4 * 86_400 + 18 * 3_600, "4日と18時間前"),
    ],
)
def test_what_is_younger_than_a_minute_was_just_now(language, seconds, said):
    moment = timezone.now() - timedelta(seconds=seconds)
    with translation.override(language):
        assert times.since(moment) == said
