"""What the gate says of candidates, written down: when they are proposed, and whenever asked."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Project, User
from annotation.models import Item
from conversations.redacting import names_of, unscanned
from conversations.scanning import scan_all
from gold.admission.checks import outcome_of
from gold.admission.facts import conversations_in
from gold.admission.gate import BATCH, NEEDED, Looked, in_batches, look
from gold.admission.near_index import put_missing_in_index
from gold.models import Candidate, GoldDataset
from jobs.ledger import enqueue_on_commit
from jobs.models import Job

AT_ONCE = 200
"""So many are checked while somebody waits for the page; more are left to a worker."""
COLUMNS = ("checks", "outcome", "failed", "checked_at")


def check_soon(
    actor: User | None, dataset: GoldDataset, keys: Sequence[int], now: datetime
) -> None:
    """Check these now if they are few, else with all that wait, in the background."""
    if len(keys) <= AT_ONCE:
        check_candidates(dataset, keys, now)
    else:
        request_checks(actor=actor, dataset=dataset)


def request_checks(*, actor: User | None, dataset: GoldDataset) -> Job:
    """Queue the check of all that wait and all that are gold; a request that waits is joined."""
    return enqueue_on_commit(
        "gold.tasks.run_checks",
        args={"dataset": dataset.pk},
        project_uid=dataset.project.uid,
        total=to_check(dataset).count(),
        coalesce_key=coalesce_key(dataset),
        requested_by=actor.pk if actor else None,
    )


def coalesce_key(dataset: GoldDataset) -> str:
    return f"gold-checks:{dataset.pk}"


def to_check(dataset: GoldDataset) -> QuerySet[Candidate]:
    """All that a rule may still stop or ought to have stopped: waiting ones, and current gold."""
    gold = Candidate.objects.filter(dataset=dataset, state="approved", gold_item__retired_at=None)
    return Candidate.objects.filter(dataset=dataset, state="waiting") | gold


def check_all(
    dataset: GoldDataset, now: datetime, told: Callable[[int], None] = lambda done: None
) -> int:
    """Check every candidate that waits and every gold item; how many."""
    put_missing_in_index(dataset)
    keys = list(to_check(dataset).order_by("pk").values_list("pk", flat=True))
    done = 0
    for batch in in_batches(keys):
        check_candidates(dataset, batch, now)
        told(done := done + len(batch))
    return len(keys)


def check_candidates(dataset: GoldDataset, keys: Iterable[int], now: datetime) -> list[Looked]:
    """Search what was not searched yet, look at the rules, and keep what they say."""
    found = list(with_all(dataset.candidates.filter(pk__in=list(keys))))
    search(dataset.project, [one.item for one in found], now)
    looked = look(dataset, found)
    for one in looked:
        keep(one, now)
    Candidate.objects.bulk_update(found, COLUMNS, batch_size=BATCH)
    return looked


def choose(dataset: GoldDataset, uids: Iterable[Any]) -> QuerySet[Candidate]:
    """The waiting candidates among those named; rows locked against a second decision."""
    return (
        dataset.candidates.select_for_update(of=("self",))
        .filter(uid__in=list(uids), state=Candidate.State.WAITING)
        .order_by("pk")
    )


def with_all(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """In their order, with what the gate and a payload need."""
    return candidates.select_related(*NEEDED).order_by("pk")


def keep(looked: Looked, now: datetime) -> Candidate:
    """Put what was found on the row; the caller saves it."""
    candidate = looked.candidate
    candidate.checks = [one.to_json() for one in looked.checks]
    candidate.outcome, candidate.failed = outcome_of(looked.checks), " ".join(looked.failed)
    candidate.checked_at = now
    return candidate


def search(project: Project, items: Iterable[Item], now: datetime) -> None:
    """Look for personal data where nobody looked since the words came or the names changed."""
    shown = {key for keys in conversations_in(items).values() for key in keys}
    if missing := unscanned(shown):
        scan_all(missing, names_of(project.pk), now)
