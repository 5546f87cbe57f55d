"""One rater more where the first ones disagree."""

import pytest

from annotation.consensus import Disagreement, Rule, settle
from annotation.models import Assignment, Item, Layer, Rating, Study, Verdict
from annotation.services.revising import take_back
from annotation.services.studies import close_study
from core.scales import Scale
from tests.annotation.link_helpers import link_to
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit


@pytest.fixture
def study(project) -> Study:
    return study_of(project, overlap=2, overlap_max=4)


def rate(study: Study, *scores: str) -> Item:
    for score in scores:
        submit(claim(rater_in(study)), {"helpful": score})
    return Item.objects.get(study=study)


def test_agreement_asks_nobody_more(study):
    spare = rater_in(study)
    item = rate(study, "4", "4")
    assert (item.state, item.slots_total) == (Item.State.SETTLED, 2)
    assert no_item(spare)


def test_disagreement_asks_one_more_in_a_layer_of_its_own(study):
    spare = rater_in(study)
    item = rate(study, "1", "4")
    assert (item.state, item.slots_total, item.slots_open) == (Item.State.OPEN, 3, 1)
    claimed = claim(spare)
    assert (claimed.layer, claimed.slot) == (Layer.TOPUP, 3)


def test_the_one_more_settles_what_lies_closest_together(study):
    spare = rater_in(study)
    rate(study, "1", "4")
    submit(claim(spare), {"helpful": "5"})
    item = Item.objects.get(study=study)
    assert (item.state, item.n_submitted) == (Item.State.SETTLED, 3)
    assert Verdict.objects.get(current=True).distribution == {"1": 1, "4": 1, "5": 1}


def test_it_ends_at_the_most_and_goes_to_a_person(study):
    spares = [rater_in(study) for _number in range(3)]
    rate(study, "1", "5")
    submit(claim(spares[0]), {"helpful": "3"})
    submit(claim(spares[1]), {"helpful": "3"})
    item = Item.objects.get(study=study)
    assert (item.slots_total, item.state) == (4, Item.State.DISPUTED)


def test_nobody_left_to_ask_leaves_it_to_a_person(study):
    assert rate(study, "1", "4").state == Item.State.DISPUTED


def test_whoever_gave_a_slot_back_is_replaced_in_the_blind_layer(study):
    spare, other = rater_in(study), rater_in(study)
    submit(claim(rater_in(study)), {"helpful": "1"})
    late = claim(rater_in(study))
    Assignment.objects.filter(pk=late.pk).update(lease_until=NOW)
    assert claim(spare, NOW.replace(hour=NOW.hour + 1)).layer == Layer.BLIND
    assert no_item(other)


def test_taking_back_a_first_rating_keeps_the_one_more(study):
    spare = rater_in(study)
    first = claim(rater_in(study))
    submit(first, {"helpful": "1"})
    submit(claim(rater_in(study)), {"helpful": "4"})
    submit(claim(spare), {"helpful": "5"})
    take_back(actor=first.rater.user, assignment=first, draft={}, now=NOW)
    item = Item.objects.get(study=study)
    assert (item.state, item.n_submitted, item.slots_total) == (Item.State.OPEN, 2, 3)
    submit(first, {"helpful": "5"})
    item.refresh_from_db()
    assert item.state == Item.State.SETTLED
    layers = Rating.objects.filter(current=True).values_list("layer", flat=True)
    assert sorted(layers) == [Layer.BLIND, Layer.BLIND, Layer.TOPUP]


def test_closing_leaves_what_waits_for_one_more_to_a_person(study):
    rater_in(study)
    rate(study, "1", "4")
    close_study(actor=None, study=study, now=NOW)
    assert Item.objects.get(study=study).state == Item.State.DISPUTED


FIVE = Scale("ordinal", "ordinal", points=("1", "2", "3", "4", "5"), name="helpfulness")
NEIGHBOURS = Rule(min_raters=2, aggregate="median", max_spread=1)


@pytest.mark.parametrize(
    ("scores", "spare", "value"),
    [([0, 3, 4], 1, 3), ([0, 1, 4], 1, 0), ([0, 3, 3, 4], 2, 3), ([0, 0, 4, 4], 2, None)],
)
def test_the_spread_is_that_of_more_than_half(scores, spare, value):
    outcome = settle(scores, NEIGHBOURS, FIVE, spare=spare)
    assert getattr(outcome, "value", None) == value


def test_without_one_more_all_must_lie_within():
    assert isinstance(settle([0, 3, 4], NEIGHBOURS, FIVE), Disagreement)


def test_nobody_who_may_draw_from_the_lane_leaves_it_to_a_person(project):
    """Somebody who has not been there is no help if the lane of the item is closed to them."""
    lanes = [{"name": "first"}, {"name": "second", "where": "n_turns > 99"}]
    study = study_of(project, overlap=2, overlap_max=3, lanes=lanes)
    rater_in(study, lanes=[1])
    assert rate(study, "1", "4").state == Item.State.DISPUTED


def test_one_more_is_asked_in_a_lane_that_is_open_to_somebody(project):
    lanes = [{"name": "first", "where": "n_turns > 1"}, {"name": "rest"}]
    study = study_of(project, overlap=2, overlap_max=3, lanes=lanes)
    rater_in(study, lanes=[0])
    assert rate(study, "1", "4").slots_open == 1


def test_nobody_is_asked_for_who_has_reached_the_cap(study):
    rater_in(study, cap=1, n_submitted=1)
    assert rate(study, "1", "4").state == Item.State.DISPUTED


def test_the_one_more_counts_for_every_criterion(project):
    criteria = {"helpful": {}, "correct": {}}
    study = study_of(project, overlap=2, overlap_max=3, criteria=criteria)
    spare = rater_in(study)
    for helpful in ("1", "4"):
        submit(claim(rater_in(study)), {"helpful": helpful, "correct": "4"})
    assert not Verdict.objects.exists()
    submit(claim(spare), {"helpful": "5", "correct": "5"})
    found = Verdict.objects.filter(current=True, criterion__key="correct").get()
    assert found.distribution == {"4": 2, "5": 1}
    assert len(found.rating_uids) == 3


def test_a_late_submit_into_the_place_of_one_more_is_one_more(study):
    late = claim(rater_in(study))
    hour = NOW.replace(hour=NOW.hour + 1)
    Assignment.objects.filter(pk=late.pk).update(lease_until=NOW)
    for score in ("1", "4"):
        submit(claim(rater_in(study), hour), {"helpful": score}, now=hour)
    assert Item.objects.get(study=study).slots_total == 3
    submit(late, {"helpful": "4"}, now=hour)
    layers = Rating.objects.filter(current=True).values_list("layer", flat=True)
    assert sorted(layers) == [Layer.BLIND, Layer.BLIND, Layer.TOPUP]


@pytest.mark.parametrize(("lane", "asks_more"), [({}, True), ({"raters": ["x"]}, False)])
def test_an_end_user_is_waited_for_only_where_their_lanes_let_them_in(project, lane, asks_more):
    study = study_of(project, items=1, overlap=2, overlap_max=3)
    chairs = [rater_in(study, lanes=[0]) for _n in range(2)]
    study.lanes = [{"name": "first", **lane}]
    study.save()
    link_to(study, now=NOW)
    for chair, point in zip(chairs, ("1", "5"), strict=True):
        submit(claim(chair), {"helpful": point})
    assert (study.items.get().slots_open == 1) == asks_more
