"""A rater's open work and lanes go to others; nothing that anybody has done is lost."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from annotation.models import AssignmentDraft, Item, Layer, Study
from annotation.services.chairs import Why, display_for
from annotation.services.handing_over import (
    KEPT,
    hand_over_lanes,
    in_hand,
    reset_lanes,
    take_from_hand,
)
from annotation.services.judging import Kept
from annotation.services.studies import open_study
from core.errors import DomainError
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit
from tests.annotation.steering_helpers import hold, rate_all, seen, whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(project):
    return study_of(project, items=2, overlap=1)


@pytest.fixture
def dora(study):
    return rater_in(study)


@pytest.fixture
def emil(study):
    return rater_in(study)


def test_what_a_rater_holds_goes_back_to_the_pool(alice, study, dora, emil):
    held = hold(dora)
    assert take_from_hand(actor=alice, study_rater=dora, now=NOW) == (1, 0)
    assert seen(study)[0] == (1, 0, "open")
    assert hold(emil).item == held.item


def test_one_item_alone_can_be_given_back(alice, study, dora):
    held = hold(dora)
    other = factories.make_assignment(study.items.last(), dora.rater)
    take_from_hand(actor=alice, study_rater=dora, only=[held.pk], now=NOW)
    assert list(in_hand(dora)) == [other]


def test_a_named_rater_finds_the_item_before_any_other(alice, study, dora, emil):
    held = hold(dora)
    take_from_hand(actor=alice, study_rater=dora, receiver=emil, now=NOW)
    given = hold(emil)
    assert given.item == held.item
    assert given.lease_until == NOW + KEPT
    assert seen(study)[0] == (0, 0, "open")


def test_what_the_named_rater_has_been_at_goes_to_the_pool(alice, project):
    study = study_of(project, items=1, overlap=2)
    dora, emil = rater_in(study), rater_in(study)
    hold(dora)
    rate_all(emil)
    take_from_hand(actor=alice, study_rater=dora, receiver=emil, now=NOW)
    assert seen(study) == [(1, 1, "open")]
    assert not in_hand(emil).exists()


def test_what_is_still_sent_in_counts_while_the_place_is_free(alice, study, dora):
    held = hold(dora)
    take_from_hand(actor=alice, study_rater=dora, now=NOW)
    assert submit(whole(held), {"helpful": "3"}).kept == Kept.COUNTED


def test_what_is_sent_in_too_late_is_kept_beside(alice, study, dora, emil):
    held = hold(dora)
    take_from_hand(actor=alice, study_rater=dora, receiver=emil, now=NOW)
    late = submit(whole(held), {"helpful": "3"})
    assert (late.kept, late.rating.layer) == (Kept.BEYOND, Layer.EXTRA)


def test_a_draft_stays_where_it_is(alice, dora):
    held = hold(dora)
    AssignmentDraft.objects.create(assignment=held, comment="half of it")
    take_from_hand(actor=alice, study_rater=dora, now=NOW)
    assert AssignmentDraft.objects.get(assignment=held).comment == "half of it"


def test_nothing_in_hand_is_said(alice, dora):
    with pytest.raises(DomainError, match="holds nothing any more"):
        take_from_hand(actor=alice, study_rater=dora, now=NOW)


def test_nobody_is_given_their_own_work(alice, dora):
    hold(dora)
    with pytest.raises(DomainError, match="Choose somebody else"):
        take_from_hand(actor=alice, study_rater=dora, receiver=dora, now=NOW)


def test_taking_work_is_written_down(alice, dora, emil):
    hold(dora)
    take_from_hand(actor=alice, study_rater=dora, receiver=emil, now=NOW)
    data = AuditEntry.objects.get(verb="study.work_taken").data
    assert (data["items"], data["given"], data["receiver"]) == (1, 1, str(emil.rater))


@pytest.fixture
def blocks(alice, project):
    """Three raters in balanced blocks of two, an item a block."""
    study = study_of(
        project, items=3, overlap=2, policy=Study.Policy.BLOCKS, state=Study.State.DRAFT
    )
    chairs = [rater_in(study) for _rater in range(3)]
    open_study(actor=alice, study=study, now=NOW)
    for chair in chairs:
        chair.refresh_from_db()
    return study, chairs


def test_who_joins_takes_over_the_lanes_of_who_leaves(alice, blocks):
    study, (dora, *_others) = blocks
    rate_all(dora, count=1)
    new = rater_in(study)
    assert no_item(new).why == Why.NO_LANE
    hand_over_lanes(actor=alice, study_rater=dora, receivers=[new])
    new.refresh_from_db()
    assert new.planned == 2
    rate_all(new)
    new.refresh_from_db()
    assert new.n_submitted == 2
    dora.refresh_from_db()
    assert no_item(dora).why == Why.NO_LANE


def test_what_is_left_can_be_filled_by_everybody_else(alice, blocks):
    study, (dora, emil, finn) = blocks
    hand_over_lanes(actor=alice, study_rater=dora, receivers=[emil, finn])
    for chair in (emil, finn):
        rate_all(chair)
    assert [left for left, *_rest in seen(study)] == [0, 0, 0]


def test_lanes_are_taken_back(alice, blocks):
    _study, (dora, emil, _finn) = blocks
    hand_over_lanes(actor=alice, study_rater=dora, receivers=[emil])
    for chair in (dora, emil):
        reset_lanes(actor=alice, study_rater=chair)
        chair.refresh_from_db()
    assert (dora.lanes, dora.planned, emil.planned) == (None, 2, 2)
    assert claim(dora)


def test_lanes_of_the_plan_need_no_taking_back(alice, blocks):
    with pytest.raises(DomainError, match="of the plan already"):
        reset_lanes(actor=alice, study_rater=blocks[1][0])


def test_lanes_are_handed_over_once(alice, blocks):
    _study, (dora, emil, _finn) = blocks
    hand_over_lanes(actor=alice, study_rater=dora, receivers=[emil])
    with pytest.raises(DomainError, match="draws from no lane"):
        hand_over_lanes(actor=alice, study_rater=dora, receivers=[emil])


def test_lanes_need_somebody_to_take_them(alice, blocks):
    with pytest.raises(DomainError, match="Nobody else is active"):
        hand_over_lanes(actor=alice, study_rater=blocks[1][0], receivers=[])


def test_a_given_item_is_the_pools_once_its_days_are_over(alice, study, dora, emil):
    hold(dora)
    take_from_hand(actor=alice, study_rater=dora, receiver=emil, now=NOW)
    later = NOW + KEPT + timedelta(minutes=1)
    new = rater_in(study)
    assert claim(new, later)


@pytest.mark.parametrize("n_answers", [2, 3])
def test_the_sides_are_drawn_for_the_named_rater_too(alice, study, dora, emil, n_answers):
    hold(dora)
    Item.objects.update(n_answers=n_answers)
    take_from_hand(actor=alice, study_rater=dora, receiver=emil, now=NOW)
    given = in_hand(emil).get()
    assert given.display == display_for(emil, given.item_id, n_answers)
    assert {"swapped", "order"} & given.display.keys()


def test_what_the_named_rater_had_and_lost_is_one_assignment(alice, project):
    study = study_of(project, items=1, overlap=2, overlap_max=3)
    dora, emil, franz = rater_in(study), rater_in(study), rater_in(study)
    lost = hold(emil)
    take_from_hand(actor=alice, study_rater=emil, now=NOW)
    submit(hold(franz), {"helpful": "1"})
    submit(hold(rater_in(study)), {"helpful": "5"})
    assert hold(dora).layer == Layer.TOPUP
    take_from_hand(actor=alice, study_rater=dora, receiver=emil, now=NOW)
    given = in_hand(emil).get()
    assert (given.pk, given.layer) == (lost.pk, Layer.TOPUP)
