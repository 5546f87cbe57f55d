"""The next item that a submit takes is the one that a claim behind it would have taken."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from annotation.models import Assignment, Item, Layer, RaterKind, Study, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.assignment import Taken, assign, claim_after
from annotation.services.chairs import NoItem, Why, own_start
from annotation.services.handing_over import take_from_hand
from annotation.services.rating import submit_rating
from core.models import new_uid
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, judge, rater_in, study_of
from tests.annotation.rating_helpers import submit as submitted

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def done(rater: StudyRater, *, ahead: bool, score: str = "3") -> tuple[Any, Any]:
    """A claim, its submit and what follows, as the page does it; `ahead` may take it at once."""
    held = claim(rater)
    with transaction.atomic():
        submission = submitted(held, {"helpful": score}, now=LATER, goes_on=ahead)
        _chair, following = claim_after(
            assignment=held,
            chair=submission.chair,
            following=submission.following,
            now=LATER,
        )
    return submission, following


def told(following: Assignment | NoItem) -> Any:
    """What a rater gets, as far as two claims that do the same have it alike."""
    if isinstance(following, NoItem):
        return following.why
    stored = Assignment.objects.get(pk=following.pk)
    assert following.item.conversation.turns
    assert following.item.pk == stored.item_id == following.item_id
    assert (following.slot, following.layer) == (stored.slot, stored.layer)
    assert stored.layer not in COUNTED or 1 <= stored.slot <= stored.item.slots_total
    return (
        stored.item.seq, stored.layer, stored.occasion, stored.state, stored.study_id,
        stored.rater_id, stored.claimed_at, stored.lease_until, stored.display,
    )  # fmt: skip


def standing(study: Study) -> Any:
    chairs = StudyRater.objects.filter(study=study).order_by("pk")
    items = Item.objects.filter(study=study).order_by("pk")
    return (
        list(chairs.values_list("cursor", "cursors", "n_submitted", "n_checks", "day", "n_day")),
        list(items.values_list("slots_open", "slots_total", "n_submitted", "state")),
        list(Assignment.objects.order_by("item", "rater").values_list("item", "rater", "state")),
    )


Setting = Callable[[Any], StudyRater]
PLAIN: list[Setting] = []
OTHERS: list[Setting] = []


def plain(make: Setting) -> Setting:
    """A setting in which a submit takes the next item itself, on PostgreSQL."""
    PLAIN.append(make)
    return make


def other(make: Setting) -> Setting:
    """One in which a claim of its own has to look."""
    OTHERS.append(make)
    return make


@plain
def many_items(project):
    return rater_in(study_of(project, items=4))


@plain
def the_submit_settles_the_item(project):
    return rater_in(study_of(project, items=3, overlap=1))


@plain
def a_shuffled_study(project):
    """Of a rater whom lot does not let begin at the last item, behind which nothing lies."""
    study = study_of(project, items=9, policy=Study.Policy.SHUFFLED)
    return next(one for one in iter(lambda: rater_in(study), None) if own_start(one) < 7)


@plain
def criteria_in_random_order(project):
    return rater_in(study_of(project, items=3, blinding={"criteria_order": "random"}))


@plain
def others_hold_the_next_one(project):
    study = study_of(project, items=4, overlap=1)
    rater = rater_in(study)
    claim(rater)
    claim(rater_in(study))
    return rater


@plain
def the_next_item_has_ratings(project):
    study = study_of(project, items=2, overlap=3)
    for _rater in range(2):
        submitted(claim(rater := rater_in(study)), {"helpful": "2"})
        submitted(claim(rater), {"helpful": "2"})
    return rater_in(study)


@plain
def it_settles_and_one_rater_more_is_asked(project):
    study = study_of(project, items=3, overlap=2, overlap_max=3)
    submitted(claim(rater_in(study)), {"helpful": "5"})
    rater_in(study)
    return rater_in(study)


@other
def a_gap_between_the_slots(project):
    study = study_of(project, items=2, overlap=2)
    first = rater_in(study)
    submitted(claim(first), {"helpful": "2"})
    claim(first)
    submitted(claim(second := rater_in(study)), {"helpful": "2"})
    claim(second)
    Assignment.objects.filter(item__seq=2, slot=1).update(state=Assignment.State.RELEASED)
    Item.objects.filter(seq=2).update(slots_open=1)
    Item.objects.filter(seq=1).update(slots_total=3, slots_open=1)
    return rater_in(study)


@other
def a_place_that_was_lost(project):
    rater = rater_in(study_of(project, items=2))
    first = claim(rater)
    Assignment.objects.filter(pk=first.pk).update(state=Assignment.State.SUBMITTED)
    second = claim(rater)
    Assignment.objects.filter(pk=first.pk).update(state=Assignment.State.LEASED)
    Assignment.objects.filter(pk=second.pk).update(state=Assignment.State.EXPIRED)
    Item.objects.filter(pk=second.item_id).update(slots_open=2)
    StudyRater.objects.update(cursor=1)
    return rater


@other
def the_overlap_is_there_and_one_more_is_asked(project):
    study = study_of(project, items=2, overlap=1, overlap_max=3)
    submitted(claim(another := rater_in(study)), {"helpful": "2"})
    submitted(claim(another), {"helpful": "2"})
    Item.objects.update(slots_total=2, slots_open=1, state=Item.State.OPEN)
    return rater_in(study)


@other
def what_is_left_lies_before_the_cursor(project):
    rater = rater_in(study_of(project, items=3))
    claim(rater)
    StudyRater.objects.update(cursor=3)
    return rater


@other
def the_last_item(project):
    return rater_in(study_of(project, items=1))


@other
def a_capped_rater(project):
    return rater_in(study_of(project, items=3), cap=1)


@other
def a_cap_of_the_day(project):
    return rater_in(study_of(project, items=3), cap_day=2)


@other
def a_share(project):
    return rater_in(study_of(project, items=4), share=0.3)


@other
def a_paused_rater(project):
    rater = rater_in(study_of(project, items=3))
    claim(rater)
    StudyRater.objects.update(paused=True)
    return rater


@other
def a_paused_study(project):
    rater = rater_in(study_of(project, items=3))
    claim(rater)
    Study.objects.update(state=Study.State.PAUSED)
    return rater


@other
def lanes(project):
    study = study_of(project, items=4, lanes=[{"name": "a", "where": "n_turns > 9"}, {"name": "b"}])
    Item.objects.filter(study=study, seq__gt=2).update(lane=1)
    return rater_in(study)


@other
def a_second_item_in_hand(project):
    rater = rater_in(study_of(project, items=4))
    first = claim(rater)
    Assignment.objects.filter(pk=first.pk).update(state=Assignment.State.SUBMITTED)
    claim(rater)
    Assignment.objects.filter(pk=first.pk).update(state=Assignment.State.LEASED)
    return rater


@other
def an_end_user(project):
    rater = rater_in(study_of(project, items=3))
    type(rater.rater).objects.filter(pk=rater.rater_id).update(kind=RaterKind.RESPONDENT)
    rater.rater.kind = RaterKind.RESPONDENT
    return rater


@other
def a_training(project):
    return rater_in(study_of(project, items=3, purpose=Study.Purpose.TRAINING))


@other
def own_items_come_again(project):
    study = study_of(project, items=4, retest_rate=0.5, retest_after_hours=0)
    return rater_in(study)


@pytest.mark.parametrize("setting", [*PLAIN, *OTHERS])
def test_it_is_what_a_claim_would_have_taken(project, setting):
    rater = setting(project)
    found = []
    for ahead in (False, True):
        point = transaction.savepoint()
        chair = StudyRater.objects.select_related("study", "rater").get(pk=rater.pk)
        _submission, following = done(chair, ahead=ahead)
        found.append((told(following), standing(rater.study)))
        transaction.savepoint_rollback(point)
    assert found[0] == found[1]


@pytest.mark.parametrize("setting", PLAIN)
def test_it_comes_with_the_submit(project, setting):
    submission, following = done(setting(project), ahead=True)
    if settings.EMBEDDED:
        assert submission.following is None
    else:
        assert submission.following is following
        assert isinstance(following, Assignment)


@pytest.mark.services
def test_submit_and_claim_are_one_statement(project):
    rater = rater_in(study_of(project, items=3, overlap=3))
    held = claim(rater)
    judgement = judge(held, {"helpful": "3"})
    with CaptureQueriesContext(connection) as queries:
        submission, following = submitted_and_claimed(held, judgement)
    inserting = [one["sql"] for one in queries if "INSERT INTO" in one["sql"]]
    assert following is submission.following
    assert len(inserting) == 1
    for written in ("annotation_rating", "annotation_assignment", "annotation_score"):
        assert f'INSERT INTO "{written}"' in inserting[0]


def submitted_and_claimed(held, judgement):
    submission = submit_rating(
        actor=held.rater.user, assignment=held, judgement=judgement, client_key=new_uid(),
        goes_on=True, now=LATER,
    )  # fmt: skip
    _chair, following = claim_after(
        assignment=held, chair=submission.chair, following=submission.following, now=LATER
    )
    return submission, following


def test_without_going_on_nothing_is_taken(project):
    rater = rater_in(study_of(project, items=3))
    submission = submitted(claim(rater), {"helpful": "3"})
    assert submission.following is None
    assert not Assignment.objects.filter(state=Assignment.State.LEASED).exists()


def test_what_was_lost_and_is_sent_in_late_takes_no_other_for_the_next(project):
    """Its item is open again, and might otherwise be found as the next one."""
    rater = rater_in(study_of(project, items=2, overlap=2))
    held = claim(rater)
    Assignment.objects.filter(pk=held.pk).update(state=Assignment.State.EXPIRED)
    Item.objects.filter(pk=held.item_id).update(slots_open=2)
    StudyRater.objects.update(cursor=0)
    submission, following = submitted_and_claimed(held, judge(held, {"helpful": "3"}))
    assert (submission.rating.layer, following.item.seq) == (Layer.BLIND, 2)
    items = Item.objects.order_by("seq").values_list("slots_open", "n_submitted")
    assert list(items) == [(1, 1), (1, 0)]


def test_an_item_that_was_handed_over_meanwhile_costs_no_second_slot(project):
    """A claim that looked around before it and took a slot after it gives that back."""
    study = study_of(project, items=2, overlap=2)
    giver, rater = rater_in(study), rater_in(study)
    handed = claim(giver)
    take_from_hand(actor=factories.make_user(), study_rater=giver, receiver=rater, now=NOW)
    mine = Assignment.objects.get(rater=rater.rater, state=Assignment.State.LEASED)
    assert mine.item_id == handed.item_id
    Item.objects.filter(pk=mine.item_id).update(slots_open=0)  # as the claim has taken it
    item = Item.objects.get(pk=mine.item_id)
    taken = Taken(item.pk, item.seq, item.slots_total, item.n_answers, item.lane)
    assert assign(rater, taken, NOW) == mine
    assert Item.objects.get(pk=item.pk).slots_open == 1
    Assignment.objects.filter(pk=mine.pk).update(state=Assignment.State.SUBMITTED)
    Item.objects.filter(pk=mine.item_id).update(slots_open=0)
    following = assign(rater, taken, NOW)
    assert isinstance(following, Assignment)
    assert following.item_id != item.pk
    assert Item.objects.get(pk=item.pk).slots_open == 1


def test_why_there_is_nothing_is_told_as_ever(project):
    _submission, following = done(rater_in(study_of(project, items=1)), ahead=True)
    assert following.why == Why.DONE
