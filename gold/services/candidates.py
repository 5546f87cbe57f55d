"""From settled items to gold items: proposed, approved or declined, and retired."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.models import Project, User
from accounts.services import free_slug
from annotation.models import CriterionHold, Item, Study
from annotation.services.deciding import checked_reason
from core.errors import DomainError, InvalidError
from gold.models import Candidate, GoldDataset, GoldItem
from gold.writing import write


@transaction.atomic
def create_dataset(
    *, actor: User | None, project: Project, name: str, description: str = "", slug: str = ""
) -> GoldDataset:
    taken = project.gold_datasets.values_list("slug", flat=True)
    dataset = GoldDataset.objects.create(
        project=project,
        name=name,
        slug=slug or free_slug(name, taken, "gold"),
        description=description,
        created_by=actor,
    )
    record(actor, "gold.dataset_created", target=dataset, project=project)
    return dataset


def proposable(dataset: GoldDataset, study: Study | None = None) -> QuerySet[Item]:
    """Settled items that are not candidates yet and on which no criterion waits for rewording."""
    items = Item.objects.filter(
        study__project=dataset.project_id, state=Item.State.SETTLED
    ).exclude(pk__in=Candidate.objects.filter(dataset=dataset).values("item"))
    held = CriterionHold.objects.filter(lifted_at=None).values("study")
    items = items.exclude(study__in=held)
    return items.filter(study=study) if study else items


@transaction.atomic
def propose_settled(
    *, actor: User | None, dataset: GoldDataset, study: Study | None, now: datetime
) -> int:
    """Make candidates of every settled item; how many were new."""
    items = list(proposable(dataset, study).values_list("pk", flat=True))
    Candidate.objects.bulk_create(
        (Candidate(dataset=dataset, item_id=pk, proposed_at=now) for pk in items),
        batch_size=1_000,
    )
    if items:
        record(actor, "gold.proposed", target=dataset, project=dataset.project, count=len(items))
    return len(items)


def choose(dataset: GoldDataset, uids: Iterable[Any]) -> QuerySet[Candidate]:
    """The waiting candidates among those named; rows locked against a second decision."""
    return (
        dataset.candidates.select_for_update(of=("self",))
        .filter(uid__in=list(uids), state=Candidate.State.WAITING)
        .select_related(
            "item__study__rubric_version__rubric",
            "item__conversation__variant",
            "item__conversation_b__variant",
            "item__draw",
        )
        .order_by("pk")
    )


@transaction.atomic
def approve_candidates(
    *, actor: User, dataset: GoldDataset, uids: Iterable[Any], now: datetime
) -> list[GoldItem]:
    """Admit candidates to gold with the words and verdicts of this moment."""
    made = [approve(actor, candidate, now) for candidate in choose(dataset, uids)]
    if not made:
        raise InvalidError(_("No waiting candidate was chosen. Choose at least one."))
    record(actor, "gold.approved", target=dataset, project=dataset.project, count=len(made))
    return made


def approve(actor: User, candidate: Candidate, now: datetime) -> GoldItem:
    item = candidate.item
    verdicts = list(item.verdicts.filter(current=True).select_related("criterion", "adjudicator"))
    if item.state != Item.State.SETTLED or not verdicts:
        raise DomainError(
            _("Item %(item)s is no longer settled, so it cannot become gold. Settle it first.")
            % {"item": item}
        )
    candidate.state, candidate.decided_by, candidate.decided_at = "approved", actor, now
    candidate.save(update_fields=["state", "decided_by", "decided_at"])
    made = GoldItem(
        dataset=candidate.dataset,
        candidate=candidate,
        source=candidate.source,
        approved_by=actor,
        approved_at=now,
    )
    write(made, verdicts).save()
    return made


@transaction.atomic
def decline_candidates(
    *, actor: User, dataset: GoldDataset, uids: Iterable[Any], reason: str, now: datetime
) -> int:
    """Keep candidates out, with the reason; they stay on the list of the declined."""
    reason = checked_reason(reason, _("Say why these candidates are declined; it stays with them."))
    chosen = list(choose(dataset, uids))
    for candidate in chosen:
        candidate.state, candidate.reason = Candidate.State.DECLINED, reason
        candidate.decided_by, candidate.decided_at = actor, now
    Candidate.objects.bulk_update(chosen, ["state", "reason", "decided_by", "decided_at"])
    if not chosen:
        raise InvalidError(_("No waiting candidate was chosen. Choose at least one."))
    record(actor, "gold.declined", target=dataset, project=dataset.project, count=len(chosen))
    return len(chosen)


@transaction.atomic
def reconsider(*, actor: User, candidate: Candidate) -> Candidate:
    """Put a declined candidate back among the waiting."""
    candidate = (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("dataset__project")
        .get(pk=candidate.pk)
    )
    if candidate.state != Candidate.State.DECLINED:
        raise DomainError(_("Only a declined candidate can be reconsidered."))
    candidate.state, candidate.decided_by, candidate.decided_at = "waiting", None, None
    candidate.save(update_fields=["state", "decided_by", "decided_at"])
    record(actor, "gold.reconsidered", target=candidate, project=candidate.dataset.project)
    return candidate


@transaction.atomic
def retire(*, actor: User, gold_item: GoldItem, reason: str, now: datetime) -> GoldItem:
    """Leave the item out of the next release; the releases that have it keep it."""
    gold_item = (
        GoldItem.objects.select_for_update(of=("self",))
        .select_related("dataset__project")
        .get(pk=gold_item.pk)
    )
    if gold_item.retired_at:
        raise DomainError(_("This gold item is retired already."))
    reason = checked_reason(reason, _("Say why the item is retired; it stays with it."))
    gold_item.retired_at, gold_item.retired_reason = now, reason
    gold_item.save(update_fields=["retired_at", "retired_reason"])
    record(actor, "gold.retired", target=gold_item, project=gold_item.dataset.project)
    return gold_item


def proposed_words(count: int) -> str:
    if count == 0:
        return _("No settled item is missing here; all are candidates or gold already.")
    return ngettext(
        "%(count)d settled item is now a candidate.",
        "%(count)d settled items are now candidates.",
        count,
    ) % {"count": count}
