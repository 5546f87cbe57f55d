"""From rated items to candidates, and from candidates to gold: each thing a person decides."""

from collections.abc import Iterable, Sequence
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
from gold.admission.rules import Rules
from gold.models import Candidate, GoldDataset, GoldItem, Source, Tier
from gold.runs.comparing import BROKEN
from gold.services.admitting import admit, refused_words
from gold.services.checking import check_soon, choose
from surveys.models import Routed

BATCH = 1_000
DISPUTED = (Item.State.DISPUTED, Item.State.UNSETTLEABLE)


@transaction.atomic
def create_dataset(
    *,
    actor: User | None,
    project: Project,
    name: str,
    description: str = "",
    slug: str = "",
    rules: Rules | None = None,
) -> GoldDataset:
    dataset = GoldDataset.objects.create(
        project=project,
        name=name,
        slug=slug or free_slug(name, project.gold_datasets, "gold"),
        description=description,
        rules=rules.to_json() if rules else {},
        created_by=actor,
    )
    record(actor, "gold.dataset_created", target=dataset, project=project)
    return dataset


def proposable(
    dataset: GoldDataset, study: Study | None = None, *, disputed: bool = False
) -> QuerySet[Item]:
    """Items that are not candidates yet and on which no criterion waits for rewording.

    The settled ones; asked for `disputed`, those instead that people could not settle. What was
    rated again to find out how far labels are wrong is no candidate: its first verdict is gold.
    """
    states = DISPUTED if disputed else (Item.State.SETTLED,)
    items = Item.objects.filter(study__project=dataset.project_id, state__in=states).exclude(
        pk__in=Candidate.objects.filter(dataset=dataset).values("item")
    )
    held = CriterionHold.objects.filter(lifted_at=None).values("study")
    items = items.exclude(study__in=held).filter(study__label_audit=None)
    return items.filter(study=study) if study else items


@transaction.atomic
def propose_settled(
    *,
    actor: User | None,
    dataset: GoldDataset,
    study: Study | None,
    now: datetime,
    disputed: bool = False,
) -> int:
    """Make candidates of every settled item, or of every disputed one; how many were new."""
    items = proposable(dataset, study, disputed=disputed)
    return len(propose_items(actor=actor, dataset=dataset, items=items, now=now))


@transaction.atomic
def propose_items(
    *,
    actor: User | None,
    dataset: GoldDataset,
    items: QuerySet[Item],
    now: datetime,
    source: str = "",
) -> list[Candidate]:
    """Make candidates of items that are none yet, and look at the rules for each.

    What brought them is said by `source`, or follows from how they came into their study.
    """
    new = items.exclude(pk__in=Candidate.objects.filter(dataset=dataset).values("item"))
    found = list(new.order_by("pk").values_list("pk", "draw"))
    sources = {} if source else sources_of(found)
    made = Candidate.objects.bulk_create(
        (
            Candidate(dataset=dataset, item_id=pk, proposed_at=now, source=source or sources[pk])
            for pk, _draw in found
        ),
        batch_size=BATCH,
    )
    if made:
        record(actor, "gold.proposed", target=dataset, project=dataset.project, count=len(made))
        check_soon(actor, dataset, [one.pk for one in made], now)
    return made


def sources_of(items: Sequence[tuple[int, int | None]]) -> dict[int, str]:
    """What brought each item, given with its draw: feedback, a run, chance, somebody's choice.

    Outputs of a run that somebody had judged were chosen: no chance made them.
    """
    found: dict[int, str] = {pk: Source.RANDOM if draw else Source.EXPERT for pk, draw in items}
    keys = list(found)
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        of_runs = Item.objects.filter(pk__in=some).exclude(study__run_study=None)
        for pk, which in of_runs.values_list("pk", "study__run_study__which"):
            found[pk] = Source.REGRESSION if which == BROKEN else Source.EXPERT
        routed = Routed.objects.filter(item__in=some, fits=True)
        found |= dict.fromkeys(routed.values_list("item_id", flat=True), Source.DOWN_VOTE)
    return found


@transaction.atomic
def approve_candidates(
    *,
    actor: User,
    dataset: GoldDataset,
    uids: Iterable[Any],
    now: datetime,
    tier: str = Tier.GOLD,
    against: str = "",
) -> list[GoldItem]:
    """Admit all candidates named, or none: one that may not become gold is refused with a reason.

    To admit those that pass and leave the rest, see `gold.services.admitting`.
    """
    admitted = admit(actor=actor, dataset=dataset, uids=uids, now=now, tier=tier, against=against)
    admitted.require_some()
    if admitted.refused:
        raise DomainError(refused_words(admitted.refused, tier))
    return admitted.made


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
def set_source(*, actor: User, dataset: GoldDataset, uids: Iterable[Any], source: str) -> int:
    """Say what brought these candidates, where what the rows tell is not the truth."""
    if source not in Source.values:
        raise InvalidError(
            _("“%(source)s” brings nothing to gold. Choose one of the sources of the list.")
            % {"source": source}
        )
    count = choose(dataset, uids).order_by().update(source=source)
    if not count:
        raise InvalidError(_("No waiting candidate was chosen. Choose at least one."))
    record(
        actor,
        "gold.source_set",
        target=dataset,
        project=dataset.project,
        count=count,
        source=source,
    )
    return count


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
    declined_for, candidate.reason = candidate.reason, ""
    candidate.state, candidate.decided_by, candidate.decided_at = "waiting", None, None
    candidate.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record(
        actor,
        "gold.reconsidered",
        target=candidate,
        project=candidate.dataset.project,
        reason=declined_for,
    )
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
        return _("No such item is missing here; all are candidates or gold already.")
    return ngettext(
        "%(count)d item is now a candidate.", "%(count)d items are now candidates.", count
    ) % {"count": count}
