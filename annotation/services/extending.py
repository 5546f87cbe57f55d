"""Asking more raters about every item of a study that is under way.

Items that a person has decided on stay as they are. The others are open again, with a place more
for each rater more; a consensus of so few is withdrawn and comes anew when they are full.
"""

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Item, Study, Verdict
from annotation.services.setting_aside import decided
from core.errors import DomainError, InvalidError
from jobs.ledger import enqueue_on_commit
from jobs.models import Job

MOST = 30
"""Raters an item, as when a study is made."""
AT_ONCE = 2_000
"""Items extended while the manager waits; a study with more is worked off by a job."""


def extendable(study: Study, up_to: int | None = None) -> QuerySet[Item]:
    """Items that get more raters, up to a number of the study: later ones have them already."""
    last = study.next_seq - 1 if up_to is None else up_to
    return study.items.filter(seq__lte=last).exclude(decided()).order_by("seq")


@transaction.atomic
def extend_study(*, actor: User | None, study: Study, more: int) -> Job | None:
    """Ask `more` raters about each item than so far; the job that goes on with a large study.

    The study's key is left free: a claim that holds an item would wait for it, and we for the item.
    """
    study = Study.objects.select_for_update(of=("self",), no_key=True).get(pk=study.pk)
    refuse_extending(study)
    if not 1 <= more <= MOST - study.overlap:
        raise InvalidError(
            _("An item is rated by %(most)d raters at most, and %(k)d are asked for already.")
            % {"most": MOST, "k": study.overlap},
            fields={"more": _("Between 1 and %(most)d.") % {"most": MOST - study.overlap}},
        )
    study.overlap += more
    if study.overlap_max is not None:
        study.overlap_max += more
    study.save(update_fields=["overlap", "overlap_max"])
    up_to = study.next_seq - 1
    record(
        actor, "study.extended", target=study, project=study.project, more=more,
        overlap=study.overlap, items=up_to,
    )  # fmt: skip
    last = extend_items(study=study, more=more, after=0, up_to=up_to)
    if last is None:
        return None
    return enqueue_on_commit(
        "annotation.tasks.run_extend",
        args={"study": study.pk, "more": more, "after": last, "up_to": up_to},
        project_uid=study.project.uid,
        total=up_to,
        requested_by=actor.pk if actor else None,
    )


def refuse_extending(study: Study) -> None:
    if study.state not in {Study.State.OPEN, Study.State.PAUSED} or not study.has_slots:
        raise DomainError(_("Only a study that is under way can be extended."))
    if study.purpose == Study.Purpose.CALIBRATION:
        raise DomainError(_("In a calibration all rate all: name another rater instead."))
    if study.policy == Study.Policy.BLOCKS:
        raise DomainError(
            _(
                "Study “%(study)s” is rated in balanced blocks of %(k)d, so its items have no "
                "place for others. Make another study of the same conversations."
            )
            % {"study": study, "k": study.overlap}
        )


def extend_items(*, study: Study, more: int, after: int, up_to: int) -> int | None:
    """Extend the next items; the number of the last one, None when none is left.

    Once the study is closed nobody comes any more, so the rest stays as it is.
    """
    now = Study.objects.select_for_update(of=("self",), no_key=True).get(pk=study.pk)
    if now.state == Study.State.CLOSED:
        return None
    rows = extendable(study, up_to).filter(seq__gt=after)
    found = list(rows.select_for_update(of=("self",)).values_list("seq", "pk")[: AT_ONCE + 1])
    keys = [pk for _seq, pk in found[:AT_ONCE]]
    Verdict.objects.filter(item__in=keys, current=True).update(current=False)
    Item.objects.filter(pk__in=keys).update(
        slots_total=F("slots_total") + more,
        slots_open=F("slots_open") + more,
        state=Item.State.OPEN,
        settled_at=None,
    )
    return found[AT_ONCE - 1][0] if len(found) > AT_ONCE else None
