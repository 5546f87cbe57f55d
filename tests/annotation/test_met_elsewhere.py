"""The same conversation as a control item in one study and as an ordinary item in another."""

from datetime import timedelta

import pytest
from django.urls import reverse

from annotation.models import Assignment, Item, Layer, Reveal, Study
from annotation.services.chairs import Why
from annotation.services.reveals import How, reveal_to
from annotation.services.watching import accuracies
from tests import factories
from tests.annotation.quality_helpers import checked_study, expect, keyed_study, trainee
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit

pytestmark = pytest.mark.usefixtures("same_lots")


@pytest.fixture
def study(project):
    """One whose every second item or so is a control item."""
    return checked_study(project, items=10, bar=None)


@pytest.fixture
def chair(study, bob):
    return rater_in(study, bob)


def hold_control(chair) -> Assignment:
    while (held := claim(chair)).layer != Layer.CONTROL:
        submit(held, {"helpful": "4"})
    return held


def study_about(item: Item, version=None) -> Study:
    """Another study that asks the same about the same conversation, and nothing else."""
    other = factories.make_study(
        item.study.project, version or item.study.rubric_version, overlap=1
    )
    factories.make_item(other, item.conversation)
    return other


def test_a_control_item_shows_nothing_so_it_is_rated_blind_in_another_study(
    signed_in, bob, chair, study
):
    met = hold_control(chair)
    met.item.expected.update(why={"en": "The opening hours are wrong."})
    client = signed_in(bob)
    page = client.get(reverse("annotation:rate", args=[study.uid])).content.decode()
    submit(met, {"helpful": "1"})
    page += client.get(reverse("annotation:my_ratings", args=[study.uid])).content.decode()
    page += client.get(reverse("annotation:rate", args=[study.uid])).content.decode()
    assert "The opening hours are wrong." not in page
    assert not Reveal.objects.exists()
    again = claim(factories.make_study_rater(study_about(met.item), chair.rater))
    assert again.item.conversation == met.item.conversation
    assert submit(again, {"helpful": "2"}).rating.layer == Layer.BLIND
    assert accuracies(study)[chair.rater_id].asked == 1


def test_what_was_met_in_another_study_does_not_come_as_a_control_item(chair, study):
    kept, *others = study.controls.items.order_by("seq")
    Item.objects.filter(pk__in=[one.pk for one in others]).update(study=study_of(study.project))
    elsewhere = factories.make_study_rater(study_about(kept), chair.rater)
    claim(elsewhere)
    for _n in range(10):
        submit(claim(chair), {"helpful": "4"})
    assert no_item(chair).why == Why.DONE
    assert not Assignment.objects.filter(layer=Layer.CONTROL).exists()


def test_what_a_training_has_shown_does_not_come_as_a_control_item(chair, study):
    training = keyed_study(study, Study.Purpose.TRAINING, items=0)
    kept, *others = study.controls.items.order_by("seq")
    Item.objects.filter(pk__in=[one.pk for one in others]).update(study=study_of(study.project))
    expect(factories.make_item(training, kept.conversation, slots_total=0))
    submit(claim(trainee(training, chair.rater)), {"helpful": "4"})
    assert Reveal.objects.filter(item=kept, rater=chair.rater).exists()
    for _n in range(10):
        submit(claim(chair), {"helpful": "4"})
    assert not Assignment.objects.filter(layer=Layer.CONTROL).exists()


@pytest.fixture
def keyed(study):
    """A control item whose key somebody is about to read."""
    return study.controls.items.order_by("seq").first()


def test_a_key_that_was_read_is_none_by_a_copy_of_the_rubric(chair, keyed, project):
    copy = factories.make_rubric_version(factories.make_rubric(project))
    elsewhere = factories.make_study_rater(study_about(keyed, copy), chair.rater)
    reveal_to(user=chair.rater.user, item=keyed, how=How.KEY, now=NOW)
    assert no_item(elsewhere).why == Why.DONE


def test_who_reads_the_key_afterwards_does_not_better_their_answer_by_it(chair, study):
    wrong = submit(hold_control(chair), {"helpful": "1"}).rating
    before = accuracies(study)[chair.rater_id]
    later = NOW + timedelta(minutes=5)
    reveal_to(user=chair.rater.user, item=wrong.item, how=How.KEY, now=later)
    changed = submit(wrong.assignment, {"helpful": "4"}, revises=wrong.uid, now=later)
    assert changed.rating.layer == Layer.INFORMED
    assert accuracies(study)[chair.rater_id] == before


def test_an_own_item_that_comes_again_is_informed_once_others_were_read(project, bob):
    study = checked_study(project, items=10, bar=None)
    study.control_rate, study.retest_rate, study.retest_after_hours = 0, 0.5, 0
    study.save()
    chair = rater_in(study, bob)
    while (held := claim(chair)).layer != Layer.RETEST:
        submit(held, {"helpful": "4"})
    reveal_to(user=bob, item=held.item, how=How.ITEM, now=NOW)
    assert submit(held, {"helpful": "4"}).rating.layer == Layer.INFORMED
