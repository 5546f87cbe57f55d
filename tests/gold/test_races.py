"""Two people at once on one gold item or candidate: the first is heard, the other is told."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import AuditEntry
from core.errors import DomainError
from gold.models import Candidate, GoldItem
from gold.services.candidates import (
    approve_candidates,
    decline_candidates,
    propose_settled,
    reconsider,
    retire,
)
from tests.factories import NOON

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 6


@pytest.fixture
def candidate(alice, dataset, settled):
    settled()
    propose_settled(actor=alice, dataset=dataset, study=None, now=NOON)
    return dataset.candidates.get()


def all_at_once(act: Callable[[int], object]) -> list[str]:
    """Run `act` in threads that start together; the refusals that they got."""
    start, refusals, failures = threading.Barrier(PEOPLE), [], []

    def run(number: int) -> None:
        try:
            start.wait(30)
            act(number)
        except DomainError as refusal:
            refusals.append(refusal.message)
        except Exception as error:  # a thread's error must fail the test, not vanish
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    return refusals


def test_a_gold_item_is_retired_once_and_keeps_the_first_reason(alice, dataset, candidate):
    approve_candidates(actor=alice, dataset=dataset, uids=[candidate.uid], now=NOON)
    seen = GoldItem.objects.get()
    kept = {}

    def act(number: int) -> None:
        kept[number] = retire(actor=alice, gold_item=seen, reason=f"reason {number}", now=NOON)

    refusals = all_at_once(act)
    assert refusals == ["This gold item is retired already."] * (PEOPLE - 1)
    assert [f"reason {number}" for number in kept] == [GoldItem.objects.get().retired_reason]
    assert AuditEntry.objects.filter(verb="gold.retired").count() == 1


def test_a_candidate_is_reconsidered_once(alice, dataset, candidate):
    decline_candidates(
        actor=alice, dataset=dataset, uids=[candidate.uid], reason="unclear", now=NOON
    )
    seen = Candidate.objects.get()
    refusals = all_at_once(lambda _number: reconsider(actor=alice, candidate=seen))
    assert len(refusals) == PEOPLE - 1
    assert Candidate.objects.get().state == Candidate.State.WAITING
    assert AuditEntry.objects.filter(verb="gold.reconsidered").count() == 1
