"""Gold items for programs: read as they stand, changed only by who has seen that."""

import pytest
from django.urls import reverse

from accounts.models import Role
from gold.models import GoldItem
from gold.services.candidates import create_dataset
from gold.writing import write
from tests import factories
from tests.gold.conftest import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold_item(alice, project):
    item = settle(factories.make_item(factories.make_study(project)))
    candidate = create_dataset(actor=alice, project=project, name="Gold").candidates.create(
        item=item, state="approved"
    )
    made = GoldItem(dataset=candidate.dataset, candidate=candidate, approved_by=alice)
    write(made).save()
    return made


def test_a_change_asks_for_what_was_read_and_leaves_the_rest(program, gold_item):
    client = program(Role.MANAGER)
    read = client.get(reverse("api:gold_item", args=[gold_item.uid])).json()
    revise = reverse("api:gold_item_revise", args=[gold_item.uid])
    sent = {"seen": read["content_hash"], "reason": "One tag.", "tags": ["hours"]}
    made = client.post(revise, sent, content_type="application/json").json()
    assert made["payload"]["tags"] == ["hours"]
    assert made["payload"]["expected"] == read["payload"]["expected"]
    again = client.post(revise, {**sent, "tags": []}, content_type="application/json")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "changed_since")


def test_why_tells_the_chain_and_names_nobody_to_those_who_only_read(program, gold_item):
    told = program(Role.VIEWER).get(reverse("api:gold_item_why", args=[gold_item.uid])).json()
    assert told["chain_holds"] is True
    assert told["chain"][-1]["words"] == "Let in without checks."
    named = program(Role.MANAGER).get(reverse("api:gold_item_why", args=[gold_item.uid])).json()
    assert named["chain"][-1]["words"].startswith("By ")
