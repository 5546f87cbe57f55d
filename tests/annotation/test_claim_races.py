"""Many raters at once: every slot is filled exactly once, on both databases, by real threads."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from annotation.models import Assignment, Item, Layer, Rating, StudyRater
from annotation.services import assignment as service
from annotation.services.assignment import claim_after, claim_next, give_back_expired
from annotation.services.chairs import NoItem
from annotation.services.rating import submit_rating
from tests import factories
from tests.annotation.rating_helpers import NOW, judge, rater_in, study_of

pytestmark = pytest.mark.django_db(transaction=True)
RATERS = 16 if settings.EMBEDDED else 64
ITEMS, OVERLAP = 24, 4


def all_at_once(act: Callable[[StudyRater], None], raters: list[StudyRater]) -> None:
    """Run `act` for every rater in a thread of their own, all starting together."""
    start, failures = threading.Barrier(len(raters)), []

    def run(rater: StudyRater) -> None:
        try:
            start.wait(30)
            act(rater)
        except Exception as error:  # a thread's error must fail the test, not vanish
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[rater]) for rater in raters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []


def rate_until_nothing_is_left(rater: StudyRater) -> None:
    """As the page does it: the answer to a submit holds the next item."""
    claimed = claim_next(study_rater=rater, now=timezone.now())
    while not isinstance(claimed, NoItem):
        held = Assignment.objects.select_related("item__study", "study", "rater").get(pk=claimed.pk)
        with transaction.atomic():
            submission = submit_rating(
                actor=held.rater.user,
                assignment=held,
                judgement=judge(held, {"helpful": str(random.randint(1, 5))}),
                client_key=uuid.uuid4(),
                goes_on=True,
                now=timezone.now(),
            )
            _chair, claimed = claim_after(
                assignment=held,
                chair=submission.chair,
                following=submission.following,
                now=timezone.now(),
            )


@pytest.fixture
def study():
    return study_of(factories.make_project(), items=ITEMS, overlap=OVERLAP)


def test_every_slot_is_filled_exactly_once(study):
    all_at_once(rate_until_nothing_is_left, [rater_in(study) for _rater in range(RATERS)])
    taken = Counter(Assignment.objects.filter(state="submitted").values_list("item", "slot"))
    assert len(taken) == ITEMS * OVERLAP
    assert set(taken.values()) == {1}
    assert set(Item.objects.values_list("slots_open", "n_submitted")) == {(0, OVERLAP)}
    assert not Item.objects.filter(state=Item.State.OPEN).exists()


def test_nobody_rates_an_item_twice_or_beyond_the_overlap(study):
    all_at_once(rate_until_nothing_is_left, [rater_in(study) for _rater in range(RATERS)])
    blind = Rating.objects.filter(layer=Layer.BLIND, current=True)
    assert max(Counter(blind.values_list("item", "rater")).values()) == 1
    assert set(Counter(blind.values_list("item", flat=True)).values()) == {OVERLAP}


def test_two_tabs_of_one_rater_hold_one_item(study):
    rater = rater_in(study)
    all_at_once(lambda one: claim_next(study_rater=one, now=timezone.now()), [rater] * 12)
    assert Assignment.objects.count() == 1
    assert Item.objects.filter(slots_open=OVERLAP - 1).count() == 1


def test_one_submit_sent_many_times_at_once_is_one_rating(study):
    rater = rater_in(study)
    claimed = claim_next(study_rater=rater, now=timezone.now())
    judgement, key = judge(claimed, {"helpful": "3"}), uuid.uuid4()

    def send(_rater: StudyRater) -> None:
        submit_rating(
            actor=claimed.rater.user,
            assignment=claimed,
            judgement=judgement,
            client_key=key,
            now=timezone.now(),
        )

    all_at_once(send, [rater] * 8)
    assert Rating.objects.count() == 1
    assert Item.objects.get(pk=claimed.item_id).n_submitted == 1


def test_leases_that_run_out_under_way_lose_no_slot_and_add_none(study):
    """Half of the claims are abandoned; the slots come back and are filled once."""

    def abandon(rater: StudyRater) -> None:
        long_ago = timezone.now() - timedelta(hours=2)
        for _claim in range(4):
            claimed = claim_next(study_rater=rater, now=long_ago)
            if isinstance(claimed, NoItem):
                return
            Assignment.objects.filter(pk=claimed.pk).update(lease_until=long_ago)

    workers = [rater_in(study) for _rater in range(RATERS // 2)]
    leavers = [rater_in(study) for _rater in range(RATERS // 2)]
    roles = dict.fromkeys((rater.pk for rater in leavers), abandon)
    all_at_once(
        lambda rater: roles.get(rater.pk, rate_until_nothing_is_left)(rater), workers + leavers
    )
    all_at_once(rate_until_nothing_is_left, workers)
    assert set(Item.objects.values_list("slots_open", "n_submitted")) == {(0, OVERLAP)}


def test_a_claim_that_breaks_after_taking_the_slot_takes_nothing(study, monkeypatch):
    rater = rater_in(study)

    def fail(*_args, **_more):
        raise RuntimeError("the process died here")

    with monkeypatch.context() as patch:
        patch.setattr(service, "assign", fail)
        with pytest.raises(RuntimeError):
            claim_next(study_rater=rater, now=timezone.now())
    assert not transaction.get_connection().in_atomic_block
    assert set(Item.objects.values_list("slots_open", flat=True)) == {OVERLAP}
    assert StudyRater.objects.get().cursor == 0


@pytest.mark.services
@pytest.mark.parametrize("is_lost", [False, True], ids=["held", "lost"])
def test_a_claim_waits_for_no_submit_of_the_same_rater(is_lost):
    """The submit has the assignment and wants the rater's place, which the claim has."""
    study = study_of(factories.make_project(), overlap=1)
    rater = rater_in(study)
    held = claim_next(study_rater=rater, now=NOW)
    assert isinstance(held, Assignment)
    later = NOW + timedelta(hours=1)
    if is_lost:
        with transaction.atomic():
            give_back_expired(later)
    is_taken, is_over = threading.Event(), threading.Event()

    def submit_slowly() -> None:
        with transaction.atomic():
            Assignment.objects.select_for_update().get(pk=held.pk)
            is_taken.set()
            is_over.wait(20)
        connection.close()

    thread = threading.Thread(target=submit_slowly)
    thread.start()
    try:
        assert is_taken.wait(20)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        claimed = claim_next(study_rater=rater, now=later)
    finally:
        is_over.set()
        thread.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert claimed == held
    assert Item.objects.get().slots_open == int(is_lost)
