"""Left out, paused or not qualified any more: what a rater holds comes free, nothing is lost."""

from datetime import timedelta

import pytest
from django.db import transaction

from annotation.models import Assignment, Item, Layer, Qualified
from annotation.services.chairs import Why
from annotation.services.drafting import save_draft
from annotation.services.exclusion import exclude_rater, take_in_again
from annotation.services.judging import Kept
from annotation.services.qualifying import grant, make_qualification, revoke
from annotation.services.studies import pause_rater
from core.errors import DomainError
from tests.annotation.quality_helpers import checked_study
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit
from tests.annotation.steering_helpers import hold, seen, whole

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def study(project):
    return study_of(project, items=2, overlap=1)


@pytest.fixture
def dora(study):
    return rater_in(study)


def exclude(alice, chair):
    exclude_rater(actor=alice, study_rater=chair, reason="Answers at random.", now=NOW)


def test_what_an_excluded_rater_holds_goes_back_to_the_pool(alice, study, dora):
    held = hold(dora)
    exclude(alice, dora)
    assert seen(study)[0] == (1, 0, "open")
    assert no_item(dora).why == Why.RATER_PAUSED
    assert hold(rater_in(study)).item == held.item


def test_what_an_excluded_rater_sends_in_all_the_same_is_kept_beside(alice, study, dora):
    held = hold(dora)
    exclude(alice, dora)
    sent = submit(whole(held), {"helpful": "3"})
    assert (sent.kept, sent.rating.layer) == (Kept.PAUSED, Layer.EXTRA)
    assert seen(study)[0] == (1, 0, "open")


def test_a_check_that_an_excluded_rater_holds_is_taken_too(alice, project):
    dora = rater_in(checked_study(project))
    while (held := hold(dora)).layer != Layer.CONTROL:
        submit(held, {"helpful": "4"})
    exclude(alice, dora)
    assert no_item(dora).why == Why.RATER_PAUSED
    assert not Item.objects.filter(slots_total=0).exclude(slots_open=0).exists()


def test_an_excluded_rater_changes_nothing_until_taken_in_again(alice, dora):
    first = submit(hold(dora), {"helpful": "3"}).rating
    exclude(alice, dora)
    refused = pytest.raises(DomainError, match="so your ratings there stay as they are")
    with refused, transaction.atomic():
        submit(whole(first.assignment), {"helpful": "5"}, revises=first.uid)
    dora.refresh_from_db()
    take_in_again(actor=alice, study_rater=dora)
    assert submit(whole(first.assignment), {"helpful": "5"}, revises=first.uid).rating.current


def test_a_paused_rater_may_finish_what_they_hold_in_its_time_alone(alice, study, dora):
    held = hold(dora)
    pause_rater(actor=alice, study_rater=dora, paused=True, now=NOW)
    assert hold(dora) == held
    assert no_item(dora, LATER).why == Why.RATER_PAUSED
    assert claim(rater_in(study), LATER).item != held.item
    assert claim(rater_in(study), LATER).item == held.item


def test_a_draft_prolongs_no_lease_of_a_paused_rater(alice, dora):
    held = hold(dora)
    pause_rater(actor=alice, study_rater=dora, paused=True, now=NOW)
    later = NOW + timedelta(minutes=5)
    facts = {"answers": {}, "comment": "Half of it", "flagged": False, "version": 1}
    assert save_draft(assignment=whole(held), now=later, **facts)
    assert Assignment.objects.get().lease_until == held.lease_until


def test_who_loses_the_qualification_finishes_what_they_hold_in_its_time_alone(
    alice, project, study, dora
):
    study.requires = make_qualification(actor=alice, project=project, name="Medicine")
    study.save()
    reason = {"reason": "By a manager's word.", "now": NOW}
    grant(actor=alice, qualification=study.requires, rater=dora.rater, **reason)
    held = hold(dora)
    revoke(actor=alice, held=Qualified.objects.get(), **reason)
    assert hold(dora) == held
    assert no_item(dora, LATER).why == Why.UNQUALIFIED
