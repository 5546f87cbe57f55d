"""Every reason for which there is nothing to rate is said in words, with what helps."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from annotation.models import Qualification, RatingLink, Study
from annotation.rating_desk import NothingPage
from annotation.services.chairs import NoItem, Why
from annotation.services.qualifying import allow_another_try
from tests import factories
from tests.annotation.quality_helpers import keyed_study, train, trainee
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit
from tests.annotation.steering_helpers import hold, rate_all

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("why", set(Why) - {Why.LINK_OVER})  # which speaks of its link
def test_every_reason_has_words(project, why):
    study = study_of(project)
    asked = Qualification.objects.create(project=project, name="Japanese", slug="ja")
    nothing = NoItem(why, until=NOW + timedelta(minutes=9), lacks=(asked,))
    page = NothingPage(rater_in(study, cap=3, cap_day=2), nothing)
    assert page.finding
    assert page.finding.endswith(".")


def said(chair):
    page = NothingPage(chair, no_item(chair), NOW)
    return page.finding, page.words, page.may_look_again


def test_all_done(project):
    chair = rater_in(study_of(project, overlap=1))
    rate_all(chair)
    chair.refresh_from_db()
    assert said(chair) == (
        "You are done here: there is nothing left for you to rate.", "", False
    )  # fmt: skip


def test_all_leased_until_a_time(project):
    study = study_of(project, overlap=1)
    hold(rater_in(study))
    finding, words, again = said(rater_in(study))
    assert finding == "No item for you now: the rest are in other raters’ hands until 12:30."
    assert "looking again" in words
    assert again


def test_all_leased_until_another_day_says_which(project):
    study = study_of(project, overlap=1, lease_minutes=24 * 60)
    hold(rater_in(study))
    finding, *_rest = said(rater_in(study))
    day = date_format(NOW + timedelta(days=1), "SHORT_DATE_FORMAT")
    assert f"until {day}, 12:00" in finding


def test_a_cap(project):
    chair = rater_in(study_of(project, items=3, overlap=1), cap=1)
    rate_all(chair)
    chair.refresh_from_db()
    finding, words, _again = said(chair)
    assert "as many items as you were asked to" in finding
    assert words == "1 is yours. Whoever manages the study can raise the number."


def test_a_cap_of_the_day(project):
    chair = rater_in(study_of(project, items=3, overlap=1), cap_day=2)
    rate_all(chair)
    chair.refresh_from_db()
    finding, words, _again = said(chair)
    assert "today" in finding
    assert words == "Tomorrow there are 2 more."


@pytest.mark.parametrize("way", ["lane", "study"])
def test_a_qualification_that_is_lacking(project, way):
    asked = Qualification.objects.create(project=project, name="Japanese", slug="ja")
    lanes = [{"name": "Japanese", "qualification": "ja"}] if way == "lane" else []
    study = study_of(project, lanes=lanes, requires=asked if way == "study" else None)
    finding, words, _again = said(rater_in(study))
    assert "Japanese" in finding
    assert words == "Whoever manages the study can give it to you."


@pytest.mark.parametrize(("how", "leads"), [("named", True), ("everyone", True), ("no", False)])
def test_what_a_training_gives_is_led_to_where_the_rater_may_go(project, how, leads):
    training = keyed_study(study_of(project), Study.Purpose.TRAINING, open_to="named")
    if how == "everyone":
        training.open_to = Study.OpenTo.EVERYONE
        training.save()
    asked = Qualification.objects.create(
        project=project, name="Tone", slug="tone", training=training, needed=1
    )
    chair = rater_in(study_of(project, requires=asked))
    if how == "named":
        factories.make_study_rater(training, chair.rater)
    page = NothingPage(chair, no_item(chair))
    assert page.words == "You get it by passing the training."
    assert (page.own_training == training) is leads


def test_who_missed_the_training_is_told_so_and_not_sent_there_again(alice, project):
    training = keyed_study(study_of(project), Study.Purpose.TRAINING, items=2)
    asked = Qualification.objects.create(
        project=project, name="Tone", slug="tone", training=training, needed=2
    )
    chair = rater_in(study_of(project, requires=asked))
    place = trainee(training, chair.rater)
    train(place, "1", "4")
    page = NothingPage(chair, no_item(chair))
    assert page.words.startswith("You got 1 of 2 items right. “Tone” asks for 2.")
    assert page.own_training is None
    allow_another_try(actor=alice, study_rater=place, now=NOW)
    assert NothingPage(chair, no_item(chair)).own_training == training


def test_what_stays_as_it_is_cannot_be_undone(project):
    chair = rater_in(study_of(project, items=1))
    submit(claim(chair), {"helpful": "4"})
    chair.refresh_from_db()
    assert NothingPage(chair, NoItem(Why.DONE)).may_undo
    chair.study.state = Study.State.CLOSED
    assert not NothingPage(chair, NoItem(Why.CLOSED)).may_undo
    chair.study.state, chair.excluded_at = Study.State.OPEN, NOW
    assert not NothingPage(chair, NoItem(Why.RATER_PAUSED)).may_undo


def test_no_lane(project):
    study = study_of(project, lanes=[{"name": "all"}])
    finding, words, again = said(rater_in(study, lanes=[]))
    assert finding == "No part of the items has been given to you."
    assert "can give you one" in words
    assert again


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        ({"state": Study.State.DRAFT}, "This study is not open yet."),
        ({"state": Study.State.PAUSED}, "This study is paused."),
        ({"state": Study.State.CLOSED}, "This study is closed. Thank you for your ratings."),
    ],
)
def test_a_study_that_takes_no_ratings(project, fields, finding):
    assert said(rater_in(study_of(project, **fields)))[0] == finding


def test_a_paused_rater(project):
    assert said(rater_in(study_of(project), paused=True))[0] == "You are paused in this study."


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"revoked_at": NOW}, "This link was withdrawn."),
        ({"expires_at": NOW - timedelta(minutes=1)}, "at 11:59."),
        ({}, ""),
    ],
)
def test_a_link_that_is_over_says_what_became_of_it(project, fields, words):
    link = RatingLink(**{"expires_at": NOW + timedelta(days=1), **fields})
    page = NothingPage(rater_in(study_of(project)), NoItem(Why.LINK_OVER, link=link), NOW)
    assert page.finding.endswith(words)
    assert bool(page.finding) is bool(words)


@pytest.mark.parametrize(
    ("why", "done"),
    [(Why.RATER_PAUSED, 1), (Why.STUDY_PAUSED, 1), (Why.CLOSED, 1), (Why.DONE, 4), (Why.CAP, 4)],
)
def test_the_line_under_the_bar_is_full_only_where_all_is_done(project, why, done):
    chair = rater_in(study_of(project, items=4), n_submitted=1)
    page = NothingPage(chair, NoItem(why))
    assert (page.n_done, page.total) == (done, 4)


def test_a_paused_raters_page_shows_how_far_they_came(project, bob, signed_in):
    study = study_of(project, items=4)
    rater_in(study, bob, n_submitted=1, paused=True)
    page = signed_in(bob).get(reverse("annotation:rate", args=[study.uid])).content.decode()
    assert 'value="1" max="4"' in page
