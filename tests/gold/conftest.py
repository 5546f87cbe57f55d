"""A project with settled items, as the rating floor leaves them."""

import pytest

from annotation.models import Item, Verdict
from gold.services.candidates import create_dataset
from tests import factories


def settle(item: Item, value: int = 3, source: str = Verdict.Source.CONSENSUS) -> Item:
    """Two ratings and a verdict on every criterion of the item."""
    criteria = list(item.study.rubric_version.criteria.all())
    scores = {criterion.key: value for criterion in criteria}
    ratings = [factories.make_rating(item, scores=scores) for _rater in range(2)]
    for criterion in criteria:
        Verdict.objects.create(
            item=item,
            criterion=criterion,
            value=value,
            distribution={criterion.points[value]["key"]: 2},
            rating_uids=[str(rating.uid) for rating in ratings],
            source=source,
        )
    item.state = Item.State.SETTLED
    item.settled_at = factories.NOON
    item.save()
    return item


@pytest.fixture
def study(project):
    return factories.make_study(project)


@pytest.fixture
def dataset(alice, project):
    return create_dataset(actor=alice, project=project, name="Gold")


@pytest.fixture
def settled(study):
    """Makes another settled item at every call."""

    def make(value: int = 3) -> Item:
        return settle(factories.make_item(study), value)

    return make
