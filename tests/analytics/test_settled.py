"""Raters against gold: who settled a unit decides whom it may be held against."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from analytics.reports.agreement import agreement_of
from analytics.stats.raters.accuracy import NO_TRUTH
from annotation.models import Study
from tests import factories
from tests.analytics.conftest import Rated
from tests.analytics.in_gold import put_into_gold, settle


def accuracy(study: Study) -> dict[str, Any]:
    """By the raters' keys."""
    (criterion,) = agreement_of(study, replicates=50).criteria
    keys = {str(rater.uid): rater.key for rater in study.project.raters.all()}
    return {keys[line.rater]: line.accuracy for line in criterion.raters}


def test_without_gold_there_is_a_reason(rated: Rated) -> None:
    study = rated([[n % 5, n % 5, n % 5] for n in range(4)])
    settle(study.items.all()[0], 0)
    found = accuracy(study)["rater-0"]
    assert found["correct"]["value"] is None
    assert found["correct"]["reason"] == NO_TRUTH


def test_a_consensus_counts_without_the_raters_own_part(rated: Rated) -> None:
    study = rated([[3, 3, 4], [1, 1, 1], [0, 2, 4]])
    for item, value in zip(study.items.order_by("seq"), (3, 1, 2), strict=True):
        put_into_gold(settle(item, value))
    found = accuracy(study)
    assert (found["rater-2"]["correct"]["value"], found["rater-2"]["correct"]["n"]) == (0.5, 2)
    assert found["rater-2"]["error"]["value"] == 0.5
    assert (found["rater-0"]["correct"]["value"], found["rater-0"]["correct"]["n"]) == (1.0, 1)


def test_a_decision_counts_for_all_but_who_made_it(rated: Rated, bob: User) -> None:
    study = rated([[0, 4, 2], [1, 1, 3]])
    study.project.raters.filter(key="rater-1").update(user=bob)
    for item in study.items.all():
        put_into_gold(settle(item, 1, adjudicator=bob))
    found = accuracy(study)
    assert found["rater-1"]["correct"]["reason"] == NO_TRUTH
    assert (found["rater-0"]["correct"]["value"], found["rater-0"]["correct"]["n"]) == (0.5, 2)
    assert found["rater-2"]["error"]["value"] == 1.5


def test_gold_of_another_study_is_a_control(rated: Rated) -> None:
    first = rated([[2, 2, 2], [4, 4, 4]])
    later = factories.make_study(first.project, first.rubric_version)
    newcomer = factories.make_rater(first.project, key="newcomer")
    old = first.project.raters.get(key="rater-0")
    for item, value in zip(first.items.order_by("seq"), (2, 4), strict=True):
        put_into_gold(settle(item, value))
        again = factories.make_item(later, conversation=item.conversation)
        for rater in (newcomer, old):
            factories.make_rating(again, rater, {"helpful": 2})
    found = accuracy(later)
    assert (found["newcomer"]["correct"]["value"], found["newcomer"]["error"]["value"]) == (0.5, 1)
    assert found["rater-0"]["correct"]["reason"] == NO_TRUTH  # had a part in the verdicts


def test_gold_of_a_ranking_is_not_that_of_another_with_its_first_two_answers(
    rated: Rated, alice: User
) -> None:
    from analytics.settled import settled_in_gold

    study = rated([[2, 2], [4, 4]])
    first, second = study.items.order_by("seq")
    other = factories.make_conversation(study.project)
    study.items.filter(pk=second.pk).update(conversation_b=other, n_answers=3)
    shown = {"conversation": second.conversation, "conversation_b": other, "n_answers": 3}
    study.items.filter(pk=first.pk).update(**shown)
    first.refresh_from_db()
    put_into_gold(settle(first, 2, adjudicator=alice))
    (units,) = settled_in_gold(study).values()
    assert [unit.item for unit in units] == [first.pk]


def test_what_was_retired_counts_no_more(rated: Rated, alice: User) -> None:
    study = rated([[0, 4, 2], [1, 1, 3]])
    for item in study.items.all():
        put_into_gold(settle(item, 1, adjudicator=alice), retired_at=timezone.now())
    assert accuracy(study)["rater-0"]["correct"]["reason"] == NO_TRUTH


def test_a_mean_between_two_points_is_met_by_both(rated: Rated, alice: User) -> None:
    study = rated([[2, 3, 0]])
    verdict = settle(study.items.get(), 0, adjudicator=alice)
    verdict.value, verdict.number = None, 2.5
    verdict.save()
    put_into_gold(verdict)
    shares = {key: one["correct"]["value"] for key, one in accuracy(study).items()}
    assert shares == {"rater-0": 1.0, "rater-1": 1.0, "rater-2": 0.0}


def test_the_answer_takes_as_many_questions_whatever_the_number_of_verdicts(
    rated: Rated, alice: User, django_assert_max_num_queries: Any
) -> None:
    from analytics.settled import settled_in_gold

    study = rated([[n % 5] * 3 for n in range(12)])
    for item in study.items.all():
        put_into_gold(settle(item, 1))
    with django_assert_max_num_queries(5):
        (units,) = settled_in_gold(study).values()
    assert len(units) == 12
    assert all(one.is_own and len(one.settled_by) == 3 for one in units)


@pytest.mark.parametrize("key", ["correct", "error"])
def test_a_rater_knows_how_sure_it_is(rated: Rated, alice: User, key: str) -> None:
    study = rated([[n % 5, (n * 2) % 5] for n in range(20)])
    for item in study.items.all():
        put_into_gold(settle(item, 2, adjudicator=alice))
    found = accuracy(study)["rater-1"][key]
    assert found["low"] < found["value"] < found["high"]
    assert found["n"] == 20
