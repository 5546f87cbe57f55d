"""Candidates become gold: what the rules say is asked again in the transaction that admits them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.models import User
from annotation.services.deciding import checked_reason
from core.errors import InvalidError
from gold.admission.checks import is_contested, may_admit_against
from gold.admission.gate import Looked, in_batches, look
from gold.admission.near_index import put_in_index
from gold.admission.words import rule_names
from gold.labels import keep_labels
from gold.models import Candidate, GoldDataset, GoldItem, Tier
from gold.services.checking import COLUMNS, choose, keep, search, with_all
from gold.writing import write
from jobs.ledger import enqueue_on_commit
from jobs.models import Job


@dataclass
class Admitted:
    """What became gold, and what the rules kept out."""

    made: list[GoldItem] = field(default_factory=list)
    refused: list[Looked] = field(default_factory=list)

    def require_some(self) -> None:
        """Whoever chose nothing that waits is told so."""
        if not self.made and not self.refused:
            raise InvalidError(_("No waiting candidate was chosen. Choose at least one."))


@transaction.atomic
def admit(
    *,
    actor: User | None,
    dataset: GoldDataset,
    uids: Iterable[Any],
    now: datetime,
    tier: str = Tier.GOLD,
    against: str = "",
) -> Admitted:
    """Admit the waiting candidates of those named that the rules let in, and keep out the rest.

    The dataset is locked first: two near duplicates admitted by two people at once would each see
    a dataset without the other. With a reason `against`, what failed a rule is admitted all the
    same, unless no reason can outweigh it; the reason stays with it.
    """
    dataset = GoldDataset.objects.select_for_update().select_related("project").get(pk=dataset.pk)
    keys = list(choose(dataset, uids).values_list("pk", flat=True))
    admitted = Admitted()
    for batch in in_batches(keys):
        found = list(with_all(dataset.candidates.filter(pk__in=batch)))
        search(dataset.project, [one.item for one in found], now)
        made = []
        for looked in look(dataset, found):
            keep(looked, now)
            if _lets_in(looked, tier, against):
                made.append(_approve(actor, dataset, looked, tier, against, now))
            else:
                admitted.refused.append(looked)
        keep_labels(made)
        admitted.made += made
        Candidate.objects.bulk_update(
            found, [*COLUMNS, "state", "decided_by", "decided_at", "reason"]
        )
    _record(actor, dataset, admitted, tier, against)
    return admitted


def request_admission(*, actor: User, dataset: GoldDataset) -> Job:
    """Queue the admission of every candidate that passed when it was checked."""
    return enqueue_on_commit(
        "gold.tasks.run_admit",
        args={"dataset": dataset.pk, "actor": actor.pk},
        project_uid=dataset.project.uid,
        coalesce_key=f"gold-admission:{dataset.pk}",
        requested_by=actor.pk,
    )


def _lets_in(looked: Looked, tier: str, against: str) -> bool:
    if tier == Tier.CONTESTED:
        return is_contested(looked.checks)
    return not looked.failed or (bool(against) and may_admit_against(looked.checks))


def _approve(
    actor: User | None,
    dataset: GoldDataset,
    looked: Looked,
    tier: str,
    against: str,
    now: datetime,
) -> GoldItem:
    """The candidate's row is written by the caller, for the whole batch."""
    candidate = looked.candidate
    candidate.state, candidate.decided_by, candidate.decided_at = "approved", actor, now
    candidate.dataset = dataset
    if tier == Tier.GOLD and looked.failed:
        candidate.reason = against
        for one in candidate.checks:
            if not one["passed"]:
                one["admitted_against"] = against
    made = GoldItem(
        dataset=dataset,
        candidate=candidate,
        tier=tier,
        source=candidate.source,
        split=looked.split,
        approved_by=actor,
        approved_at=now,
    )
    write(made).save()
    put_in_index([(made, looked.sketch)])
    return made


def _record(
    actor: User | None, dataset: GoldDataset, admitted: Admitted, tier: str, against: str
) -> None:
    against_rules = Counter(
        one["rule"]
        for item in admitted.made
        for one in item.candidate.checks
        if "admitted_against" in one
    )
    if admitted.made:
        count = len(admitted.made)
        record(
            actor, "gold.approved", target=dataset, project=dataset.project, count=count, tier=tier
        )
    if against_rules:
        record(
            actor,
            "gold.admitted_against",
            target=dataset,
            project=dataset.project,
            rules=dict(against_rules),
            reason=against,
        )


def checked_against(reason: str) -> str:
    return checked_reason(reason, _("Say why these are admitted against the rules; it stays."))


def admitted_words(count: int, tier: str) -> str:
    if tier == Tier.CONTESTED:
        words = ngettext(
            "%(n)d item is contested gold now.", "%(n)d items are contested gold now.", count
        )
    else:
        words = ngettext("%(n)d item is gold now.", "%(n)d items are gold now.", count)
    return words % {"n": count}


def refused_words(refused: Sequence[Looked], tier: str) -> str:
    """How many were kept out, by which rules, and what can be done."""
    if tier == Tier.CONTESTED:
        return ngettext(
            "%(n)d candidate is not contested: nothing fails, or more than people's agreement.",
            "%(n)d candidates are not contested: nothing fails, or more than people's agreement.",
            len(refused),
        ) % {"n": len(refused)}
    counts = Counter(rule for one in refused for rule in one.failed)
    return ngettext(
        "%(n)d candidate was kept out by the rules: %(rules)s. See its line for what to do.",
        "%(n)d candidates were kept out by the rules: %(rules)s. See their lines for what to do.",
        len(refused),
    ) % {"n": len(refused), "rules": rule_names(counts)}
