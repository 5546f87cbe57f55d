"""Background work of admission: asking the rules of thousands, and admitting those that pass."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gold.models import Candidate, GoldDataset
from gold.services.admitting import admit
from gold.services.checking import check_all
from jobs.ledger import Handle, runner

STEP = 200


@runner
def run_checks(handle: Handle, *, dataset: int) -> dict[str, Any]:
    """What waits and what is gold; a second attempt only says the same again."""
    found = GoldDataset.objects.select_related("project").get(pk=dataset)
    checked = check_all(found, timezone.now(), lambda done: handle.step(done=done))
    handle.step(done=checked, total=checked)
    return {"dataset": str(found.uid), "checked": checked}


@runner
def run_admit(handle: Handle, *, dataset: int, actor: int) -> dict[str, Any]:
    """Every candidate that passed when it was checked; whoever fails by now stays waiting.

    What a step admitted waits no more, so another attempt goes on behind it.
    """
    found = GoldDataset.objects.select_related("project").get(pk=dataset)
    person = User.objects.get(pk=actor)
    uids = list(
        found.candidates.filter(state=Candidate.State.WAITING, outcome=Candidate.Outcome.PASSES)
        .order_by("pk")
        .values_list("uid", flat=True)
    )
    made = 0
    for start in range(0, len(uids), STEP):
        with transaction.atomic():
            admitted = admit(
                actor=person, dataset=found, uids=uids[start : start + STEP], now=timezone.now()
            )
            made += len(admitted.made)
            handle.step(done=min(start + STEP, len(uids)), total=len(uids))
    return {"dataset": str(found.uid), "admitted": made, "refused": len(uids) - made}
