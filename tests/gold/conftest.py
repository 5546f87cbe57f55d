"""A project with settled items, as the rating floor leaves them."""

from typing import Any

import pytest

from annotation.models import Item, Verdict
from gold.admission.rules import Rules
from gold.labels import save_with_labels
from gold.models import GoldItem
from gold.services.candidates import approve_candidates, create_dataset, propose_settled
from gold.services.releases import publish_release
from gold.writing import write
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
    """Its rules let alike texts in, because conversations of tests are."""
    return create_dataset(
        actor=alice, project=project, name="Gold", rules=Rules(near_duplicate=None)
    )


@pytest.fixture
def settled(study):
    """Makes another settled item at every call."""

    def make(value: int = 3, **said: Any) -> Item:
        conversation = factories.make_conversation(study.project, **said)
        return settle(factories.make_item(study, conversation), value)

    return make


@pytest.fixture
def golden(alice, dataset, settled):
    """Makes another gold item at every call, of a new settled item or of the one that is given."""

    def make(item: Item | None = None) -> GoldItem:
        candidate = dataset.candidates.create(item=item or settled(), state="approved")
        made = GoldItem(
            dataset=dataset, candidate=candidate, approved_by=alice, approved_at=factories.NOON
        )
        save_with_labels(write(made))
        return made

    return make


@pytest.fixture
def publish(alice, dataset, settled):
    """Makes so many settled items gold and publishes them."""

    dataset.rules = {"near_duplicate": None, "personal_data": False}
    dataset.save()

    def make(count: int):
        known = dataset.gold_items.count()
        for number in range(known, known + count):
            settled(input_key=f"question-{number}")
        propose_settled(actor=alice, dataset=dataset, study=None, now=factories.NOON)
        uids = dataset.candidates.filter(state="waiting").values_list("uid", flat=True)
        approve_candidates(actor=alice, dataset=dataset, uids=list(uids), now=factories.NOON)
        return publish_release(actor=alice, dataset=dataset, now=factories.NOON)

    return make
