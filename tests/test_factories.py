"""The factories stand on the real constraints, so they are tested on both databases."""

import pytest
from django.db import Error, transaction

from annotation.models import Item, Score
from tests import factories


@pytest.mark.django_db
def test_a_rating_stands_on_everything_it_needs():
    rating = factories.make_rating(scores={"helpful": 3})
    assert Score.objects.get().rating == rating
    assert rating.item.study.project.team.slug


@pytest.mark.django_db
def test_an_assignment_takes_a_slot_of_its_item():
    assignment = factories.make_assignment()
    assert Item.objects.get().slots_open == assignment.item.slots_total - 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_the_flush_between_tests_empties_frozen_tables_and_freezes_them_again(turn):
    version = factories.make_rubric_version()
    with pytest.raises(Error, match="never changes"), transaction.atomic():
        version.criteria.all().delete()


def test_people_belong_to_their_teams(alice, bob, charlie, project, other_project):
    memberships = {user.memberships.get().team.slug for user in (alice, bob)}
    assert memberships == {project.team.slug}
    assert charlie.memberships.get().team == other_project.team
