"""Left out, paused or not qualified any more: what a rater holds comes free, nothing is lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from annotation.models import Assignment, Item, Layer, Qualified
from annotation.services.chairs import Why
from annotation.services.drafting import save_draft, skip_item
from annotation.services.exclusion import exclude_rater, take_in_again
from annotation.services.judging import Kept
from annotation.services.qualifying import grant, make_qualification, revoke
from annotation.services.studies import pause_rater
from annotation.services.watching import accuracies
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


@pytest.fixture
def checked(project):
    """Who holds a check: a control item, or an item of their own once more."""

    def hold_check(layer, **fields):
        study = checked_study(project, **fields)
        if layer == Layer.RETEST:
            study.control_rate, study.retest_rate, study.retest_after_hours = 0, 0.5, 0
            study.save()
        dora = rater_in(study)
        while (held := hold(dora)).layer != layer:
            submit(held, {"helpful": "4"})
        dora.refresh_from_db()
        return dora, held

    return hold_check


CHECKS = [Layer.CONTROL, Layer.RETEST]


@pytest.mark.parametrize("layer", CHECKS)
def test_an_excluded_rater_is_told_of_a_check_what_they_are_told_of_any_item(layer, alice, checked):
    dora, held = checked(layer)
    exclude(alice, dora)
    before, key = dora.n_checks, uuid4()
    sent = submit(whole(held), {"helpful": "1"}, client_key=key)
    assert (sent.kept, sent.rating.layer) == (Kept.PAUSED, Layer.EXTRA)
    assert submit(whole(held), {"helpful": "1"}, client_key=key).kept == Kept.PAUSED
    dora.refresh_from_db()
    assert dora.n_checks == before + 1


def test_what_an_excluded_rater_says_of_a_control_item_says_nothing_about_them(alice, checked):
    dora, held = checked(Layer.CONTROL)
    before = accuracies(dora.study)
    exclude(alice, dora)
    submit(whole(held), {"helpful": "1"})
    assert accuracies(dora.study) == before


def test_a_control_item_that_an_excluded_rater_leaves_says_nothing_about_them(alice, checked):
    dora, held = checked(Layer.CONTROL)
    before = accuracies(dora.study)
    exclude(alice, dora)
    skip_item(actor=dora.rater.user, assignment=whole(held), reason="Too long.", now=NOW)
    assert accuracies(dora.study) == before


def test_the_page_tells_an_excluded_rater_the_same_of_a_check(alice, signed_in, checked):
    dora, held = checked(Layer.CONTROL)
    exclude(alice, dora)
    answer = signed_in(dora.rater.user).post(
        reverse("annotation:submit", args=[held.uid]),
        {"client_key": uuid4(), "q.helpful": "4", "comment": "", "seconds": 3},
        headers={"HX-Request": "true"},
    )
    assert "You were paused in the meantime" in answer.content.decode()


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
