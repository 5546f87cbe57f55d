"""Items with fewer ratings than planned, when their study was closed."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Role
from annotation.models import Item, Verdict
from tests import factories
from tests.annotation.settling_helpers import get, post, sent, study_with
from tests.conftest import member


@pytest.fixture
def study(project):
    return study_with(project)


@pytest.fixture
def carol(team):
    return member(team, "carol", Role.ADJUDICATOR)


@pytest.fixture
def short(study):
    """An item with two of three ratings when its study was closed; they lie apart."""
    item = factories.make_item(study, slots_total=3, n_submitted=2, slots_open=1)
    for value in (3, 0):
        factories.make_rating(item, None, {"helpful": value})
    study.state = "closed"
    study.save()
    return item


def test_an_item_of_a_closed_study_is_taken_up_and_then_decided(alice, short, signed_in):
    client = signed_in(alice)
    before = get(client, "item", short).content.decode()
    assert "2 of 3 ratings came in before the study was closed" in before
    assert post(client, "item_decide", short, sent(short, **{"q.helpful": "3"})).status_code == 409
    post(client, "item_take_up", short)
    assert get(client, "settle", short.study).url == reverse("annotation:item", args=[short.uid])
    post(client, "item_decide", short, sent(short, **{"q.helpful": "3"}))
    short.refresh_from_db()
    assert short.state == Item.State.SETTLED


def test_what_the_rule_settles_with_fewer_ratings_needs_no_decision(alice, short, signed_in):
    rule = {"min_raters": 1, "aggregate": "median", "max_spread": 4}
    short.study.settling = {"helpful": rule}
    short.study.save()
    post(signed_in(alice), "item_take_up", short)
    short.refresh_from_db()
    assert short.state == Item.State.SETTLED
    assert Verdict.objects.get().source == Verdict.Source.CONSENSUS


def test_nobody_takes_up_an_own_item(carol, study, short, signed_in):
    factories.make_rating(short, factories.make_rater(study.project, carol), {"helpful": 2})
    client = signed_in(carol)
    assert b"take-up" not in get(client, "item", short).content
    assert post(client, "item_take_up", short).status_code == 403


def test_taking_up_twice_changes_nothing(alice, short, signed_in):
    for _time in range(2):
        post(signed_in(alice), "item_take_up", short)
    assert AuditEntry.objects.filter(verb="item.taken_up").count() == 1


@pytest.mark.parametrize("state", ["open", "paused"])
def test_while_ratings_may_come_nothing_is_taken_up(alice, short, signed_in, state):
    short.study.state = state
    short.study.save()
    answer = post(signed_in(alice), "item_take_up", short)
    assert b"still takes ratings" in answer.content
    assert b"take-up" not in get(signed_in(alice), "item", short).content


def test_an_item_that_nobody_rated_is_not_taken_up(alice, study, signed_in):
    item = factories.make_item(study)
    study.state = "closed"
    study.save()
    answer = post(signed_in(alice), "item_take_up", item)
    assert b"has no rating that could settle" in answer.content
    item.refresh_from_db()
    assert item.state == Item.State.OPEN


def test_the_queue_tells_of_items_with_fewer_ratings(alice, short, signed_in):
    page = get(signed_in(alice), "settle", short.study).content.decode()
    assert "1 item had fewer ratings than planned" in page
    assert "?state=open" in page
