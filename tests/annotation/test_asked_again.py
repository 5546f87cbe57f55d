"""An own item that came a second time: nothing shows its rater that it did."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from annotation.models import Layer, Rating, Score, StudyRater
from annotation.selectors import own_ratings
from annotation.services.revising import take_back
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(hours=25)


@pytest.fixture
def chair(project, bob):
    return rater_in(study_of(project, items=30, overlap=1, retest_rate=0.4), bob)


@pytest.fixture
def again(chair):
    """The second rating of an item that said 2 the first time and 5 the second."""
    for minute in range(6):
        submit(claim(reread(chair)), {"helpful": "2"}, now=NOW + timedelta(minutes=minute))
    for minute in range(20):
        later = TOMORROW + timedelta(minutes=minute)
        claimed = claim(reread(chair), later)
        rating = submit(claimed, {"helpful": "5"}, comment="Now", now=later).rating
        if claimed.layer == Layer.RETEST:
            return rating
    raise AssertionError("no item came again")


@pytest.fixture
def first(again):
    return Rating.objects.get(item=again.item, layer=Layer.BLIND)


def reread(chair):
    return StudyRater.objects.select_related("study", "rater__user").get(pk=chair.pk)


def listed(chair):
    return [one.rating for one in own_ratings(chair)]


def test_my_ratings_list_each_item_once_with_what_was_said_last(chair, again):
    ratings = listed(chair)
    items = [one.item_id for one in ratings]
    assert len(items) == len(set(items)) == Rating.objects.filter(current=True).count() - 1
    assert ratings[0] == again
    assert [one.number for one in own_ratings(chair)] == list(range(len(items), 0, -1))


def test_change_changes_the_answer_that_counts(chair, again, first, bob, signed_in):
    client = signed_in(bob)
    page = client.get(reverse("annotation:my_ratings", args=[chair.study.uid])).content.decode()
    change = reverse("annotation:revise", args=[first.assignment.uid])
    assert change in page
    assert reverse("annotation:revise", args=[again.assignment.uid]) not in page
    sheet = client.get(change).content.decode()
    assert 'value="5" data-shortcut="5" checked' in sheet  # as it was said last
    assert f'value="{first.uid}"' in sheet
    answer = client.post(
        reverse("annotation:submit", args=[first.assignment.uid]),
        {"client_key": str(uuid.uuid4()), "q.helpful": "4", "revises": str(first.uid)},
    )
    assert answer.status_code == 302
    stand = Score.objects.filter(item=again.item, current=True)
    assert dict(stand.values_list("layer", "value")) == {Layer.BLIND: 3, Layer.RETEST: 4}
    changed = listed(chair)[0]
    assert (changed.item, changed.revision_of) == (again.item, first)


def test_a_second_answer_taken_back_leaves_the_first_on_the_list(chair, again, first, bob):
    take_back(actor=bob, assignment=again.assignment, draft={}, now=TOMORROW)
    assert first in listed(chair)
    assert again not in listed(chair)


def test_a_receipt_holds_both_answers(chair, again, first):
    held = [one.rating for one in own_ratings(chair, is_receipt=True)]
    assert first in held
    assert again in held
