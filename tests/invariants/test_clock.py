"""A clock that jumps two hours, forward or back: leases end early or late, no rating suffers."""

import random
import uuid
from collections import Counter
from datetime import timedelta

import pytest

from annotation.models import Assignment, Item, Layer, Rating, StudyRater
from annotation.services.assignment import claim_next
from annotation.services.chairs import NoItem
from annotation.services.drafting import save_draft, skip_item
from annotation.services.judging import Kept
from tests.annotation.rating_helpers import NOW, rater_in, study_of, submit

pytestmark = pytest.mark.django_db
RATERS, ITEMS, OVERLAP = 5, 8, 3
JUMP = timedelta(hours=2)
LIVE = (Assignment.State.LEASED, Assignment.State.SUBMITTED)


def act(held, chance, now, acknowledged):
    """What a rater does with an item: mostly submits, sometimes leaves it there for long."""
    match chance.randrange(8):
        case 0:
            pass
        case 1:
            save_draft(assignment=held, answers={}, comment="later", flagged=False, version=1,
                       now=now)  # fmt: skip
        case 2:
            skip_item(actor=held.rater.user, assignment=held, reason="not now", now=now)
        case _:
            key = uuid.uuid4()
            kept = submit(held, {"helpful": chance.choice("12345")}, now=now, client_key=key).kept
            acknowledged[key] = kept


def consistent():
    for item in Item.objects.all():
        live = item.assignments.filter(state__in=LIVE, layer=Layer.BLIND, occasion=0)
        slots = list(live.values_list("slot", flat=True))
        assert len(slots) == len(set(slots)) == item.slots_total - item.slots_open
        blind = Rating.objects.filter(item=item, layer=Layer.BLIND, current=True)
        assert blind.count() == item.n_submitted <= OVERLAP
        assert max(Counter(blind.values_list("rater", flat=True)).values(), default=0) <= 1


@pytest.mark.parametrize("seed", range(4))
def test_no_slot_is_filled_twice_and_what_was_acknowledged_is_there(project, seed):
    chance, now = random.Random(seed), NOW
    study = study_of(project, items=ITEMS, overlap=OVERLAP)
    raters = [rater_in(study) for _rater in range(RATERS)]
    acknowledged: dict[uuid.UUID, Kept] = {}
    for _step in range(70):
        now += chance.choice((timedelta(minutes=1), JUMP, -JUMP))
        held = claim_next(study_rater=chance.choice(raters), now=now)
        if not isinstance(held, NoItem):
            if chance.random() < 0.3:  # the clock jumps while the page is open
                now += chance.choice((JUMP, -JUMP))
            act(held, chance, now, acknowledged)
        consistent()
    for rater in raters * 2:  # whoever was away comes back, long after every jump
        now += 20 * JUMP
        while not isinstance(held := claim_next(study_rater=rater, now=now), NoItem):
            key = uuid.uuid4()
            acknowledged[key] = submit(held, {"helpful": "3"}, now=now, client_key=key).kept
    consistent()
    stored = dict(Rating.objects.values_list("client_key", "layer"))
    assert set(stored) == set(acknowledged)
    for key, kept in acknowledged.items():
        assert stored[key] == (Layer.BLIND if kept == Kept.COUNTED else Layer.EXTRA)
    assert set(Item.objects.values_list("n_submitted", "slots_open")) == {(OVERLAP, 0)}
    total = sum(StudyRater.objects.values_list("n_submitted", flat=True))
    assert total == len(acknowledged)
    assert not any(
        seconds and seconds < 0 for seconds in Rating.objects.values_list("seconds", flat=True)
    )
