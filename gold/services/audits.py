"""How far labels are wrong: a random sample of gold, rated once more by people blind to it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.draws import draw
from annotation.models import Item, Rater, RubricVersion
from core.errors import DomainError
from gold.audits import answers_of, measured, pool_of
from gold.independence import fewest_again, keep_away, raters_before
from gold.models import GoldDataset, GoldItem, LabelAudit
from gold.services.rated_anew import put_before_raters


@transaction.atomic
def create_audit(
    *,
    actor: User | None,
    dataset: GoldDataset,
    version: RubricVersion,
    size: int,
    seed: int,
    overlap: int,
    raters: Sequence[Rater] | None,
    now: datetime,
) -> LabelAudit:
    """Draw gold items judged by this version, and put their conversations before raters, blind.

    Without raters (None) the ratings are to be imported. Whoever rated or settled an item before
    does not get it again, unless too few others are named; the result then counts it.
    The labels of gold are kept with the sample: what is revised meanwhile is measured as it was.
    """
    pool = pool_of(dataset, version)
    if not pool:
        raise DomainError(
            _("“%(dataset)s” holds no item that was judged by %(version)s.")
            % {"dataset": dataset, "version": version}
        )
    drawn = draw(((str(uid), "") for uid in pool.values()), size=min(size, len(pool)), seed=seed)
    uids = [one.id for one in drawn.drawn]
    chosen = {
        str(one.uid): one
        for one in GoldItem.objects.filter(uid__in=uids).select_related("candidate__item")
    }
    items = put_before_raters(
        actor=actor,
        project=dataset.project,
        name=_("Label check of %(dataset)s, %(date)s")
        % {"dataset": dataset.name[:80], "date": formats.date_format(now, "DATE_FORMAT")},
        version=version,
        overlap=overlap,
        raters=raters,
        units=[answers_of(chosen[uid].candidate.item) for uid in uids],
        pool_size=len(pool),
        seed=seed,
        now=now,
    )
    study = items[0].study
    named = [one.pk for one in raters or ()]
    kept, _again = fewest_again(raters_before(study, named), named, overlap)
    keep_away(study, kept)
    audit = LabelAudit.objects.create(
        dataset=dataset,
        release=dataset.releases.order_by("-number").first(),
        study=study,
        seed=seed,
        pool_size=len(pool),
        sample=[
            {
                "gold": uid,
                "content_hash": chosen[uid].content_hash,
                "item": str(item.uid),
                "labels": chosen[uid].payload["labels"],
            }
            for uid, item in zip(uids, items, strict=True)
        ],
        created_by=actor,
        created_at=now,
    )
    record(
        actor, "gold.audit_made", target=audit, project=dataset.project, size=len(uids), seed=seed
    )
    return audit


@transaction.atomic
def finish_audit(*, actor: User | None, audit: LabelAudit, now: datetime) -> LabelAudit:
    """Take the measure once every item is decided; the next release states it."""
    audit = (
        LabelAudit.objects.select_for_update(of=("self",))
        .select_related("dataset__project", "study__rubric_version")
        .get(pk=audit.pk)
    )
    if audit.finished_at:
        raise DomainError(_("This audit is finished; its result stays. Make another one."))
    undecided = audit.study.items.filter(state__in=[Item.State.OPEN, Item.State.DISPUTED]).count()
    if undecided:
        raise DomainError(
            _("%(n)d items of the audit are not decided yet. Let them be rated and settled first.")
            % {"n": undecided}
        )
    audit.result, audit.finished_at = measured(audit), now
    audit.save(update_fields=["result", "finished_at"])
    record(actor, "gold.audit_finished", target=audit, project=audit.dataset.project)
    return audit
