"""From settled items to gold."""

import pytest

from accounts.models import AuditEntry
from annotation.models import CriterionHold, Item
from core.errors import DomainError, InvalidError
from gold.models import Candidate
from gold.payload import between_points
from gold.services.candidates import (
    approve_candidates,
    decline_candidates,
    propose_settled,
    reconsider,
    retire,
)
from tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.NOON


def propose(alice, dataset):
    propose_settled(actor=alice, dataset=dataset, study=None, now=NOON)
    return [candidate.uid for candidate in dataset.candidates.all()]


def test_only_settled_items_become_candidates(alice, dataset, study, settled):
    item = settled()
    factories.make_item(study)
    propose(alice, dataset)
    assert [candidate.item for candidate in dataset.candidates.all()] == [item]


def test_proposing_again_adds_nothing(alice, dataset, settled):
    settled()
    propose(alice, dataset)
    assert propose_settled(actor=alice, dataset=dataset, study=None, now=NOON) == 0


def test_a_study_whose_criterion_waits_for_rewording_gives_no_candidates(
    alice, dataset, study, settled
):
    item = settled()
    criterion = study.rubric_version.criteria.first()
    CriterionHold.objects.create(study=study, criterion=criterion, item=item, reason="unclear")
    assert propose(alice, dataset) == []


def test_an_approved_candidate_is_gold_with_its_label(alice, dataset, settled):
    settled(3)
    (made,) = approve_candidates(
        actor=alice, dataset=dataset, uids=propose(alice, dataset), now=NOON
    )
    assert made.payload["labels"]["helpful"]["value"] == "4"


def test_the_payload_holds_the_words_that_were_rated(alice, dataset, settled):
    item = settled()
    (made,) = approve_candidates(
        actor=alice, dataset=dataset, uids=propose(alice, dataset), now=NOON
    )
    assert made.payload["conversation"]["turns"] == item.conversation.turns


def test_an_item_reopened_since_is_not_admitted(alice, dataset, settled):
    item = settled()
    uids = propose(alice, dataset)
    Item.objects.filter(pk=item.pk).update(state=Item.State.DISPUTED)
    with pytest.raises(DomainError, match="not settled"):
        approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOON)


def test_declining_needs_a_reason(alice, dataset, settled):
    settled()
    with pytest.raises(InvalidError):
        decline_candidates(
            actor=alice, dataset=dataset, uids=propose(alice, dataset), reason=" ", now=NOON
        )


def test_a_declined_candidate_can_be_reconsidered(alice, dataset, settled):
    settled()
    decline_candidates(
        actor=alice, dataset=dataset, uids=propose(alice, dataset), reason="too easy", now=NOON
    )
    candidate = reconsider(actor=alice, candidate=dataset.candidates.get())
    assert candidate.state == Candidate.State.WAITING


def test_nobody_reads_at_an_approved_candidate_why_it_was_declined_before(alice, dataset, settled):
    settled()
    uids = propose(alice, dataset)
    decline_candidates(actor=alice, dataset=dataset, uids=uids, reason="too easy", now=NOON)
    reconsider(actor=alice, candidate=dataset.candidates.get())
    approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOON)
    assert dataset.candidates.get().reason == ""
    assert AuditEntry.objects.get(verb="gold.reconsidered").data["reason"] == "too easy"


def test_candidates_of_another_dataset_are_not_touched(alice, charlie, dataset, settled):
    settled()
    uids = propose(alice, dataset)
    other = factories.make_project(factories.make_team())
    foreign = other.gold_datasets.create(name="Other", slug="other")
    with pytest.raises(InvalidError):
        approve_candidates(actor=charlie, dataset=foreign, uids=uids, now=NOON)


def test_a_retired_item_cannot_be_retired_again(alice, dataset, settled):
    settled()
    (made,) = approve_candidates(
        actor=alice, dataset=dataset, uids=propose(alice, dataset), now=NOON
    )
    retire(actor=alice, gold_item=made, reason="wrong", now=NOON)
    with pytest.raises(DomainError):
        retire(actor=alice, gold_item=made, reason="wrong", now=NOON)


@pytest.mark.parametrize(
    ("points", "mean", "shown"),
    [(("1", "2", "3"), 1.5, 2.5), (("0", "50", "100"), 0.5, 25.0), (("no", "yes"), 0.7, "yes")],
)
def test_a_mean_of_points_is_a_mean_of_their_numbers(points, mean, shown):
    assert between_points(points, mean) == shown
