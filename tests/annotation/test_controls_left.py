"""A manager sees whether control items are left for a rater: without any, nobody is checked."""

from datetime import timedelta

import pytest
from django.urls import reverse

from annotation.controls_left import controls_left
from annotation.models import ExpectedAnswer, Layer, StudyRater
from annotation.services.reveals import How, reveal_to
from tests import factories
from tests.annotation.quality_helpers import checked_study, expect
from tests.annotation.rating_helpers import NOW, claim, rater_in, submit

SET = 20
"""Control items of `checked_study`."""


@pytest.fixture
def study(project):
    return checked_study(project, items=40, bar=None)


@pytest.fixture
def chair(study, bob):
    return rater_in(study, bob)


def left(chair):
    return controls_left(chair.study, [chair])[chair.rater_id]


def test_what_was_met_or_read_or_written_does_not_come(study, chair, project):
    assert left(chair) == SET
    first, second, third, fourth, fifth, *_rest = study.controls.items.order_by("seq")
    reveal_to(user=chair.rater.user, item=first, how=How.KEY, now=NOW)
    ExpectedAnswer.objects.filter(item=second).update(by=chair.rater.user)
    ExpectedAnswer.objects.filter(item=third).delete()
    factories.make_item(study, fourth.conversation)
    elsewhere = factories.make_item(factories.make_study(project), fifth.conversation)
    factories.make_assignment(elsewhere, chair.rater)
    assert left(chair) == SET - 5


def test_it_says_what_the_claims_then_give(study, chair):
    for item in study.controls.items.order_by("seq")[:12]:
        reveal_to(user=chair.rater.user, item=item, how=How.KEY, now=NOW)
    expected = left(chair)
    given = 0
    for minute in range(40):
        chair = StudyRater.objects.select_related("study", "rater__user").get(pk=chair.pk)
        later = NOW + timedelta(minutes=minute)
        held = claim(chair, later)
        given += held.layer == Layer.CONTROL
        submit(held, {"helpful": "4"}, now=later)
        assert left(chair) == expected - given
    assert given == expected == SET - 12


def test_the_page_warns_where_none_is_left(study, chair, alice, signed_in):
    url = reverse("annotation:study_quality", args=[study.uid])
    assert f"{SET} more can come" in signed_in(alice).get(url).content.decode()
    for item in study.controls.items.all():
        reveal_to(user=chair.rater.user, item=item, how=How.KEY, now=NOW)
    page = signed_in(alice).get(url).content.decode()
    assert "none left that this rater has not met" in page
    study.control_rate = 0
    study.save()
    assert "none left" not in signed_in(alice).get(url).content.decode()


def test_the_queries_do_not_grow_with_the_raters(study, chair, django_assert_num_queries):
    chairs = [chair, *(rater_in(study) for _n in range(3))]
    expect(factories.make_item(study.controls, slots_open=0, slots_total=0))
    with django_assert_num_queries(4):
        assert set(controls_left(study, chairs).values()) == {SET + 1}
