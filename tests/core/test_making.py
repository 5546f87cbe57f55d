"""Rows are made as the models' own `__init__` would make them."""

import pytest

from accounts.models import AuditEntry
from annotation.models import Assignment, Rating, Score, StudyRater, Verdict
from core.making import Maker
from tests import factories

MADE = [AuditEntry, Assignment, Rating, Score, StudyRater, Verdict]
OWN = {"uid", "at", "added_at", "claimed_at", "submitted_at"}
"""What differs between any two rows: a uid and the time."""


@pytest.mark.parametrize("model", MADE, ids=lambda model: model.__name__)
def test_what_is_left_out_gets_the_default_of_its_field(model):
    ours, theirs = vars(Maker(model)()), vars(model())
    assert ours.keys() == theirs.keys()
    assert {name: value for name, value in ours.items() if name not in OWN | {"_state"}} == {
        name: value for name, value in theirs.items() if name not in OWN | {"_state"}
    }
    assert ours["_state"].adding


def test_defaults_that_can_change_are_not_shared():
    make = Maker(Assignment)
    one, other = make(), make()
    assert one.display is not other.display
    assert one.uid != other.uid


@pytest.mark.django_db
def test_a_link_takes_an_object_or_a_key_and_the_object_need_not_be_stored(project):
    study = factories.make_study(project)
    item, rater = factories.make_item(study), factories.make_rater(project)
    rating = Maker(Rating)(item=item, rater_id=rater.pk, assignment=None)
    assert (rating.item_id, rating.rater_id, rating.assignment_id) == (item.pk, rater.pk, None)
    assert rating.item is item
    assert rating.rater == rater
    score = Maker(Score)(rating=rating, item_id=item.pk)
    assert score.rating is rating
    assert score.rating_id is None


def test_a_name_that_is_no_field_is_refused():
    with pytest.raises(KeyError, match="note"):
        Maker(Assignment)(note="by hand")
