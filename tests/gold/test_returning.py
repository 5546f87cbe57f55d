"""A retired item comes back only by the rules, or against them with a reason."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import DomainError
from gold.admission.near_index import put_missing_in_index
from gold.services.candidates import retire
from gold.services.returning import foreseen, reinstate
from tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.NOON


@pytest.fixture
def retired(alice, dataset, golden):
    """The twin came in after it had left."""
    first = golden()
    retire(actor=alice, gold_item=first, reason="Old.", now=NOON)
    golden()
    put_missing_in_index(dataset)
    first.refresh_from_db()
    return first


@pytest.fixture
def doubled(dataset, retired):
    """And the rules refuse near duplicates."""
    dataset.rules = {}
    dataset.save()
    retired.refresh_from_db()
    return retired


def test_what_the_rules_let_in_comes_back(alice, retired):
    assert not foreseen(retired)
    assert reinstate(actor=alice, gold_item=retired, reason="Right.", now=NOON).retired_at is None


def test_a_near_duplicate_that_came_meanwhile_keeps_it_out(alice, doubled):
    with pytest.raises(DomainError, match="keep this item out today: near duplicate"):
        reinstate(actor=alice, gold_item=doubled, reason="Right.", now=NOON)
    doubled.refresh_from_db()
    assert doubled.retired_at


def test_a_reason_brings_it_back_against_the_rules_and_stays(alice, doubled):
    reinstate(actor=alice, gold_item=doubled, reason="It differs.", now=NOON, is_against=True)
    entry = AuditEntry.objects.get(verb="gold.reinstated")
    assert entry.data == {"reason": "It differs.", "against": ["near_duplicate"]}


def test_the_page_says_beforehand_what_the_rules_would_say(client, alice, doubled):
    client.force_login(alice)
    url = reverse("gold:reinstate", args=[doubled.uid])
    page = client.get(doubled.get_absolute_url()).content.decode()
    assert "near duplicate" in page
    assert 'value="against"' in page
    client.post(url, {"reason": "It differs.", "act": "against"})
    doubled.refresh_from_db()
    assert doubled.retired_at is None
