"""Items without slots: trainings, second rounds, control items, and one's own item again."""

from datetime import timedelta

import pytest

from annotation.models import Assignment, ExpectedAnswer, Item, Layer, Rating, Score, Study
from annotation.services.chairs import Why
from annotation.services.revising import may_change, take_back
from annotation.services.studies import create_study
from core.errors import DomainError
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit

pytestmark = pytest.mark.usefixtures("same_lots")


def reread(chair):
    return type(chair).objects.select_related("study", "rater").get(pk=chair.pk)


def training_of(project, items=2):
    study = study_of(project, items=items, purpose=Study.Purpose.TRAINING)
    study.items.update(slots_open=0, slots_total=0)
    return study


def test_a_training_goes_round_for_everybody(project):
    study = training_of(project)
    for _rater in range(3):
        rater = rater_in(study)
        seqs = []
        for _item in range(2):
            claimed = claim(reread(rater))
            seqs.append(claimed.item.seq)
            submit(claimed, {"helpful": "4"})
        assert seqs == [1, 2]
        assert no_item(reread(rater)).why == Why.DONE
    assert set(Rating.objects.values_list("layer", flat=True)) == {Layer.TRAINING}
    assert not Item.objects.exclude(n_submitted=0, state=Item.State.OPEN).exists()


def test_what_was_answered_in_a_training_stays(project):
    claimed = claim(rater_in(training_of(project)))
    submit(claimed, {"helpful": "4"})
    with pytest.raises(DomainError, match="expected answer has been shown"):
        may_change(claimed)


def test_a_calibration_is_rated_again_after_the_reveal(project):
    study = study_of(project, items=2, purpose=Study.Purpose.CALIBRATION)
    rater, other = rater_in(study), rater_in(study)
    submit(claim(rater), {"helpful": "1"})
    submit(claim(other), {"helpful": "5"})
    Study.objects.filter(pk=study.pk).update(revealed_at=NOW)
    again = claim(reread(rater))
    assert (again.item.seq, again.layer) == (1, Layer.INFORMED)
    submit(again, {"helpful": "4"})
    assert no_item(reread(rater)).why == Why.DONE  # the second item was never theirs
    item = Item.objects.get(study=study, seq=1)
    assert (item.n_submitted, item.slots_open) == (2, 0)
    assert Score.objects.filter(layer=Layer.BLIND, current=True).count() == 2


@pytest.fixture
def controlled(project) -> Study:
    """A study of 20 items, half of whose claims are control items."""
    study = study_of(project, items=20, overlap=1)
    controls = create_study(
        actor=None,
        project=project,
        name="Known answers",
        rubric_version=study.rubric_version,
        purpose=Study.Purpose.CONTROL,
    )
    criterion = study.rubric_version.criteria.get()
    for _number in range(3):
        item = factories.make_item(controls, slots_total=0)
        ExpectedAnswer.objects.create(item=item, criterion=criterion, value=3)
    study.controls, study.control_rate = controls, 0.5
    study.save()
    return study


def work_through(chair, at_most=40):
    given = []
    while len(given) < at_most:
        try:
            claimed = claim(reread(chair))
        except AssertionError:
            return given
        given.append(claimed)
        submit(claimed, {"helpful": "4"})
    return given


def test_control_items_come_between_and_each_once(controlled):
    chair = rater_in(controlled)
    given = work_through(chair)
    layers = [one.layer for one in given]
    assert layers.count(Layer.CONTROL) == 3
    assert layers.count(Layer.BLIND) == 20
    assert len({one.item_id for one in given}) == 23
    assert all(one.study_id == controlled.pk for one in given)
    chair = reread(chair)
    assert (chair.n_submitted, chair.n_checks) == (20, 3)


def test_control_items_stay_out_of_the_study(controlled):
    work_through(rater_in(controlled))
    scores = Score.objects.filter(item__study=controlled)
    assert scores.count() == 20
    assert set(Score.objects.exclude(item__study=controlled).values_list("layer", flat=True)) == {
        Layer.CONTROL
    }


def test_the_least_given_control_item_comes_first(controlled):
    first, second = rater_in(controlled), rater_in(controlled)
    work_through(first, at_most=4)
    work_through(second, at_most=8)
    given = {
        item.pk: item.assignments.count() for item in Item.objects.filter(study=controlled.controls)
    }
    assert max(given.values()) - min(given.values()) <= 1


def test_asking_again_gives_the_same_control_item(controlled):
    chair = rater_in(controlled)
    for _number in range(10):
        claimed = claim(reread(chair))
        assert claim(reread(chair)) == claimed
        submit(claimed, {"helpful": "4"})


def test_a_control_item_taken_back_is_no_check_made(controlled):
    chair = rater_in(controlled)
    claimed = claim(reread(chair))
    while claimed.layer != Layer.CONTROL:
        submit(claimed, {"helpful": "4"})
        claimed = claim(reread(chair))
    submit(claimed, {"helpful": "4"})
    before = reread(chair)
    take_back(actor=chair.rater.user, assignment=claimed, draft={}, now=NOW)
    after = reread(chair)
    assert (after.n_submitted, after.n_checks) == (before.n_submitted, before.n_checks - 1)
    assert claim(after) == claimed


def test_an_own_item_comes_again_after_a_time(project):
    study = study_of(project, items=30, overlap=1, retest_rate=0.4, retest_after_hours=24)
    chair = rater_in(study)
    soon = work_through(chair, at_most=10)
    assert {one.layer for one in soon} == {Layer.BLIND}
    tomorrow = NOW + timedelta(hours=25)
    again = []
    while len(again) < 3:
        claimed = claim(reread(chair), tomorrow)
        submit(claimed, {"helpful": "5"}, now=tomorrow)
        if claimed.layer == Layer.RETEST:
            again.append(claimed)
    assert {one.item_id for one in again} <= {one.item_id for one in soon}
    assert {one.occasion for one in again} == {1}
    assert len({one.item_id for one in again}) == 3


def test_an_own_item_again_stays_a_check_where_its_rater_has_seen_others(project):
    """It was given as one, and is counted as one in whatever layer its answer is kept."""
    study = study_of(project, items=10, overlap=1, retest_rate=0.4, retest_after_hours=0)
    chair = rater_in(study)
    claimed = claim(reread(chair))
    while claimed.layer != Layer.RETEST:
        submit(claimed, {"helpful": "4"})
        claimed = claim(reread(chair))
    before = reread(chair)
    claimed.item.reveals.create(rater=chair.rater)
    submit(claimed, {"helpful": "5"})
    after = reread(chair)
    claimed.refresh_from_db()
    assert (claimed.layer, claimed.occasion) == (Layer.INFORMED, 1)
    assert (after.n_submitted, after.n_checks) == (before.n_submitted, before.n_checks + 1)


def test_a_submit_after_a_reveal_leaves_its_slot_to_others(project):
    study = study_of(project, overlap=1)
    rater, other = rater_in(study), rater_in(study)
    claimed = claim(rater)
    claimed.item.reveals.create(rater=rater.rater)
    submit(claimed, {"helpful": "5"})
    assert Rating.objects.get().layer == Layer.INFORMED
    assert claim(other).item_id == claimed.item_id


def test_a_change_after_a_reveal_is_kept_beside_the_blind_rating(project):
    rater = rater_in(study_of(project, overlap=1))
    claimed = claim(rater)
    first = submit(claimed, {"helpful": "2"}).rating
    claimed.item.reveals.create(rater=rater.rater)
    for score in ("4", "5"):
        submit(claimed, {"helpful": score}, revises=first.uid)
    current = Rating.objects.filter(current=True).order_by("pk")
    assert [(one.layer, one.scores.get().value) for one in current] == [
        (Layer.BLIND, 1),
        (Layer.INFORMED, 4),
    ]
    with pytest.raises(DomainError, match="seen what others said"):
        take_back(
            actor=rater.rater.user,
            assignment=Assignment.objects.get(pk=claimed.pk),
            draft={},
            now=NOW,
        )
