"""Agreement within each kind of rater and between kinds, on the report."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Project, User
from analytics.reports.agreement import agreement_of
from analytics.reports.why import OWN_LABELS
from analytics.stats import reasons
from annotation.models import RaterKind, Study
from tests import factories
from tests.analytics.conftest import Rated


def lines(study: Study) -> dict[tuple[str, ...], dict[str, Any]]:
    """By the kinds that a line is about."""
    (criterion,) = agreement_of(study, replicates=100).criteria
    assert criterion.kinds is not None
    return {line.kinds: line.as_dict() for line in criterion.kinds.lines}


def study_of(project: Project, key: str, criterion: dict[str, Any]) -> Study:
    """With this criterion alone."""
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={key: criterion}
    )
    return factories.make_study(rubric_version=version)


def add_judge(study: Study, values: list[int]) -> None:
    judge = factories.make_rater(study.project, key="judge", kind=RaterKind.JUDGE)
    for item, value in zip(study.items.order_by("seq"), values, strict=True):
        factories.make_rating(item, judge, {"helpful": value})


def test_raters_of_one_kind_are_not_compared(rated: Rated) -> None:
    (criterion,) = agreement_of(rated([[0, 1], [2, 2]]), replicates=20).criteria
    assert criterion.kinds is None
    assert criterion.as_data()["kinds"] is None


def test_a_judge_is_compared_with_those_whom_a_file_names(rated: Rated) -> None:
    study = rated([[n % 5, n % 5] for n in range(20)])
    add_judge(study, [n % 5 if n % 4 else (n + 1) % 5 for n in range(20)])
    found = lines(study)
    assert set(found) == {("judge",), ("imported",), ("judge", "imported")}
    between = found["judge", "imported"]
    assert between["percent_agreement"]["value"] == pytest.approx(0.75)
    assert between["alpha"]["low"] < between["alpha"]["value"] < between["alpha"]["high"]
    assert (between["n_units"], between["n_ratings"], between["n_raters"]) == (20, 60, 3)
    assert found["imported",]["alpha"]["value"] == 1
    assert found["judge",]["alpha"]["reason"] == reasons.ONE_RATER


def test_what_only_a_judge_rated_changes_nothing_for_people(rated: Rated) -> None:
    study = rated([[n % 3, (n + n % 2) % 3] for n in range(12)])
    factories.make_item(study)
    add_judge(study, [n % 3 for n in range(13)])
    (criterion,) = agreement_of(study, replicates=50).criteria
    within = lines(study)["imported",]["alpha"]["value"]
    assert within == criterion.coefficients["krippendorff_alpha"].value
    assert lines(study)["judge", "imported"]["n_units"] == 12


def test_kinds_that_never_meet_have_a_reason(rated: Rated) -> None:
    study = rated([[1, 2], [3, 3]])
    respondent = factories.make_rater(study.project, key="r", kind=RaterKind.RESPONDENT)
    factories.make_rating(factories.make_item(study), respondent, {"helpful": 2})
    found = lines(study)["respondent", "imported"]
    assert found["alpha"]["value"] is None
    assert found["alpha"]["reason"] == reasons.KINDS_NEVER_MEET


def test_people_with_an_account_are_no_imported_ones(rated: Rated, bob: User) -> None:
    study = rated([[0, 1], [2, 2], [1, 1]])
    study.project.raters.filter(key="rater-0").update(user=bob)
    assert set(lines(study)) == {("person",), ("imported",), ("person", "imported")}


def test_free_numbers_of_both_kinds_are_one_scale(project: Project) -> None:
    numeric = {"kind": "numeric", "level": "interval", "points": [], "minimum": 0, "maximum": 100}
    study = study_of(project, "length", numeric)
    person = factories.make_rater(study.project, key="p")
    judge = factories.make_rater(study.project, key="j", kind=RaterKind.JUDGE)
    for n in range(6):
        item = factories.make_item(study)
        factories.make_rating(item, person, {"length": 10.0 * n})
        factories.make_rating(item, judge, {"length": 10.0 * n + (5 if n % 2 else 0)})
    assert lines(study)["judge", "imported"]["percent_agreement"]["value"] == 0.5


def test_kinds_are_compared_by_sets_that_overlap(project: Project) -> None:
    study = study_of(
        project, "labels", {"kind": "multi", "level": "", "points": factories.points("a", "b")}
    )
    raters = [
        factories.make_rater(study.project, key=kind, kind=kind)
        for kind in (RaterKind.PERSON, RaterKind.RESPONDENT)
    ]
    for sets in ((0b01, 0b01), (0b11, 0b10), (0b10, 0b10)):
        item = factories.make_item(study)
        for rater, mask in zip(raters, sets, strict=True):
            factories.make_rating(item, rater, {"labels": mask})
    found = lines(study)
    between = found["respondent", "imported"]
    assert (between["percent_agreement"]["value"], between["n_units"]) == (2 / 3, 3)
    assert between["alpha"]["value"] == pytest.approx(0.6, abs=1e-9)
    assert "MASI" in between["alpha"]["method"]
    assert found["respondent",]["alpha"]["reason"] == reasons.ONE_RATER


def test_labels_of_each_conversations_own_have_no_alpha_between_kinds(project: Project) -> None:
    claims = {"kind": "multi", "level": "", "points": [], "points_from": "claims"}
    study = study_of(project, "claims", claims)
    raters = [
        factories.make_rater(study.project, key=kind, kind=kind)
        for kind in (RaterKind.PERSON, RaterKind.RESPONDENT)
    ]
    for mask in (0b01, 0b10):
        item = factories.make_item(study)
        for rater in raters:
            factories.make_rating(item, rater, {"claims": mask})
    between = lines(study)["respondent", "imported"]
    assert between["percent_agreement"]["value"] == 1
    assert (between["alpha"]["value"], between["alpha"]["reason"]) == (None, OWN_LABELS)


def test_without_machines_their_scores_are_not_looked_for(rated: Rated) -> None:
    study = rated([[0, 1], [2, 2]])
    elsewhere = rated([[0, 1]])
    add_judge(elsewhere, [1])
    with CaptureQueriesContext(connection) as asked:
        agreement_of(study, replicates=20)
    scores = [query["sql"] for query in asked if "annotation_score" in query["sql"]]
    assert scores
    assert not any("judge" in sql for sql in scores)
