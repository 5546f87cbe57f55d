"""Which variant a study of pairs prefers: from the rows of the database to the page."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from scipy.stats import pearsonr, rankdata

from accounts.models import Project, User
from analytics import frames
from analytics.reports.agreement import agreement_of
from analytics.reports.preferences_page import preferences_page
from analytics.reports.snapshots import take_snapshot
from analytics.reports.study_preferences import preferences_in
from analytics.stats import reasons
from analytics.stats.criteria.estimate import estimate_agreement
from annotation.models import Item, ItemAnswer, RaterKind, Rating, Study
from annotation.models.ratings import HUMAN
from annotation.rubric_cache import criteria_of
from annotation.services.imported_ratings import create_imported_study, import_ratings
from conversations.direct import import_file
from conversations.importers import Source
from core.scales import Kind, Level, Target
from tests import factories

SignIn = Callable[[User], Client]
A, B, TIE, BOTH_BAD = range(4)
POINTS = factories.points("a", "b", "tie", "both_bad")
PREFERENCE = {
    "target": Target.PAIR, "kind": Kind.NOMINAL, "level": Level.NOMINAL, "points": POINTS,
}  # fmt: skip


@pytest.fixture
def study(project: Project) -> Study:
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={"better": PREFERENCE}
    )
    return factories.make_study(project, version, overlap=3)


def comparison(study: Study, *variants: str, source: str = "") -> Item:
    """An item that compares the answers of these variants; an empty name is no variant."""
    answers = [
        factories.make_conversation(study.project, variant=variant_named(study.project, name))
        for name in variants
    ]
    item = factories.make_item(
        study,
        answers[0],
        conversation_b=answers[1],
        n_answers=len(answers),
        **({"group_key": source} if source else {}),
    )
    if len(answers) > 2:
        for position, answer in enumerate(answers):
            ItemAnswer.objects.create(item=item, position=position, conversation=answer)
    return item


def variant_named(project: Project, name: str) -> Any:
    if not name:
        return None
    return project.variants.filter(name=name).first() or factories.make_variant(project, name)


def vote(item: Item, *values: int, swapped: bool = False, kind: str = RaterKind.PERSON) -> None:
    for value in values:
        rater = factories.make_rater(item.study.project, kind=kind)
        factories.make_rating(item, rater, {"better": value}, swapped=swapped)


def found(study: Study, replicates: int = 20) -> dict[str, Any]:
    items = frames.item_frame(study)
    criteria = criteria_of(study.rubric_version)
    (part,) = preferences_in(study, criteria, items, kinds=HUMAN, replicates=replicates, seed=1)
    return part


def test_votes_are_for_variants_whichever_conversation_came_first(study: Study) -> None:
    vote(comparison(study, "old", "new"), B, B, A)
    vote(comparison(study, "new", "old"), A, A, B)
    lines = {line["system"]: line for line in found(study)["win_rates"]}
    assert (lines["new"]["wins"], lines["new"]["losses"]) == (4, 2)


def test_the_side_is_that_on_which_the_rater_saw_the_answer(study: Study) -> None:
    item = comparison(study, "old", "new")
    vote(item, A, A)
    vote(item, B, swapped=True)
    vote(item, A, swapped=True)
    share = found(study)["position_bias"]["left_share"]
    assert (share["value"], share["n"]) == (0.75, 4)
    assert share["low"] < 0.5 < share["high"]


def test_both_bad_is_a_tie_and_is_told(study: Study) -> None:
    vote(comparison(study, "old", "new"), A, TIE, BOTH_BAD)
    part = found(study)
    assert part["outcomes"] == {"left": 1, "right": 0, "tie": 2}
    assert part["n_both_bad"] == 1


def test_answers_without_a_variant_are_left_out_and_counted(study: Study) -> None:
    vote(comparison(study, "old", "new"), A, B)
    vote(comparison(study, "old", ""), A)
    vote(comparison(study, "new", "new"), A)
    part = found(study)
    assert (part["n_votes"], part["n_left_out"]) == (2, 2)


def test_why_nothing_is_preferred_is_told_in_the_readers_language(study: Study) -> None:
    comparison(study, "old", "new")
    snapshot = take_snapshot(study, now=timezone.now(), replicates=20)
    with translation.override("ja"):
        [part] = preferences_page(snapshot, study).parts
        assert part.finding == translation.gettext(reasons.NO_VOTES) != reasons.NO_VOTES


def test_intervals_draw_whole_sources_where_items_share_one(study: Study) -> None:
    for source in "abc":
        for _ in range(2):
            vote(comparison(study, "old", "new", source=source), A, B, B)
    part = found(study)
    assert (part["resampled"], part["n_groups"]) == ("groups", 3)


def test_a_ranking_counts_as_all_of_its_pairs(study: Study) -> None:
    item = comparison(study, "old", "new", "newest")
    rank(item, {(0, 1): B, (0, 2): B, (1, 2): TIE}, order=[0, 1, 2])
    part = found(study)
    assert part["n_votes"] == 3
    lines = {line["system"]: line for line in part["win_rates"]}
    assert [lines["old"][key] for key in ("wins", "losses", "ties")] == [0, 2, 0]
    assert [lines["new"][key] for key in ("wins", "losses", "ties")] == [1, 0, 1]


def test_the_side_of_a_ranking_is_what_was_shown_before(study: Study) -> None:
    item = comparison(study, "old", "new", "newest")
    rank(item, {(0, 1): B, (0, 2): B, (1, 2): B}, order=[2, 1, 0])
    assert found(study)["outcomes"] == {"left": 3, "right": 0, "tie": 0}


def rank(item: Item, outcomes: dict[tuple[int, int], int], order: list[int]) -> None:
    rater = factories.make_rater(item.study.project)
    assignment = factories.make_assignment(item, rater, display={"order": order})
    first, *rest = outcomes
    rating = factories.make_rating(
        item, rater, {"better": outcomes[first]}, unit=first, assignment=assignment
    )
    (score,) = rating.scores.all()
    for unit in rest:
        score.pk, score.turn, score.passage, score.value = None, *unit, outcomes[unit]
        score.save(force_insert=True)


def test_a_judge_is_held_against_people(study: Study) -> None:
    names = ["a", "b", "c", "d"]
    judge = factories.make_rater(study.project, key="gpt", kind=RaterKind.JUDGE)
    for n, first in enumerate(names):
        for second in names[n + 1 :]:
            item = comparison(study, first, second)
            vote(item, A, TIE, B if (first, second) == ("a", "b") else A)
            factories.make_rating(item, judge, {"better": A if first != "a" else TIE})
    (machine,) = found(study)["machines"]
    assert (machine["key"], machine["n_votes"]) == ("gpt", 6)
    assert 0 < machine["with_people"]["value"] < 1
    assert machine["with_people"]["n"] == 4


def test_a_study_of_single_answers_has_none(project: Project) -> None:
    study = factories.make_study(project)
    assert preferences_in(study, criteria_of(study.rubric_version), frames.item_frame(study),
                          kinds=HUMAN, replicates=20, seed=1) == []  # fmt: skip


# Page, JSON, CSV


def page_of(study: Study, alice: User, signed_in: SignIn) -> str:
    take_snapshot(study, now=timezone.now(), replicates=50)
    answer = signed_in(alice).get(reverse("analytics:preferences", args=[study.uid]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_who_is_ahead_and_how_sure_it_is(
    alice: User, study: Study, signed_in: SignIn
) -> None:
    for values in ((B, B, A), (B, B, B), (B, B, A), (B, TIE, A)) * 4:
        vote(comparison(study, "old", "new"), *values)
    page = page_of(study, alice, signed_in).replace("\xa0", " ")
    assert "“new” is preferred to “old” 71 % of the time (" in page
    assert "The left answer won 27.3 %" in page


def test_the_page_says_when_it_is_not_yet_known(
    alice: User, study: Study, signed_in: SignIn
) -> None:
    for values in ((A, B, B), (A, A, B), (B, B, A), (A, A, A)):
        vote(comparison(study, "old", "new"), *values)
    assert "It is not yet known which is preferred" in page_of(study, alice, signed_in)


def test_the_page_names_who_stands_in_the_way(alice: User, study: Study, signed_in: SignIn) -> None:
    vote(comparison(study, "old", "new"), B, B, B)
    assert "Never lost to or tied with the rest: new." in page_of(study, alice, signed_in)


def test_the_page_of_a_study_of_single_answers_says_so(
    alice: User, project: Project, signed_in: SignIn
) -> None:
    study = factories.make_study(project)
    factories.make_rating(factories.make_item(study), None, {"helpful": 2})
    assert "This study compares no answers." in page_of(study, alice, signed_in)


def test_json_and_csv_hold_the_same_strengths(alice: User, study: Study, signed_in: SignIn) -> None:
    for _ in range(12):
        vote(comparison(study, "old", "new"), B, B, A)
    take_snapshot(study, now=timezone.now(), replicates=50)
    client = signed_in(alice)
    (part,) = client.get(reverse("analytics:preferences_json", args=[study.uid])).json()
    table = client.get(reverse("analytics:agreement_table", args=[study.uid, "preferences"]))
    first, second = csv.DictReader(table.content.decode().splitlines())
    assert (first["variant"], second["variant"]) == ("new", "old")
    assert float(first["strength"]) == part["bradley_terry"]["systems"][0]["strength"]


# A published study, in its original files


@pytest.fixture
def llmfao(shared_data: Path, project: Project) -> Study:
    """Imported as `demo --data` does it."""
    now, folder = timezone.now(), shared_data / "llmfao_pairwise"
    import_file(actor=None, project=project, path=folder, source="llmfao", now=now)
    study = create_imported_study(
        actor=None, project=project, name="Crowd comparisons", source="llmfao", now=now
    )
    import_ratings(actor=None, study=study, source=Source(folder), now=now)
    return study


@pytest.mark.once
def test_the_published_values_of_llmfao_come_out_of_the_database(
    llmfao: Study, shared_data: Path
) -> None:
    ratings = Rating.objects.filter(item__study=llmfao)
    assert (llmfao.items.count(), ratings.count()) == (2_139, 8_931 + 2 * 2_139)
    part = found(llmfao)
    assert part["outcomes"] == {"left": 2_911, "right": 2_549, "tie": 3_471}
    assert (part["n_systems"], part["n_raters"], part["n_groups"]) == (59, 124, 13)
    shares = {line["system"]: line["share"] for line in part["bradley_terry"]["systems"]}
    assert shares == pytest.approx(golden(shared_data, "bradley_terry"), abs=1e-6)
    means = {line["system"]: line["mean_score_over_opponents"] for line in part["win_rates"]}
    assert means == pytest.approx(golden(shared_data, "average_win_rate"), abs=1e-9)
    assert part["elo"] == pytest.approx(golden(shared_data, "elo"), abs=1e-6)
    people = {line["system"]: line["strength"] for line in part["bradley_terry"]["systems"]}
    printed = {
        machine["key"]: correlation_as_printed(people, machine["strengths"])
        for machine in part["machines"]
    }
    assert printed == pytest.approx({"gpt4": 0.730918, "gpt3": 0.716610}, abs=5e-7)
    assert_agreement_is_as_published(llmfao)


def assert_agreement_is_as_published(study: Study) -> None:
    report = agreement_of(study, replicates=20)
    (criterion,) = report.criteria
    assert criterion.coefficients["krippendorff_alpha"].value == pytest.approx(0.2906, abs=5e-5)
    assert criterion.coefficients["percent_agreement"].value == pytest.approx(0.5322, abs=5e-5)
    (better,) = criteria_of(study.rubric_version)
    units, rows = frames.units_and_rows(better, frames.item_frame(study), HUMAN)
    in_order = [0, 2, 1]  # left < tie < right
    ordinal = estimate_agreement(
        unit=rows.unit,
        value=[in_order[value] for value in rows.value],
        group=units.group,
        level="ordinal",
        values=["left", "tie", "right"],
        n_items=len(units.item),
        replicates=20,
    )
    assert ordinal["krippendorff_alpha"].value == pytest.approx(0.2876, abs=5e-5)


def correlation_as_printed(people: dict[str, float], machine: dict[str, float]) -> float:
    """The source's notebook: ranks averaged, then cut to whole numbers."""
    ranks = [
        rankdata([-round(strengths[name], 9) for name in people]).astype(int)
        for strengths in (people, machine)
    ]
    return float(pearsonr(*ranks).statistic)


def golden(folder: Path, algorithm: str) -> dict[str, float]:
    lines = (folder / "llmfao_pairwise" / "llmfao-golden.csv").read_text().splitlines()
    return {
        line["item"]: float(line["score"])
        for line in csv.DictReader(lines)
        if line["algorithm"] == algorithm
    }
