"""The queue of what is to be settled: its order, what it leaves out, and the way through it."""

import pytest
from django.urls import reverse

from accounts.models import Role
from tests import factories
from tests.annotation.settling_helpers import TWO, rated_item, settle, study_with
from tests.conftest import member

SPLIT = ({"helpful": 3}, {"helpful": 0}, {"helpful": 3})


@pytest.fixture
def study(project):
    return study_with(project)


@pytest.fixture
def carol(team):
    return member(team, "carol", Role.ADJUDICATOR)


def get(client, name, thing, query=""):
    return client.get(reverse(f"annotation:{name}", args=[thing.uid]) + query)


def test_the_queue_skips_own_items_and_counts_them(study, carol, signed_in):
    item = rated_item(study, *SPLIT)
    rated_item(study, *SPLIT, raters=[factories.make_rater(study.project, carol)])
    answer = signed_in(carol).get(reverse("annotation:settle", args=[study.uid]), follow=True)
    assert answer.context["item"] == item
    assert answer.context["stand"].total == 1
    assert b"1 more item waits for somebody else" in answer.content


def test_own_items_alone_are_said_to_wait_for_somebody_else(study, carol, signed_in):
    rated_item(study, *SPLIT, raters=[factories.make_rater(study.project, carol)])
    answer = get(signed_in(carol), "settle", study)
    assert b"1 item waits for somebody else: you rated it." in answer.content


def test_the_queue_goes_both_ways(alice, study, signed_in):
    items = [rated_item(study, *SPLIT) for _number in range(3)]
    stand = get(signed_in(alice), "item", items[1]).context["stand"]
    assert (stand.number, stand.total) == (2, 3)
    assert (stand.previous, stand.following) == (items[0].uid, items[2].uid)


def test_most_disagreement_comes_first_when_asked(alice, study, signed_in):
    mild = rated_item(study, {"helpful": 0}, {"helpful": 2}, {"helpful": 2})
    wild = rated_item(study, {"helpful": 0}, {"helpful": 4}, {"helpful": 2})
    client = signed_in(alice)
    first = get(client, "settle", study, "?order=most").url
    assert str(wild.uid) in first
    assert "order=most" in first
    stand = get(client, "item", wild, "?order=most").context["stand"]
    assert (stand.number, stand.following) == (1, mild.uid)


def test_the_queue_may_be_about_one_criterion(alice, project, signed_in):
    study = study_with(project, TWO)
    rated_item(study, *[one | {"correct": 4} for one in SPLIT])
    other = rated_item(study, *[{"helpful": 4, "correct": one["helpful"]} for one in SPLIT])
    assert str(other.uid) in get(signed_in(alice), "settle", study, "?criterion=correct").url


def test_what_waits_for_rewording_is_not_in_the_queue(alice, study, signed_in):
    item = rated_item(study, *SPLIT)
    settle(alice, item, rewording=frozenset({"helpful"}))
    answer = get(signed_in(alice), "settle", item.study)
    assert b"some criteria wait for better words" in answer.content
