"""The report against published values, and what it counts at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Project
from analytics.reports.agreement import agreement_of
from annotation.models import Layer, RaterKind, Rating, Score
from core.scales import Kind, Level, Target
from tests import factories
from tests.analytics.conftest import Rated
from tests.analytics.datasets import load_study

MTRAG_ALPHA = {
    "naturalness": 0.3178,
    "appropriateness": 0.0639,
    "completeness": 0.2635,
    "faithfulness": 0.4700,
    "win-rate": 0.2028,
}
MTRAG_EQUAL = {
    "naturalness": 0.8351,
    "appropriateness": 0.6237,
    "completeness": 0.6858,
    "faithfulness": 0.5899,
    "win-rate": 0.4556,
}


@pytest.mark.once
def test_mtrag_gives_the_values_that_its_readme_prints(project: Project, shared_data: Path) -> None:
    study = load_study(project, shared_data / "mtrag_human_eval", "mtrag")
    report = agreement_of(study, replicates=200)
    assert (report.n_items, report.n_groups, report.n_raters, report.n_scores) == (477, 20, 7, 7087)
    for criterion in report.criteria:
        alpha = criterion.coefficients["krippendorff_alpha"]
        equal = criterion.coefficients["percent_agreement"]
        assert alpha.value == pytest.approx(MTRAG_ALPHA[criterion.criterion], abs=5e-5)
        assert equal.value == pytest.approx(MTRAG_EQUAL[criterion.criterion], abs=5e-5)
        assert alpha.low < alpha.value < alpha.high
        assert alpha.method.n_resampled == 20
        assert alpha.method.resampled == "groups"
        assert criterion.crosscheck is None or criterion.crosscheck.difference < 1e-12


@pytest.mark.once
def test_dbdc3_compares_turns_and_resamples_dialogues(project: Project, shared_data: Path) -> None:
    study = load_study(project, shared_data / "dbdc3_ja", "dbdc3")
    (breakdown,) = agreement_of(study, replicates=200).criteria
    alpha = breakdown.coefficients["krippendorff_alpha"]
    assert alpha.value == pytest.approx(0.4266, abs=5e-5)
    assert (breakdown.n_items, breakdown.n_units, breakdown.n_ratings) == (60, 660, 19_800)
    assert alpha.method.n_resampled == 60
    assert breakdown.distribution == [7074, 5187, 7539]


def test_one_rater_an_item_cannot_agree_and_the_report_says_why(
    project: Project, shared_data: Path
) -> None:
    study = load_study(project, shared_data / "realpersonachat_llm", "realpersonachat")
    for criterion in agreement_of(study).criteria:
        alpha = criterion.coefficients["krippendorff_alpha"]
        assert alpha.value is None
        assert "No item has two ratings" in alpha.reason


def test_the_confusions_add_up_to_the_percent_agreement(rated: Rated) -> None:
    (criterion,) = agreement_of(rated([[0, 0], [1, 3], [3, 3], [4, 3]])).criteria
    assert criterion.pairs is not None
    equal = sum(row[place] for place, row in enumerate(criterion.pairs))
    assert equal == pytest.approx(criterion.coefficients["percent_agreement"].value)
    assert criterion.pairs[1][3] == criterion.pairs[3][1] == pytest.approx(1 / 8)


def test_the_hardest_items_come_first_and_agreed_ones_never(rated: Rated) -> None:
    study = rated([[2, 2], [0, 4], [2, 3]])
    (criterion,) = agreement_of(study).criteria
    assert [item.seq for item in criterion.hardest_items] == [2, 3]
    assert list(criterion.hardest_items[0].counts) == [1, 0, 0, 0, 1]


def test_only_blind_ratings_that_stand_are_compared(rated: Rated) -> None:
    study = rated([[2, 2], [3, 3]])
    first, second = Rating.objects.order_by("pk")[:2]
    for rating, changed in ((first, {"layer": Layer.INFORMED}), (second, {"current": False})):
        Rating.objects.filter(pk=rating.pk).update(**changed)
        Score.objects.filter(rating=rating).update(**changed)
    (criterion,) = agreement_of(study).criteria
    assert criterion.n_ratings == 2


def test_machines_are_compared_only_when_asked_for(rated: Rated) -> None:
    study = rated([[2, 2], [3, 3]])
    judge = factories.make_rater(study.project, key="judge", kind=RaterKind.JUDGE)
    for item in study.items.all():
        factories.make_rating(item, judge, {"helpful": 0})
    assert agreement_of(study).criteria[0].n_ratings == 4
    assert agreement_of(study, kinds=[RaterKind.JUDGE]).criteria[0].n_ratings == 2


def test_what_could_not_be_judged_is_counted_apart(rated: Rated) -> None:
    (criterion,) = agreement_of(rated([[2, 2], [3, None]])).criteria
    assert (criterion.n_ratings, criterion.n_cannot_judge, criterion.n_pairable_units) == (3, 1, 1)


def test_another_study_of_the_same_rubric_is_left_alone(rated: Rated) -> None:
    study = rated([[2, 2], [3, 1]])
    other = factories.make_study(study.project, study.rubric_version)
    factories.make_rating(factories.make_item(other), None, {"helpful": 0})
    assert agreement_of(study).criteria[0].n_ratings == 4


def test_numbers_and_labels_have_distances_of_their_own(project: Project) -> None:
    version = factories.make_rubric_version(
        factories.make_rubric(project),
        criteria={
            "seconds": {"kind": Kind.NUMERIC, "level": Level.INTERVAL, "points": []},
            "faults": {"kind": Kind.MULTI, "level": Level.NOMINAL},
        },
    )
    study = factories.make_study(project, version)
    raters = [factories.make_rater(project) for _n in range(2)]
    for numbers, masks in (((1.0, 2.5), (1, 3)), ((7.0, 7.0), (4, 4)), ((3.0, 4.0), (0, 0))):
        item = factories.make_item(study)
        for rater, number, mask in zip(raters, numbers, masks, strict=True):
            factories.make_rating(item, rater, {"seconds": number, "faults": mask})
    seconds, faults = agreement_of(study).criteria
    assert (seconds.metric, faults.metric) == ("interval", "masi")
    assert seconds.coefficients["krippendorff_alpha"].value == pytest.approx(0.9, abs=0.1)
    assert list(faults.distribution) == [2, 1, 2, 0, 0]
    assert seconds.hardest_items[0].disagreement == pytest.approx(1.5**2)


def test_turns_are_units_and_their_conversation_is_the_group(project: Project) -> None:
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={"breakdown": {"target": Target.TURN}}
    )
    study = factories.make_study(project, version)
    item = factories.make_item(study)
    for rater in (factories.make_rater(project), factories.make_rater(project)):
        rating = factories.make_rating(item, rater, {"breakdown": 1}, unit=(1, -1))
        Score.objects.create(
            rating=rating, criterion=version.criteria.get(), item=item, turn=3, value=2,
            rater=rater, kind=rater.kind, layer=rating.layer,
        )  # fmt: skip
    (criterion,) = agreement_of(study).criteria
    assert (criterion.n_items, criterion.n_units, criterion.n_groups) == (1, 2, 1)


def test_the_same_ratings_in_another_order_give_the_same_bits(rated: Rated) -> None:
    values = [[0, 1], [1, 1], [2, 4], [3, 3], [0, 0], [4, 1]]
    one, other = agreement_of(rated(values)), agreement_of(rated(values[::-1]))
    assert one.criteria[0].coefficients == other.criteria[0].coefficients


# The command


def command(capsys: pytest.CaptureFixture[str], **options: Any) -> Any:
    call_command("agreement", format="json", **options)
    return json.loads(capsys.readouterr().out)


def test_the_command_prints_one_object_a_criterion(
    rated: Rated, capsys: pytest.CaptureFixture[str]
) -> None:
    study = rated([[0, 1], [1, 1], [2, 4]])
    (found,) = command(capsys, study=str(study.uid))
    assert set(found["coefficients"]["krippendorff_alpha"]) == {
        "value", "low", "high", "confidence", "method", "reason",
    }  # fmt: skip
    assert {line["rater"] for line in found["raters"]} == {"rater-0", "rater-1"}


def test_the_command_reads_a_plain_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("unit,who,said\na,x,no\na,y,yes\nb,x,yes\nb,y,yes\nc,x,no\nc,y,no\nd,x,N/A\n")
    found = command(capsys, csv=file, item="unit", rater="who", value="said", level="nominal")
    assert found["coefficients"]["krippendorff_alpha"]["value"] == pytest.approx(4 / 9)
    assert (found["n_ratings"], found["n_missing"]) == (6, 1)
