"""The sums of a comparison are those of rows one by one, and are kept until feedback changes."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.reports.compare import compare
from analytics.reports.compare_formulas import FORMULAS
from analytics.reports.compare_sums import Asked, respondents_of_both, strata_of, sums_of
from analytics.stats.feedback.sums import ClusterSums
from surveys.models import CurrentFeedback
from surveys.services.forgetting import forget_subject
from tests.factories import NOON, make_project
from tests.feedback_rows import give
from tests.surveys.test_folding import fold
from tests.surveys.test_folding import row as event

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make_project()


def test_sums_in_the_database_are_those_of_rows_one_by_one(project):
    rng = np.random.default_rng(1)
    for person in range(30):
        for variant in ("a", "b"):
            values = rng.choice([0, 1, None], size=rng.integers(1, 5)).tolist()
            give(project, variant, values, respondent=f"{person}", shown=bool(rng.integers(2)))
    found = sums_of(Asked(project, FORMULAS["thumb"], "a", "b"))
    for variant in ("a", "b"):
        rows: dict[int, list[int]] = {}
        shown: dict[int, list[int]] = {}
        for row in CurrentFeedback.objects.filter(variant_name=variant):
            n, x = rows.setdefault(row.respondent_id, [0, 0])
            s, t = shown.setdefault(row.respondent_id, [0, 0])
            rows[row.respondent_id] = [n + (row.value is not None), x + (row.value or 0)]
            shown[row.respondent_id] = [s + row.shown, t + (row.shown and row.value is not None)]
        assert found[variant].answers == ClusterSums.of(*zip(*rows.values(), strict=True))
        assert found[variant].showings == ClusterSums.of(*zip(*shown.values(), strict=True))


def test_strata_and_people_who_met_both_are_those_of_rows_one_by_one(project):
    rng = np.random.default_rng(3)
    for person in range(20):
        for variant in "ab":
            for language in ("en", "ja"):
                values = rng.choice([0, 1, None], size=rng.integers(0, 3)).tolist()
                give(project, variant, values, respondent=f"{person}", language=language)
    asked = Asked(project, FORMULAS["thumb"], "a", "b")
    found = strata_of(asked, "language")
    met: dict[str, set[int]] = {"a": set(), "b": set()}
    said: dict[tuple[str, str], dict[int, list[int]]] = {}
    for row in CurrentFeedback.objects.all():
        met[row.variant_name].add(row.respondent_id)
        if row.value is not None:
            people = said.setdefault((row.language, row.variant_name), {})
            people.setdefault(row.respondent_id, []).append(row.value)
    for (language, variant), people in said.items():
        answers = [(len(values), sum(values)) for values in people.values()]
        assert found[language][variant] == ClusterSums.of(*zip(*answers, strict=True))
    assert respondents_of_both(asked, sums_of(asked)) == len(met["a"] & met["b"]) > 0


def counted_rows(captured):
    return sum('FROM "surveys_currentfeedback"' in one["sql"] for one in captured)


def test_a_comparison_opened_again_counts_nothing_until_the_feedback_changes(project):
    fold(
        event(project, 1, variant_name="a"),
        event(project, 2, variant_name="b", respondent_key="s:u2"),
    )
    first = compare(project, "a", "b", trust="all")
    assert [first.a.sums.answers.n, first.b.sums.answers.n] == [1, 1]
    with CaptureQueriesContext(connection) as captured:
        assert compare(project, "a", "b", trust="all") == first
    assert counted_rows(captured) == 0
    fold(event(project, 3, variant_name="b", respondent_key="s:u3"))
    assert compare(project, "a", "b", trust="all").b.sums.answers.n == 2
    forget_subject(actor=None, project=project, key="s:u2", now=NOON)
    assert compare(project, "a", "b", trust="all").b.sums.answers.n == 1
