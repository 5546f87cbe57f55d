"""What a rater has sent and will still get adds up, for the rater and for who leads them."""

import pytest
from django.urls import reverse

from annotation.models import Layer, Study
from annotation.rater_lines import rater_lines
from annotation.rounds_ahead import second_round, total_of
from annotation.selectors import own_studies
from annotation.services.calibration import reveal_study
from annotation.services.chairs import Why, total_for
from annotation.services.drafting import skip_item
from annotation.services.reveals import How, reveal
from annotation.services.studies import open_study
from tests import factories
from tests.annotation.quality_helpers import keyed_study
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(alice, bob, project):
    """A calibration of four items by Bob and another."""
    study = study_of(
        project, items=4, overlap=1, purpose=Study.Purpose.CALIBRATION, state=Study.State.DRAFT
    )
    rater_in(study, bob)
    rater_in(study)
    return open_study(actor=alice, study=study, now=NOW)


def chairs_of(study):
    return list(study.study_raters.select_related("rater__user", "study").order_by("pk"))


def rate(chair, times):
    for _n in range(times):
        submit(claim(chair), {"helpful": "3"})


def skip(chair, bob):
    skip_item(actor=bob, assignment=claim(chair), reason="Broken", now=NOW)


def now_of(chair):
    """How many have been sent, and how many in all."""
    chair.refresh_from_db()
    return chair.n_submitted + chair.n_checks, total_of(chair)


def in_the_second_round(session, alice, bob):
    """Bob has skipped one item of the first, and all see each other now."""
    mine, other = chairs_of(session)
    skip(mine, bob)
    rate(mine, 3)
    rate(other, 4)
    reveal_study(actor=alice, study=session, now=NOW)
    return chairs_of(session)


def test_what_is_skipped_is_not_waited_for_in_either_round(alice, bob, session):
    mine, other = chairs_of(session)
    skip(mine, bob)
    assert now_of(mine) == (0, 3)
    rate(mine, 3)
    assert no_item(mine).why == Why.OTHERS_FIRST
    assert now_of(mine) == (3, 3)
    rate(other, 4)
    reveal_study(actor=alice, study=session, now=NOW)
    mine, other = chairs_of(session)
    assert (now_of(mine), now_of(other)) == ((3, 6), (4, 8))
    rate(mine, 2)
    skip(mine, bob)
    assert no_item(mine).why == Why.DONE
    assert now_of(mine) == (5, 5)


def test_what_was_met_with_its_answers_is_not_waited_for(session):
    mine, _other = chairs_of(session)
    reveal(mine.rater, [session.items.earliest("seq")], How.ITEM, NOW)
    rate(mine, 3)
    assert no_item(mine).why == Why.OTHERS_FIRST
    assert now_of(mine) == (3, 3)


def test_who_is_through_is_not_asked_to_go_on(alice, bob, session, signed_in):
    mine, _other = in_the_second_round(session, alice, bob)
    rate(mine, 2)
    [work] = own_studies(bob)
    assert (work.n_submitted, work.total, work.is_ready) == (5, 6, True)
    page = signed_in(bob).get(reverse("annotation:rate", args=[session.uid])).content.decode()
    assert "Item 6 of 6" in page
    rate(mine, 1)
    [work] = own_studies(bob)
    assert (work.n_submitted, work.total, work.is_ready) == (6, 6, False)
    start = signed_in(bob).get(reverse("annotation:my_studies")).content.decode()
    assert "6 of 6 rated" in start
    assert "Go on rating" not in start


def test_what_was_in_hand_when_all_saw_each_other_counts_once(alice, session):
    mine, other = chairs_of(session)
    rate(mine, 2)
    held = claim(mine)
    rate(other, 4)
    reveal_study(actor=alice, study=session, now=NOW)
    submit(held, {"helpful": "2"})
    mine, _other = chairs_of(session)
    assert now_of(mine) == (3, 5)
    rate(mine, 2)
    assert no_item(mine).why == Why.DONE
    assert now_of(mine) == (5, 5)


def test_a_training_does_not_wait_for_what_was_skipped(bob, project):
    study = keyed_study(study_of(project), Study.Purpose.TRAINING, items=3)
    chair = rater_in(study, bob)
    skip(chair, bob)
    rate(chair, 2)
    assert no_item(chair).why == Why.DONE
    assert now_of(chair) == (2, 2)


def test_a_cap_is_the_most_that_is_told(session):
    mine, _other = chairs_of(session)
    mine.cap = 2
    assert total_of(mine) == 2


def test_of_a_study_with_slots_what_may_be_expected_is_told(project, django_assert_num_queries):
    chair = rater_in(study_of(project, items=3))
    with django_assert_num_queries(0):
        assert total_of(chair) == total_for(chair) == 3


# What the manager sees


def test_rater_quality_tells_how_far_the_second_round_is(alice, bob, session, signed_in):
    mine, other = in_the_second_round(session, alice, bob)
    rate(mine, 2)
    skip(mine, bob)
    rate(other, 1)
    session.refresh_from_db()
    found = {
        one.study_rater: (one.done, one.total, one.is_through) for one in second_round(session)
    }
    assert found == {mine: (2, 2, True), other: (1, 4, False)}
    page = signed_in(alice).get(reverse("annotation:study_quality", args=[session.uid]))
    assert "1 of 4 items" in page.content.decode()


def test_who_joins_after_the_first_round_is_not_in_the_second(alice, session):
    rate(chairs_of(session)[0], 4)
    reveal_study(actor=alice, study=session, now=NOW)
    assert len(second_round(session)) == 1


def test_the_list_of_raters_tells_the_second_round_apart(alice, session, signed_in):
    for chair in chairs_of(session):
        rate(chair, 4)
    reveal_study(actor=alice, study=session, now=NOW)
    mine, _other = chairs_of(session)
    rate(mine, 3)
    session.refresh_from_db()
    lines = {line.study_rater: (line.sent, line.again) for line in rater_lines(session, NOW)}
    assert sorted(lines.values()) == [(4, 0), (7, 3)]
    assert (
        "3 of them in the second round"
        in signed_in(alice).get(session.get_absolute_url()).content.decode()
    )


def test_today_and_in_all_count_the_same_things_and_say_how_many_were_checks(
    alice, bob, project, signed_in
):
    study = study_of(project, items=4, overlap=1, retest_rate=0.3)
    chair = rater_in(study, bob, cap=9, cap_day=5)
    rate(chair, 2)
    again = factories.make_assignment(
        study.items.first(), chair.rater, layer=Layer.RETEST, occasion=1
    )
    submit(again, {"helpful": "3"})
    [line] = rater_lines(study, NOW)
    assert (line.sent, line.checks, line.today) == (3, 1, 3)
    page = signed_in(alice).get(study.get_absolute_url()).content.decode()
    assert '3 <span class="muted">/ 9</span>' in page
    assert "1 of them a check" in page
    [work] = own_studies(bob)
    assert work.n_submitted == line.sent
    rater = signed_in(bob).get(reverse("annotation:rate", args=[study.uid])).content.decode()
    assert "Item 4 of 6" in rater
    assert "of them" not in rater
