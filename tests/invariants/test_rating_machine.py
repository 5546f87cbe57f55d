"""Raters, leases, crashes and a manager in any order: a machine that drives the services and looks.

Every step is one thing that can happen to a study: a claim, a submit (once, twice, late, or broken
off after some of its statements), a skip, an undo, a revision, a reveal, a pause, the passing of
time. After every step the database is held against `design.md` 8 and against what the machine
remembers was acknowledged. `TOUCHSTONE_MACHINE=examples,steps` looks longer.
"""

import os
import uuid
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from annotation.models import Assignment, Item, Layer, Rating, Score, Study, StudyRater, Verdict
from annotation.models.ratings import COUNTED
from annotation.services.assignment import claim_after, claim_next
from annotation.services.drafting import save_draft, skip_item
from annotation.services.extending import extend_study
from annotation.services.handing_over import take_from_hand
from annotation.services.rating import submit_rating
from annotation.services.reveals import How, reveal_to
from annotation.services.revising import take_back
from annotation.services.setting_aside import set_aside, take_in
from core.errors import DomainError
from tests import factories
from tests.annotation.rating_helpers import NOW, judge, rater_in, study_of

EXAMPLES, STEPS = map(int, os.environ.get("TOUCHSTONE_MACHINE", "20,50").split(","))
ITEMS, OVERLAP, OVERLAP_MAX, RATERS = 3, 2, 3, 4
LIVE = (Assignment.State.LEASED, Assignment.State.SUBMITTED)
SCORES = st.sampled_from(["1", "3", "4", "5"])


class BrokenOffError(Exception):
    """The process that carried a transaction out is gone."""


@contextmanager
def broken_off(statements: int):
    """The connection dies after so many statements; nothing of the transaction is kept."""
    left = [statements]

    def count(execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            left[0] -= 1
        if left[0] < 0:
            raise BrokenOffError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


class RatingFloor(RuleBasedStateMachine):
    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.now = NOW
        self.acknowledged: dict[uuid.UUID, tuple[int, int]] = {}
        self.study = Study()
        self.chairs: list[StudyRater] = []
        self.following: Any = None

    @initialize(
        lanes=st.sampled_from([[], [{"name": "first", "where": "n_turns > 99"}, {"name": "rest"}]]),
        overlap_max=st.sampled_from([None, OVERLAP_MAX]),
        retest_rate=st.sampled_from([0.0, 0.4]),
        cap=st.sampled_from([None, 2]),
    )
    def begin(self, lanes: Any, overlap_max: Any, retest_rate: float, cap: Any) -> None:
        self.study = study_of(
            factories.make_project(),
            items=ITEMS,
            overlap=OVERLAP,
            lanes=lanes,
            overlap_max=overlap_max,
            retest_rate=retest_rate,
            retest_after_hours=0,
        )
        if lanes:
            Item.objects.filter(study=self.study, seq__gt=2).update(lane=1)
        self.manager = factories.make_user()
        self.chairs = [rater_in(self.study, cap=cap if n == 0 else None) for n in range(RATERS)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    # What raters do.

    @rule(target=held, rater=st.integers(0, RATERS - 1))
    def claims(self, rater: int) -> Any:
        return self.claim(rater)

    def claim(self, rater: int) -> Any:
        chair = self._chair(rater)
        with transaction.atomic():
            claimed = claim_next(study_rater=chair, now=self.now)
            again = claim_next(study_rater=chair, now=self.now)
        if not isinstance(claimed, Assignment):
            return None
        assert claimed == again, "Asking twice took two items."
        return claimed.pk

    @rule(target=held, rater=st.integers(0, RATERS - 1), score=SCORES)
    def rate(self, rater: int, score: str) -> Any:
        """A claim and its submit, as most of a rater's day is."""
        pk = self.claim(rater)
        if pk is not None:
            self._submit(pk, score, uuid.uuid4())
        return pk

    @rule(target=held, rater=st.integers(0, RATERS - 1), score=SCORES)
    def rate_and_go_on(self, rater: int, score: str) -> Any:
        """The same as the page does it: the answer to the submit holds the next item."""
        pk = self.claim(rater)
        if pk is None or not self._submit(pk, score, uuid.uuid4(), goes_on=True):
            return pk
        if not isinstance(self.following, Assignment):
            return pk
        assert self.following.pk in self._held_by(rater), "The page shows what is not held."
        return self.following.pk

    @rule(held=held, score=SCORES, twice=st.booleans(), goes_on=st.booleans())
    def submit(self, held: Any, score: str, twice: bool, goes_on: bool) -> None:
        if held is None:
            return
        key = uuid.uuid4()
        for _time in range(1 + twice):
            if not self._submit(held, score, key, goes_on=goes_on):
                return

    @rule(held=held, score=SCORES, statements=st.integers(0, 14))
    def submit_broken_off(self, held: Any, score: str, statements: int) -> None:
        """The rater's page sends it again with the same key: now it counts, once."""
        if held is None:
            return
        key = uuid.uuid4()
        before = self._counts()
        try:
            with transaction.atomic(), broken_off(statements):
                self._submit_once(held, score, key)
        except BrokenOffError:
            assert self._counts() == before
        except DomainError:
            return
        else:
            self._acknowledge(held, key)
        self._submit(held, score, key)

    @rule(held=held)
    def draft(self, held: Any) -> None:
        if held is not None:
            save_draft(
                assignment=self._assignment(held), answers={}, comment="", flagged=False,
                version=1, now=self.now,
            )  # fmt: skip

    @rule(held=consumes(held))
    def skip(self, held: Any) -> None:
        if held is None:
            return
        assignment = self._assignment(held)
        self._refusable(
            lambda: skip_item(
                actor=assignment.rater.user, assignment=assignment, reason="broken", now=self.now
            )
        )

    @rule(held=held)
    def undo(self, held: Any) -> None:
        if held is None:
            return
        assignment = self._assignment(held)
        self._refusable(
            lambda: take_back(
                actor=assignment.rater.user, assignment=assignment, draft={}, now=self.now
            )
        )

    @rule(held=held, score=SCORES)
    def revise(self, held: Any, score: str) -> None:
        standing = held and Rating.objects.filter(assignment=held, current=True).first()
        if standing:
            self._submit(held, score, uuid.uuid4(), revises=standing.uid)

    # What happens around them.

    @rule(minutes=st.sampled_from([1, 29, 31, 600]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(seq=st.integers(1, ITEMS), rater=st.integers(0, RATERS - 1))
    def reveal(self, seq: int, rater: int) -> None:
        item = Item.objects.get(study=self.study, seq=seq)
        user = self.chairs[rater].rater.user
        assert user is not None
        reveal_to(user=user, item=item, how=How.ITEM, now=self.now)

    @rule(rater=st.integers(0, RATERS - 1), receiver=st.integers(0, RATERS))
    def take_from_hand(self, rater: int, receiver: int) -> None:
        """By a manager, to the pool or to another rater."""
        self._refusable(
            lambda: take_from_hand(
                actor=self.manager,
                study_rater=self._chair(rater),
                receiver=self._chair(receiver) if receiver < RATERS else None,
                now=self.now,
            )
        )

    @rule(rater=st.integers(0, RATERS - 1), receiver=st.integers(0, RATERS))
    def set_aside(self, rater: int, receiver: int) -> None:
        self._refusable(
            lambda: set_aside(
                actor=self.manager,
                study_rater=self._chair(rater),
                receiver=self._chair(receiver) if receiver < RATERS else None,
                reason="in a hurry",
                now=self.now,
            )
        )

    @rule(rater=st.integers(0, RATERS - 1))
    def take_in(self, rater: int) -> None:
        self._refusable(
            lambda: take_in(actor=self.manager, study_rater=self._chair(rater), now=self.now)
        )

    @precondition(lambda self: self.study.overlap < OVERLAP + 2)
    @rule()
    def extend(self) -> None:
        self._refusable(lambda: extend_study(actor=self.manager, study=self.study, more=1))
        self.study.refresh_from_db()

    @rule(rater=st.integers(0, RATERS - 1), paused=st.booleans())
    def pause_rater(self, rater: int, paused: bool) -> None:
        StudyRater.objects.filter(pk=self.chairs[rater].pk).update(paused=paused)

    @precondition(lambda self: self.study.pk)
    @rule(state=st.sampled_from([Study.State.OPEN, Study.State.OPEN, Study.State.PAUSED]))
    def state(self, state: str) -> None:
        Study.objects.filter(pk=self.study.pk).update(state=state)

    # What must hold.

    @invariant()
    def slots_add_up(self) -> None:
        for item in self._items():
            live = Assignment.objects.filter(item=item, state__in=LIVE, layer__in=COUNTED)
            slots = list(live.values_list("slot", flat=True))
            assert len(slots) == item.slots_total - item.slots_open, item.seq
            assert len(set(slots)) == len(slots), "A slot is filled twice."
            assert set(slots) <= set(range(1, item.slots_total + 1))
            most = self.study.overlap_max or self.study.overlap
            assert self.study.overlap <= item.slots_total <= most

    @invariant()
    def no_item_holds_more_than_its_ratings(self) -> None:
        for item in self._items():
            layers = Counter(
                Rating.objects.filter(item=item, current=True).values_list("layer", flat=True)
            )
            assert layers[Layer.BLIND] <= self.study.overlap
            assert layers[Layer.BLIND] + layers[Layer.TOPUP] == item.n_submitted
            assert item.n_submitted <= item.slots_total

    @invariant()
    def nobody_rates_an_item_twice(self) -> None:
        seen = Counter(
            Rating.objects.filter(item__study=self.study.pk, current=True, layer__in=COUNTED)
            .values_list("item", "rater")
        )  # fmt: skip
        assert all(number == 1 for number in seen.values())

    @invariant()
    def a_score_repeats_its_rating(self) -> None:
        """No key of the database holds these columns together (ADR 11)."""
        scores = Score.objects.filter(rating__item__study=self.study.pk)
        alike = scores.filter(
            item=F("rating__item"),
            rater=F("rating__rater"),
            layer=F("rating__layer"),
            current=F("rating__current"),
            criterion__version=F("rating__rubric_version"),
            rating__rubric_version__state="published",
        )
        assert alike.count() == scores.count() > 0 or not self.acknowledged

    @invariant()
    def a_rating_repeats_its_assignment(self) -> None:
        """An assignment is of an item and a rater that are there; no key says so (ADR 11)."""
        held = Assignment.objects.filter(study=self.study.pk)
        there = held.filter(item__study__project=F("rater__project"))
        assert there.count() == held.count()
        ratings = Rating.objects.filter(item__study=self.study.pk)
        alike = ratings.filter(assignment__item=F("item"), assignment__rater=F("rater"))
        beside = ratings.filter(assignment=None, layer=Layer.INFORMED)
        assert alike.count() + beside.count() == ratings.count()

    @invariant()
    def raters_are_counted(self) -> None:
        for chair in StudyRater.objects.filter(study=self.study.pk):
            done = Assignment.objects.filter(
                study=self.study, rater=chair.rater_id, state=Assignment.State.SUBMITTED
            )
            checks = done.filter(occasion__gt=0).count()  # in whatever layer they are kept
            assert (chair.n_submitted, chair.n_checks) == (done.count() - checks, checks)
            assert 0 <= chair.n_day <= chair.n_submitted + chair.n_checks

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        kept = Rating.objects.filter(client_key__in=self.acknowledged)
        assert {one.client_key: (one.item_id, one.rater_id) for one in kept} == self.acknowledged

    @invariant()
    def verdicts_stand_on_full_items(self) -> None:
        verdicts: dict[int, int] = defaultdict(int)
        for item in Verdict.objects.filter(item__study=self.study.pk, current=True).values_list(
            "item", flat=True
        ):
            verdicts[item] += 1
        for item in self._items():
            is_full = item.n_submitted >= item.slots_total
            assert (item.state != Item.State.OPEN) == is_full, (item.seq, item.state)
            assert (item.state == Item.State.SETTLED) == bool(verdicts[item.pk])

    def _chair(self, rater: int) -> StudyRater:
        chairs = StudyRater.objects.select_related("study__project", "rater")
        return chairs.get(pk=self.chairs[rater].pk)

    def _items(self) -> list[Item]:
        return list(Item.objects.filter(study=self.study.pk))

    def _counts(self) -> Any:
        return (
            list(Item.objects.values_list("pk", "slots_open", "n_submitted", "state")),
            list(StudyRater.objects.values_list("pk", "n_submitted", "n_checks", "n_day")),
            Rating.objects.count(),
            Assignment.objects.filter(state=Assignment.State.SUBMITTED).count(),
        )

    def _assignment(self, pk: int) -> Assignment:
        return Assignment.objects.select_related("item__study", "study", "rater").get(pk=pk)

    def _refusable(self, act: Any) -> bool:
        try:
            with transaction.atomic():
                act()
        except DomainError:
            return False
        return True

    def _submit(self, pk: int, score: str, key: uuid.UUID, **more: Any) -> bool:
        took = self._refusable(lambda: self._submit_once(pk, score, key, **more))
        if took:
            self._acknowledge(pk, key)
        return took

    def _submit_once(
        self, pk: int, score: str, key: uuid.UUID, revises: Any = None, goes_on: bool = False
    ) -> None:
        assignment = self._assignment(pk)
        submission = submit_rating(
            actor=assignment.rater.user,
            assignment=assignment,
            judgement=judge(assignment, {"helpful": score}, seconds=1),
            client_key=key,
            revises=revises,
            goes_on=goes_on,
            now=self.now,
        )
        if goes_on:
            _chair, self.following = claim_after(
                assignment=assignment,
                chair=submission.chair,
                following=submission.following,
                now=self.now,
            )

    def _held_by(self, rater: int) -> Any:
        """What a rater has in hand in the study."""
        own = Assignment.objects.filter(
            rater=self.chairs[rater].rater_id, study=self.study, state=Assignment.State.LEASED
        )
        return own.values_list("pk", flat=True)

    def _acknowledge(self, pk: int, key: uuid.UUID) -> None:
        assignment = Assignment.objects.get(pk=pk)
        self.acknowledged[key] = (assignment.item_id, assignment.rater_id)


@pytest.mark.django_db
def test_raters_leases_and_crashes_in_any_order():
    run_state_machine_as_test(
        RatingFloor,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
