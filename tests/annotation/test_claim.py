from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.models import Assignment, Item, Study
from annotation.services import assignment as service
from annotation.services.assignment import claim_next
from annotation.services.chairs import Why
from core.prepared import PreparedValues
from tests import factories
from tests.annotation.rating_helpers import (
    NOW,
    claim,
    counted,
    no_item,
    rater_in,
    study_of,
    submit,
)

LATER = NOW + timedelta(minutes=31)


def test_a_claim_takes_the_first_item_and_one_of_its_slots(project):
    study = study_of(project, items=2)
    claimed = claim(rater_in(study))
    assert (claimed.item.seq, claimed.slot, claimed.item.slots_open) == (1, 1, 1)


def test_two_raters_of_one_item_get_different_slots(project):
    study = study_of(project)
    slots = {claim(rater_in(study)).slot for _rater in range(2)}
    assert slots == {1, 2}


def test_asking_again_gives_the_same_item(project):
    study = study_of(project, items=2)
    rater = rater_in(study)
    assert claim(rater) == claim(rater)
    assert Assignment.objects.count() == 1


def test_a_submitted_item_does_not_come_again(project):
    study = study_of(project, items=2)
    rater = rater_in(study)
    submit(claim(rater), {"helpful": "3"})
    submit(claim(rater), {"helpful": "3"})
    assert no_item(rater).why == Why.DONE


def test_a_full_item_is_passed_over(project):
    study = study_of(project, items=2, overlap=1)
    claim(rater_in(study))
    assert claim(rater_in(study)).item.seq == 2


def test_the_search_wraps_around_to_what_was_given_back(project):
    study = study_of(project, items=2, overlap=1)
    other, rater = rater_in(study), rater_in(study)
    held = claim(other)
    submit(claim(rater), {"helpful": "3"})
    Assignment.objects.filter(pk=held.pk).update(lease_until=NOW)
    assert claim(rater, LATER).item == held.item


def test_an_expired_lease_gives_its_slot_back(project):
    study = study_of(project, overlap=1)
    held = claim(rater_in(study))
    taken = claim(rater_in(study), LATER)
    held.refresh_from_db()
    assert taken.item == held.item
    assert (held.state, taken.slot) == (Assignment.State.EXPIRED, 1)


def test_a_lease_that_ran_out_stays_with_its_rater_while_others_find_work(project):
    study = study_of(project, items=2, overlap=1)
    late = claim(rater_in(study))
    other = claim(rater_in(study), LATER)
    late.refresh_from_db()
    assert other.item != late.item
    assert late.state == Assignment.State.LEASED


def test_a_claim_gives_back_only_so_many_expired_leases(project, monkeypatch):
    monkeypatch.setattr(service, "EXPIRED_AT_ONCE", 2)
    monkeypatch.setattr(service, "LAPSED", PreparedValues(service._lapsed))
    study = study_of(project, items=3, overlap=1)
    for _rater in range(3):
        claim(rater_in(study))
    claim(rater_in(study), LATER)
    assert Assignment.objects.filter(state=Assignment.State.EXPIRED).count() == 2


def test_ones_own_expired_lease_goes_on_if_nobody_has_taken_it(project):
    study = study_of(project)
    rater = rater_in(study)
    held = claim(rater)
    again = claim(rater, LATER)
    assert again == held
    assert again.lease_until > LATER


def test_a_lapsed_assignment_is_claimed_again_in_the_same_row(project):
    study = study_of(project, overlap=1)
    rater = rater_in(study)
    held = claim(rater)
    Assignment.objects.filter(pk=held.pk).update(state=Assignment.State.EXPIRED)
    Item.objects.update(slots_open=1)
    again = claim(rater, LATER)
    assert (again.pk, again.uid, again.state) == (held.pk, held.uid, Assignment.State.LEASED)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (Study.State.DRAFT, Why.NOT_OPEN),
        (Study.State.PAUSED, Why.STUDY_PAUSED),
        (Study.State.CLOSED, Why.CLOSED),
    ],
)
def test_a_study_that_is_not_open_says_so(project, state, why):
    study = study_of(project, state=state)
    assert no_item(rater_in(study)).why == why


def test_a_paused_study_lets_raters_finish_what_they_hold(project):
    study = study_of(project)
    rater = rater_in(study)
    held = claim(rater)
    Study.objects.update(state=Study.State.PAUSED)
    assert claim(rater) == held


def test_a_paused_rater_is_told(project):
    assert no_item(rater_in(study_of(project), paused=True)).why == Why.RATER_PAUSED


def test_a_reached_cap_is_told(project):
    study = study_of(project, items=3)
    rater = rater_in(study, cap=1)
    submit(claim(rater), {"helpful": "3"})
    assert no_item(rater).why == Why.CAP


def test_what_others_hold_is_told_with_the_time(project):
    study = study_of(project, overlap=1)
    held = claim(rater_in(study))
    refused = no_item(rater_in(study))
    assert (refused.why, refused.until) == (Why.HELD_BY_OTHERS, held.lease_until)


def test_a_skipped_item_does_not_come_back_to_its_rater_but_to_others(project, bob):
    from annotation.services.drafting import skip_item

    study = study_of(project, overlap=1)
    rater = rater_in(study, bob)
    skip_item(actor=bob, assignment=claim(rater), reason="broken", now=NOW)
    assert no_item(rater).why == Why.DONE
    assert claim(rater_in(study)).item.seq == 1


def test_shuffled_raters_begin_at_places_of_their_own(project):
    study = study_of(project, items=12, overlap=20, policy=Study.Policy.SHUFFLED)
    raters = [rater_in(study) for _rater in range(8)]
    assert len({claim(rater).item.seq for rater in raters}) > 2


def test_a_shuffled_rater_still_gets_every_item(project):
    study = study_of(project, items=5, overlap=1, policy=Study.Policy.SHUFFLED)
    rater = rater_in(study)
    seen = []
    for _item in range(5):
        claimed = claim(rater)
        seen.append(claimed.item.seq)
        submit(claimed, {"helpful": "3"})
    assert sorted(seen) == [1, 2, 3, 4, 5]
    assert no_item(rater).why == Why.DONE


def test_the_sides_of_a_pair_are_drawn_and_recorded(project):
    verdict = {"target": "pair", "kind": "nominal", "level": "nominal",
               "points": factories.points("a", "b", "tie", "both_bad")}  # fmt: skip
    study = study_of(project, items=0, overlap=16, criteria={"better": verdict})
    factories.make_item(study, conversation_b=factories.make_conversation(project))
    shown = {claim(rater_in(study)).display["swapped"] for _rater in range(16)}
    assert shown == {True, False}


def test_a_claim_needs_at_most_six_statements(project):
    study = study_of(project, items=3)
    rater = rater_in(study)
    submit(claim(rater), {"helpful": "3"})
    with CaptureQueriesContext(connection) as queries:
        claim_next(study_rater=rater, now=NOW)
    assert counted(queries) <= 6
