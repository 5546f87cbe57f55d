import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from annotation.feedback import Feedback
from annotation.models import Layer, Qualified, Rating, Study
from annotation.rating_page import Filled
from annotation.services.chairs import Why
from annotation.services.drafting import skip_item
from annotation.services.qualifying import (
    allow_another_try,
    grant,
    make_qualification,
    result_of,
    revoke,
)
from annotation.services.revising import take_back
from core.errors import DomainError, InvalidError
from tests import factories
from tests.annotation.quality_helpers import expect, keyed_study, train, trainee
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit


@pytest.fixture
def study(project):
    return study_of(project, items=2)


@pytest.fixture
def training(study):
    return keyed_study(study, Study.Purpose.TRAINING, items=3)


@pytest.fixture
def qualification(alice, training):
    return make_qualification(
        actor=alice, project=training.project, name="Trained", training=training, needed=2
    )


def test_every_rater_of_a_training_gets_every_item(training):
    for chair in (trainee(training), trainee(training)):
        train(chair, "4", "4", "4")
        assert no_item(chair).why == Why.DONE
    assert Rating.objects.filter(layer=Layer.TRAINING).count() == 6


def test_feedback_shows_right_and_wrong(training):
    assignment = claim(trainee(training))
    submit(assignment, {"helpful": "2"})
    [line] = Feedback(assignment, Filled(), n=1, total=3).lines
    assert (line.said, line.expected, line.is_right) == ("2", "4", False)


def test_an_answer_within_the_tolerance_is_right(project, study):
    training = keyed_study(study, Study.Purpose.TRAINING, items=0)
    expect(factories.make_item(training, slots_open=0, slots_total=0), tolerance=1)
    assignment = claim(trainee(training))
    submit(assignment, {"helpful": "5"})
    [line] = Feedback(assignment, Filled(), n=1, total=1).lines
    assert (line.is_right, line.is_exact, line.also) == (True, False, "3, 5")


def test_a_submit_in_a_training_leads_to_its_feedback(signed_in, training, bob):
    chair = rater_in(training, bob)
    assignment = claim(chair)
    answer = signed_in(bob).post(
        reverse("annotation:submit", args=[assignment.uid]),
        {"client_key": "6a7f2f4e-8f41-4d6f-9d0e-3f9b7a1c2d3e", "q.helpful": "2"},
    )
    url = reverse("annotation:feedback", args=[assignment.uid])
    assert (answer.status_code, answer["Location"]) == (302, url)
    page = signed_in(bob).get(url).content.decode()
    assert "wrong" in page
    assert "autofocus" in page


def test_feedback_is_not_shown_before_the_submit(signed_in, training, bob):
    assignment = claim(rater_in(training, bob))
    answer = signed_in(bob).get(reverse("annotation:feedback", args=[assignment.uid]))
    assert answer.status_code == 302


def test_the_rater_page_never_holds_what_is_expected(signed_in, training, bob):
    rater_in(training, bob)
    training.items.first().expected.update(why={"en": "Because of the parcel number."})
    page = signed_in(bob).get(reverse("annotation:rate", args=[training.uid]))
    assert b"parcel number" not in page.content


def test_what_was_marked_cannot_be_taken_back(training):
    chair = trainee(training)
    assignment = claim(chair)
    submit(assignment, {"helpful": "2"})
    with pytest.raises(DomainError, match="expected answer has been shown"):
        take_back(actor=chair.rater.user, assignment=assignment, draft={}, now=NOW)


def test_enough_right_items_qualify(qualification, training):
    chair = trainee(training)
    train(chair, "4", "1")
    assert not Qualified.objects.exists()  # not through yet
    train(chair, "4")
    held = Qualified.objects.get()
    assert (held.rater, held.n_right, held.n_asked, held.by) == (chair.rater, 2, 3, None)
    assert AuditEntry.objects.filter(verb="qualification.passed").exists()


def test_too_few_right_items_do_not_qualify(qualification, training):
    chair = trainee(training)
    train(chair, "4", "1", "1")
    assert not Qualified.objects.exists()
    assert (result_of(chair).is_over, result_of(chair).is_passed) == (True, False)


def test_a_skipped_item_is_not_right_and_ends_the_round_too(qualification, training):
    chair = trainee(training)
    train(chair, "4", "4")
    skip_item(actor=chair.rater.user, assignment=claim(chair), reason="Distressing.", now=NOW)
    assert Qualified.objects.get().n_right == 2


def test_another_try_is_a_round_of_its_own(alice, qualification, training):
    chair = trainee(training)
    train(chair, "1", "1", "1")
    allow_another_try(actor=alice, study_rater=chair, now=NOW)
    chair.refresh_from_db()
    train(chair, "4", "4", "4")
    assert Rating.objects.filter(rater=chair.rater, current=True).count() == 6
    assert (result_of(chair).attempt, Qualified.objects.get().n_right) == (2, 3)


def test_another_try_waits_for_the_end_of_the_first(alice, training):
    chair = trainee(training)
    train(chair, "4")
    with pytest.raises(DomainError, match="not through"):
        allow_another_try(actor=alice, study_rater=chair, now=NOW)


def test_a_study_that_asks_for_a_qualification_says_where_to_get_it(qualification, study):
    study.requires = qualification
    study.save()
    refused = no_item(rater_in(study))
    assert (refused.why, refused.lacks) == (Why.UNQUALIFIED, (qualification,))


def test_a_given_qualification_opens_the_study_and_a_taken_one_closes_it(
    alice, qualification, study
):
    study.requires = qualification
    study.save()
    chair = rater_in(study)
    held = grant(
        actor=alice, qualification=qualification, rater=chair.rater, reason="A nurse.", now=NOW
    )
    claim(chair)
    revoke(actor=alice, held=held, reason="Left the ward.", now=NOW)
    assert no_item(rater_in(study)).why == Why.UNQUALIFIED
    held.refresh_from_db()
    assert held.revoked_because == "Left the ward."


@pytest.mark.parametrize("needed", [0, 4, None])
def test_the_bar_lies_within_the_items(alice, training, needed):
    with pytest.raises(InvalidError, match="1 to 3"):
        make_qualification(
            actor=alice, project=training.project, name="T", training=training, needed=needed
        )


def test_a_training_leads_to_one_qualification(alice, qualification, training):
    with pytest.raises(InvalidError, match="leads to “Trained” already"):
        make_qualification(
            actor=alice, project=training.project, name="T", training=training, needed=1
        )


def test_giving_wants_a_reason(alice, qualification, training):
    with pytest.raises(InvalidError, match="Say why"):
        grant(
            actor=alice,
            qualification=qualification,
            rater=trainee(training).rater,
            reason=" ",
            now=NOW,
        )


def test_the_chances_to_pass_are_shown_where_the_bar_is_chosen(signed_in, alice, study):
    training = keyed_study(study, Study.Purpose.TRAINING, items=10)
    page = signed_in(alice).get(reverse("annotation:keys", args=[training.uid])).content.decode()
    row = page.split("8 of 10")[1].split("</tr>")[0]
    assert "17\xa0%" in row
    assert "93\xa0%" in row


def test_the_quality_page_asks_no_more_for_more_raters(
    signed_in, alice, training, django_assert_max_num_queries
):
    client, url = signed_in(alice), reverse("annotation:study_quality", args=[training.uid])
    train(trainee(training), "4", "4", "4")
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _n in range(3):
        train(trainee(training), "4", "1", "4")
    with django_assert_max_num_queries(len(one)):
        page = client.get(url).content.decode()
    assert page.count("2 of 3") == 3
