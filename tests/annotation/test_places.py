"""Which place of an item is free: the claim's query and the functions say the same."""

import random

import pytest
from django.db import connection

from annotation.models import Assignment, Item, Layer
from annotation.services.places import ON_ITEM, free_slot, layer_of_next, newcomers_place
from tests.annotation.rating_helpers import NOW, rater_in, study_of

pytestmark = pytest.mark.django_db
TOTAL, OVERLAP = 4, 2


def place_of(item: Item, rater: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(*newcomers_place(item.pk, rater, OVERLAP))
        return cursor.fetchall()


def test_the_query_and_the_functions_find_the_same_place(project):
    study = study_of(project, items=1, overlap=TOTAL)
    item = study.items.get()
    raters = [rater_in(study).rater_id for _number in range(TOTAL)]
    dice = random.Random(4)
    found = set()
    for _turn in range(25):
        Assignment.objects.all().delete()
        Assignment.objects.bulk_create(
            Assignment(
                study=study, item=item, rater_id=rater, slot=slot, lease_until=NOW,
                state=dice.choice(Assignment.State.values),
                layer=dice.choice([Layer.BLIND, Layer.BLIND, Layer.TOPUP, Layer.EXTRA]),
            )
            for rater, slot in zip(raters[1:], dice.sample(range(1, TOTAL + 1), 3), strict=True)
        )  # fmt: skip
        places = ON_ITEM.all(item=item.pk)
        by_functions = free_slot(places, TOTAL), layer_of_next(places, OVERLAP)
        assert place_of(item, raters[0]) == [by_functions]
        found.add(by_functions)
    assert len(found) > 2


@pytest.mark.parametrize("layer", [Layer.BLIND, Layer.TOPUP])
def test_whoever_lost_a_place_is_no_newcomer(project, layer):
    study = study_of(project, items=1, overlap=TOTAL)
    item, rater = study.items.get(), rater_in(study).rater_id
    Assignment.objects.create(
        study=study, item=item, rater_id=rater, slot=1, layer=layer, lease_until=NOW,
        state=Assignment.State.EXPIRED,
    )  # fmt: skip
    assert place_of(item, rater) == []
