"""The cases that the browser decides too (tests/browser/test_survey_in_page.py)."""

from datetime import UTC, datetime

import pytest

from core.expressions import evaluate, lookup_in, parse
from surveys.sampling import Asking, Past, is_sampled, why_not_asked
from tests.surveys.logic_cases import CONDITIONS, NOW, PASTS, SHARES


@pytest.mark.parametrize(("text", "values", "holds"), CONDITIONS)
def test_conditions(text, values, holds):
    assert evaluate(parse(text), lookup_in(values)) is holds


def test_a_share_is_about_the_share_of_people():
    half = [is_sampled(who, salt, p) for who, salt, p in SHARES if p == 0.5]
    assert 0.3 < sum(half) / len(half) < 0.7
    assert all(is_sampled(who, salt, p) for who, salt, p in SHARES if p == 1)


@pytest.mark.parametrize(
    ("past", "why"),
    list(
        zip(
            PASTS,
            ["", "cooldown", "", "project_cooldown", "", "project_cooldown", ""],
            strict=True,
        )
    ),
)
def test_days(past, why):
    moments = {name: datetime.fromtimestamp(at / 1000, UTC) for name, at in past.items()}
    said = why_not_asked(
        Asking("salt", 1.0, None, 30, 7),
        respondent_key="b:1",
        past=Past(moments.get("csat"), moments.get("")),
        asked_today=0,
        now=datetime.fromtimestamp(NOW / 1000, UTC),
    )
    assert said == why
