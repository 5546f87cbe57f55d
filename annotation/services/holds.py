"""A criterion sent back for rewording: its verdicts in the study wait until the hold is lifted."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.criteria import spoken
from annotation.models import Criterion, CriterionHold, Item, Study
from annotation.services.deciding import checked_reason, locked, refuse_own, restate
from annotation.services.settling import settle_item
from core.errors import DomainError
from jobs.ledger import enqueue_on_commit

RESETTLED_AT_ONCE = 200
"""Items settled anew while the person waits; a study with more of them is worked off by a job."""


@transaction.atomic
def send_back(
    *, actor: User, item: Item, criterion: Criterion, reason: str, now: datetime
) -> CriterionHold:
    """Mark a criterion of the study as badly worded, with this item as the evidence.

    Its verdicts in the study wait until the hold is lifted; what is settled already stays.
    """
    item = locked(item)
    refuse_own(actor, item)
    hold = hold_criterion(actor, item, criterion, checked_reason(reason), now)
    restate(item, now)
    return hold


@transaction.atomic
def lift_hold(*, actor: User, hold: CriterionHold, now: datetime) -> None:
    """Let the criterion's verdicts go on in this study, for all items that were sent back with it.

    What raters agreed on meanwhile settles by the rule.
    """
    held = CriterionHold.objects.filter(
        study=hold.study_id, criterion=hold.criterion_id, lifted_at=None
    )
    if not held.update(lifted_at=now):
        raise DomainError(_("This criterion does not wait any more."))
    study = hold.study
    record(actor, "criterion.hold_lifted", target=hold.criterion, project=study.project)
    last = resettle(study=study, after=0, now=now)
    if last is not None:
        enqueue_on_commit(
            "annotation.tasks.run_resettle",
            args={"study": study.pk, "after": last},
            project_uid=study.project.uid,
            coalesce_key=f"resettle-{study.pk}",
            requested_by=actor.pk,
        )


def hold_criterion(
    actor: User, item: Item, criterion: Criterion, reason: str, now: datetime
) -> CriterionHold:
    hold, is_new = CriterionHold.objects.get_or_create(
        study=item.study,
        criterion=criterion,
        item=item,
        lifted_at=None,
        defaults={"reason": reason, "actor": actor, "at": now},
    )
    if not is_new:
        raise DomainError(
            _("“%(criterion)s” has been sent back with this item already.")
            % {"criterion": spoken(criterion.name, criterion.key)}
        )
    record(
        actor, "criterion.sent_back", target=criterion, project=item.study.project,
        item=str(item.uid), reason=reason,
    )  # fmt: skip
    return hold


def resettle(*, study: Study, after: int, now: datetime) -> int | None:
    """Settle the next disputed items by the rule; the last one's key, None when none is left."""
    waiting = (
        study.items.select_for_update(of=("self",))
        .filter(state=Item.State.DISPUTED, pk__gt=after)
        .select_related("study__rubric_version", "conversation")
        .order_by("pk")[: RESETTLED_AT_ONCE + 1]
    )
    items = list(waiting)
    for item in items[:RESETTLED_AT_ONCE]:
        settle_item(item=item, now=now)
        if item.state == Item.State.OPEN:  # one rater more is asked
            item.save(update_fields=["state", "settled_at"])
        else:
            restate(item, now)
    return items[RESETTLED_AT_ONCE - 1].pk if len(items) > RESETTLED_AT_ONCE else None
