"""Who locks many rows does so in one order: nobody waits for who waits for them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from annotation.models import Assignment, Item, Layer, Rating, Reveal, Study, StudyRater
from annotation.services import exclusion
from annotation.services.exclusion import exclude_rater
from annotation.services.extending import extend_study
from annotation.services.handing_over import lease_to, take_from_hand
from annotation.services.judging import locked as lock_as_a_submit
from annotation.services.setting_aside import set_aside
from tests import factories
from tests.annotation.quality_helpers import expect, keyed_study, trainee
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
ITEMS = 9
PATIENCE = 20


@pytest.fixture
def study():
    return study_of(factories.make_project(), items=ITEMS, overlap=2)


def rater_of(study: Study, items: list[Item], slot: int) -> StudyRater:
    """Who has rated these, in this order."""
    chair = rater_in(study)
    for item in items:
        assignment = factories.make_assignment(
            item, chair.rater, slot=slot, state=Assignment.State.SUBMITTED, submitted_at=NOW
        )
        factories.make_rating(item, chair.rater, assignment=assignment, scores={"helpful": 3})
    Item.objects.update(slots_open=0, n_submitted=2)
    return chair


def aside(chair: StudyRater) -> None:
    chair = StudyRater.objects.select_related("study__project", "rater").get(pk=chair.pk)
    set_aside(actor=None, study_rater=chair, receiver=None, reason="Too fast.", now=NOW)


def take(chair: StudyRater) -> None:
    chair = StudyRater.objects.select_related("study__project", "rater").get(pk=chair.pk)
    take_from_hand(actor=None, study_rater=chair, now=NOW)


def extend(study: Study) -> None:
    extend_study(actor=None, study=study, more=1)


@contextmanager
def held_by_another(lock: Callable[[], object]) -> Iterator[None]:
    """Somebody has locked something until the end of the block."""
    is_taken, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                lock()
                is_taken.set()
                is_over.wait(PATIENCE)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert is_taken.wait(PATIENCE)
        yield
    finally:
        is_over.set()
        thread.join()


def n_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees its first look
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def wait_for_waiting(number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while n_waiting() < number:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def all_wait_then_go(middle: Item, *acts: Callable[[], None]) -> None:
    """Start the acts while an item in the middle of what they lock is taken, then let it go."""
    failures: list[Exception] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # a thread's error must fail the test, not vanish
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    rows = Item.objects.filter(pk=middle.pk).select_for_update(no_key=True)
    with held_by_another(lambda: list(rows)):
        for number, thread in enumerate(threads, 1):
            thread.start()
            wait_for_waiting(number)
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []


def test_two_raters_set_aside_at_once_do_not_wait_for_each_other(study):
    items = list(study.items.order_by("seq"))
    one, other = rater_of(study, items, 0), rater_of(study, items[::-1], 1)
    all_wait_then_go(items[ITEMS // 2], lambda: aside(one), lambda: aside(other))
    assert not Rating.objects.exclude(layer=Layer.EXTRA).exists()
    assert set(Item.objects.values_list("slots_open", "n_submitted")) == {(2, 0)}


def test_a_rater_set_aside_while_the_study_is_extended_does_not_stop_it(study):
    items = list(study.items.order_by("seq"))
    one = rater_of(study, items[::-1], 0)
    all_wait_then_go(
        items[ITEMS // 2],
        lambda: aside(one),
        lambda: extend(study),
    )
    assert set(Item.objects.values_list("slots_open", "n_submitted")) == {(2, 1)}


def test_two_raters_whose_work_is_taken_at_once_do_not_wait_for_each_other(study):
    items = [one.pk for one in study.items.order_by("seq")]
    one, other = rater_in(study), rater_in(study)
    for n, (pk, last) in enumerate(zip(items, items[::-1], strict=True)):
        lease_to(one, [pk], NOW + timedelta(seconds=n))
        lease_to(other, [last], NOW + timedelta(seconds=n))
    middle = Item.objects.get(pk=items[ITEMS // 2])
    all_wait_then_go(middle, lambda: take(one), lambda: take(other))
    assert set(Item.objects.values_list("slots_open", flat=True)) == {2}


@contextmanager
def impatient() -> Iterator[None]:
    """Whoever waits for a lock fails."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '3s'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def test_a_rater_is_left_out_while_they_claim_and_send_in(study, monkeypatch):
    """What they claimed in between they are sending in: it has the item and wants the place."""
    chair, alice = rater_in(study), factories.make_user("alice")
    real, threads, is_claimed = exclusion.take_all, [], threading.Event()

    def claim_and_send() -> None:
        try:
            held = claim(chair)
            with transaction.atomic():
                lock_as_a_submit(held)
                is_claimed.set()
                wait_for_waiting(1)
                submit(held, {"helpful": "4"})
        finally:
            connection.close()

    def take_and_let_them_claim(study_rater: StudyRater) -> None:
        real(study_rater)
        if not threads:
            threads.append(threading.Thread(target=claim_and_send))
            threads[0].start()
            assert is_claimed.wait(PATIENCE)

    monkeypatch.setattr(exclusion, "take_all", take_and_let_them_claim)
    exclude_rater(actor=alice, study_rater=chair, reason="At random.", now=NOW)
    threads[0].join(PATIENCE)
    chair.refresh_from_db()
    assert chair.excluded_at == NOW
    assert Rating.objects.get().layer == Layer.BLIND
    assert not Assignment.objects.filter(state=Assignment.State.LEASED).exists()


def test_a_training_does_not_wait_for_the_same_conversation_in_another_one():
    """What a training has shown is noted of its likes, which others may be sending in just then."""
    study = study_of(factories.make_project(), items=1)
    one, other = (keyed_study(study, Study.Purpose.TRAINING, items=0) for _n in range(2))
    for training in (one, other):
        expect(factories.make_item(training, study.items.get().conversation, slots_total=0))
    mine, theirs = claim(trainee(one)), claim(trainee(other))
    with held_by_another(lambda: lock_as_a_submit(theirs)), impatient():
        submit(mine, {"helpful": "4"})
    assert Reveal.objects.filter(item=theirs.item, rater=mine.rater).exists()
