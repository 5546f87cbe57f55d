"""A manager steers while many rate: no place is lost or filled twice, on both databases."""

import random
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone

from annotation.models import Assignment, Item, Layer, Rating, Score, Study, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.calibration import reveal_study
from annotation.services.extending import extend_study
from annotation.services.handing_over import take_from_hand
from annotation.services.setting_aside import set_aside, take_in
from core.errors import DomainError
from tests import factories
from tests.annotation.rating_helpers import rater_in, study_of
from tests.annotation.test_claim_races import all_at_once, rate_until_nothing_is_left

pytestmark = pytest.mark.django_db(transaction=True)
RATERS = 6 if settings.EMBEDDED else 16
ITEMS, OVERLAP, ACTS = 20, 3, 25
LIVE = (Assignment.State.LEASED, Assignment.State.SUBMITTED)


@pytest.fixture
def chairs():
    study = study_of(factories.make_project(), items=ITEMS, overlap=OVERLAP)
    return [rater_in(study) for _rater in range(RATERS)]


def steer(act, chairs):
    """Do it to one rater after the other; what cannot be at a moment is refused whole."""
    chance = random.Random(7)
    for _time in range(ACTS):
        with suppress(DomainError):
            act(StudyRater.objects.select_related("study__project", "rater").get(
                pk=chance.choice(chairs).pk
            ))  # fmt: skip


def take(chair):
    take_from_hand(actor=None, study_rater=chair, now=timezone.now())


def aside(chair):
    now = timezone.now()
    set_aside(actor=None, study_rater=chair, receiver=None, reason="Too fast.", now=now)


def aside_and_back(chair):
    aside(chair)
    take_in(actor=None, study_rater=chair, now=timezone.now())


def extend(chair):
    if chair.study.overlap < OVERLAP + 2:
        extend_study(actor=None, study=chair.study, more=1)


@pytest.mark.parametrize("act", [take, aside, aside_and_back, extend])
def test_places_add_up_whatever_a_manager_does_meanwhile(chairs, act):
    def manage():
        try:
            steer(act, chairs)
        except Exception as error:  # a thread's error must fail the test, not vanish
            failures.append(error)
        finally:
            connection.close()

    failures: list[Exception] = []
    manager = threading.Thread(target=manage)
    manager.start()
    all_at_once(rate_until_nothing_is_left, chairs)
    manager.join(120)
    assert failures == []
    all_at_once(rate_until_nothing_is_left, chairs)
    consistent()


def consistent():
    for item in Item.objects.all():
        live = Assignment.objects.filter(item=item, state__in=LIVE, layer__in=COUNTED)
        slots = list(live.values_list("slot", flat=True))
        assert len(slots) == len(set(slots)) == item.slots_total - item.slots_open
        counted = Rating.objects.filter(item=item, current=True, layer__in=COUNTED)
        assert counted.count() == item.n_submitted
        assert (item.state != Item.State.OPEN) == (item.n_submitted >= item.slots_total)
    blind = Rating.objects.filter(layer=Layer.BLIND, current=True)
    assert max(Counter(blind.values_list("item", "rater")).values(), default=1) == 1
    apart = Score.objects.exclude(layer=F("rating__layer"))
    assert not apart.exists()


def test_places_add_up_when_the_raters_are_shown_each_other_meanwhile():
    study = study_of(
        factories.make_project(), items=8, overlap=RATERS, purpose=Study.Purpose.CALIBRATION
    )
    chairs = [rater_in(study) for _rater in range(RATERS)]
    alice = factories.make_user("alice")

    def manage():
        try:
            while Rating.objects.count() < RATERS:
                time.sleep(0.01)
            reveal_study(actor=alice, study=study, now=timezone.now())
        except Exception as error:  # a thread's error must fail the test, not vanish
            failures.append(error)
        finally:
            connection.close()

    failures: list[Exception] = []
    manager = threading.Thread(target=manage)
    manager.start()
    all_at_once(rate_until_nothing_is_left, chairs)
    manager.join(120)
    assert failures == []
    for item in study.items.all():
        live = Assignment.objects.filter(item=item, state__in=LIVE, layer__in=COUNTED)
        assert live.count() == item.slots_total - item.slots_open
        counted = Rating.objects.filter(item=item, current=True, layer__in=COUNTED)
        assert counted.count() == item.n_submitted
