import pytest

from annotation.answers import Answer
from annotation.models import CriterionHold, Item, Rating, Verdict
from annotation.models.ratings import Layer
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit


def rate_all(study, *answers):
    for said in answers:
        submit(claim(rater_in(study)), said)
    return Item.objects.get()


def test_neighbours_settle_to_the_lower_middle(project):
    item = rate_all(study_of(project), {"helpful": "4"}, {"helpful": "5"})
    verdict = Verdict.objects.get()
    assert (item.state, item.settled_at) == (Item.State.SETTLED, NOW)
    assert (verdict.value, verdict.distribution) == (3, {"4": 1, "5": 1})
    assert verdict.source == Verdict.Source.CONSENSUS


def test_a_verdict_names_the_ratings_it_rests_on_and_its_rule(project):
    rate_all(study_of(project), {"helpful": "4"}, {"helpful": "4"})
    verdict = Verdict.objects.get()
    assert set(verdict.rating_uids) == {str(rating.uid) for rating in Rating.objects.all()}
    assert verdict.rule == {"min_raters": 2, "aggregate": "median", "max_spread": 1}


def test_scores_far_apart_are_disputed(project):
    item = rate_all(study_of(project), {"helpful": "1"}, {"helpful": "5"})
    assert item.state == Item.State.DISPUTED
    assert not Verdict.objects.exists()


def test_an_item_waits_for_its_last_rating(project):
    assert rate_all(study_of(project), {"helpful": "1"}).state == Item.State.OPEN


def test_what_settles_is_kept_though_another_criterion_is_disputed(project):
    study = study_of(project, criteria={"helpful": {}, "correct": {}})
    item = rate_all(study, {"helpful": "4", "correct": "1"}, {"helpful": "4", "correct": "5"})
    assert item.state == Item.State.DISPUTED
    assert Verdict.objects.get().criterion.key == "helpful"


def test_the_studys_own_rule_counts(project):
    study = study_of(
        project,
        settling={"helpful": {"min_raters": 2, "aggregate": "median", "max_spread": 4}},
    )
    assert rate_all(study, {"helpful": "1"}, {"helpful": "5"}).state == Item.State.SETTLED


def test_raters_who_cannot_judge_leave_it_to_a_person(project):
    missing = {"helpful": Answer(cannot_judge=True)}
    assert rate_all(study_of(project), missing, {"helpful": "4"}).state == Item.State.DISPUTED


def test_every_turn_is_a_unit_of_its_own(project):
    turn = {"target": "turn", "points": factories.points("O", "T", "X")}
    study = study_of(project, items=0, criteria={"breakdown": turn})
    said = [{"id": "u", "role": "user", "content": "Hi"},
            {"id": "a", "role": "assistant", "content": "Hello"},
            {"id": "b", "role": "assistant", "content": "Bye"}]  # fmt: skip
    factories.make_item(study, factories.make_conversation(project, turns=said))
    answers = {"breakdown.1": "O", "breakdown.2": "X"}
    rate_all(study, answers, answers)
    assert set(Verdict.objects.values_list("turn", "value")) == {(1, 0), (2, 2)}


def test_a_question_hidden_from_everybody_needs_no_verdict(project):
    criteria = {"helpful": {}, "why": {"show_if": "helpful < 3"}}
    item = rate_all(study_of(project, criteria=criteria), {"helpful": "5"}, {"helpful": "5"})
    assert item.state == Item.State.SETTLED


def test_a_criterion_sent_back_waits(project, alice):
    study = study_of(project)
    CriterionHold.objects.create(
        study=study,
        criterion=study.rubric_version.criteria.get(),
        item=study.items.get(),
        reason="unclear",
        actor=alice,
    )
    assert rate_all(study, {"helpful": "4"}, {"helpful": "4"}).state == Item.State.DISPUTED
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("layer", [Layer.EXTRA, Layer.INFORMED])
def test_only_blind_ratings_settle(project, layer):
    study = study_of(project)
    factories.make_rating(study.items.get(), scores={"helpful": 0}, layer=layer)
    rate_all(study, {"helpful": "5"}, {"helpful": "5"})
    assert Verdict.objects.get().distribution == {"5": 2}


def test_the_last_rating_does_not_reopen_what_a_person_found_unsettleable(project):
    study = study_of(project)
    submit(claim(rater_in(study)), {"helpful": "1"})
    late = claim(rater_in(study))
    Item.objects.update(state=Item.State.UNSETTLEABLE)
    submit(late, {"helpful": "1"})
    assert Item.objects.get().state == Item.State.UNSETTLEABLE
    assert not Verdict.objects.exists()
