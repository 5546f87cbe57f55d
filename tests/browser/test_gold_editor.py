"""The editor of a gold item: the difference follows as somebody types."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from gold.models import GoldItem
from gold.services.candidates import create_dataset
from gold.writing import write
from tests import factories
from tests.gold.conftest import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_difference_follows_as_one_types_and_stays_in_the_history(
    page: Page, live_server, enter, alice, project
):
    item = settle(factories.make_item(factories.make_study(project)))
    dataset = create_dataset(actor=alice, project=project, name="Gold")
    candidate = dataset.candidates.create(item=item, state="approved")
    gold = GoldItem(dataset=dataset, candidate=candidate, approved_by=alice)
    write(gold).save()
    enter(page.context, alice)
    page.goto(live_server.url + reverse("gold:item_edit", args=[gold.uid]))
    answer = page.get_by_label("Expected answer", exact=True)
    before = answer.input_value()
    answer.fill(f"{before} Until nine.")
    expect(page.locator("#answer-changes ins")).to_contain_text("Until nine.")
    expect(page.locator("#answer-changes del")).to_have_count(0)
    page.get_by_label("Reason", exact=True).fill("The hours were missing.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="What was changed", exact=True)).to_be_visible()
    expect(page.locator(".diff ins")).to_contain_text("Until nine.")
