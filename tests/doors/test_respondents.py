"""A receipt opens the desk of its own study and what its own rater holds, and nothing else."""

from functools import partial

import pytest

from tests.doors import knocking
from tests.doors.actors import RESPONDENT, STRANGE_RESPONDENT
from tests.doors.rules import RULES

OWN = {
    "annotation:submit": "respondents_assignment",
    "annotation:draft": "respondents_assignment",
    "annotation:skip": "respondents_assignment",
    "annotation:revise": "respondents_submitted",
}


@pytest.mark.parametrize("name", OWN)
def test_a_respondent_rates_what_is_theirs_and_nobody_else_does(world, name):
    rule, side = RULES[name], world.north
    url = rule.url(name, side, uid=getattr(side, OWN[name]).uid)
    before = knocking.fingerprints()
    for method, ask in rule.asks.items():
        send = partial(knocking.knock, method=method, url=url, data=ask.data_of(side))
        assert send(world.client(RESPONDENT), before=None).is_success
        for actor in (STRANGE_RESPONDENT, "rater", "owner"):
            answer = send(world.client(actor), before=before)
            assert (answer.status, answer.changed) == (404, []), f"{method} {name} by {actor}"
            assert "NORTH" not in answer.text.replace(f"NORTH {actor}", "")


def test_my_ratings_of_a_respondent_are_their_receipt(world):
    side = world.north
    answer = world.client(RESPONDENT).get(RULES["annotation:my_ratings"].url(
        "annotation:my_ratings", side
    ))  # fmt: skip
    assert answer.url == f"/receipts/{side.receipt_code}/"


def test_a_receipt_erases_no_rating_of_another(world):
    rule = RULES["annotation:receipt_erase_one"]
    before = knocking.fingerprints()
    for rating in (world.north.rating.uid, world.south.respondents_rating.uid):
        url = rule.url("annotation:receipt_erase_one", world.north, rating=rating)
        answer = knocking.knock(world.client(RESPONDENT), "POST", url, before=before)
        assert (answer.status, answer.changed) == (404, [])
