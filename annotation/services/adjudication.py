"""Adjudication: a person settles what the rule could not.

A decision is whole: every open criterion and unit of the item gets an answer, or is said to be
unsettleable, or waits for its criterion. Nothing is overwritten: a later decision supersedes.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.answers import Given
from annotation.consensus import distribution_of
from annotation.decisions import Decision, changes_of, decided_meanwhile, is_repeated
from annotation.models import Criterion, Item, Study, Verdict
from annotation.services.deciding import (
    checked_reason,
    locked,
    refuse_own,
    restate,
    row_locked,
    still_open,
)
from annotation.services.examples import propose_examples
from annotation.services.holds import hold_criterion
from annotation.services.settling import Key, cases_of, settle_item
from annotation.standing import Standing, standing_of
from core.errors import DomainError, InvalidError


@transaction.atomic
def decide(*, actor: User, item: Item, decision: Decision, now: datetime) -> Item:
    """Give a verdict of the actor's to everything that is open; the same decision again is one.

    A unit that was adjudicated before may be among the answers and is then decided anew.
    """
    item = locked(item)
    refuse_own(actor, item)
    standing = standing_of(item)
    if decision.seen != standing.version:
        if is_repeated(actor, standing, decision):
            return item
        raise decided_meanwhile(standing)
    reason = checked_reason(decision.reason)
    for criterion in _named(standing, decision.rewording):
        hold_criterion(actor, item, criterion, reason, now)
    if decision.rewording:
        standing = standing_of(item)
    if not decision.is_only_rewording:
        _write(actor, standing, decision, reason, now)
        record(
            actor, "item.adjudicated", target=item, project=item.study.project,
            answers=sorted(decision.answers), unsettleable=sorted(decision.unsettleable),
        )  # fmt: skip
    return restate(item, now)


@transaction.atomic
def reopen(*, actor: User, item: Item, now: datetime) -> Item:
    """Take back what was adjudicated and put the item into the queue again; the history stays."""
    item = locked(item)
    refuse_own(actor, item)
    taken = Verdict.objects.filter(
        item=item, current=True, source=Verdict.Source.ADJUDICATION
    ).update(current=False)
    if not taken:
        raise DomainError(_("Nobody has decided on this item, so there is nothing to take back."))
    record(actor, "item.reopened", target=item, project=item.study.project)
    return restate(item, now)


@transaction.atomic
def take_up(*, actor: User, item: Item, now: datetime) -> Item:
    """Settle an item of a closed study with the ratings it has, because no others will count.

    The rule settles what it can; the rest is in dispute, and a person decides.
    """
    item = row_locked(item)
    if item.state != Item.State.OPEN:
        return item
    refuse_own(actor, item)
    if item.study.state != Study.State.CLOSED:
        raise still_open(item)
    if not cases_of(item):
        raise DomainError(
            _("Item %(seq)d has no rating that could settle, so there is nothing to decide.")
            % {"seq": item.seq}
        )
    settle_item(item=item, now=now)
    record(
        actor, "item.taken_up", target=item, project=item.study.project,
        ratings=item.n_submitted, planned=item.slots_total,
    )  # fmt: skip
    return restate(item, now)


def _named(standing: Standing, keys: Collection[str]) -> list[Criterion]:
    """The criteria to send back; only what is open here can be."""
    open_here = {key[0] for key in standing.open}
    named = [one for one in standing.criteria if one.key in keys and one.pk in open_here]
    if len(named) != len(keys):
        raise InvalidError(
            _("Only a criterion that is open on this item can be sent back. Reload the page.")
        )
    return named


def _write(actor: User, standing: Standing, decision: Decision, reason: str, now: datetime) -> None:
    changes = changes_of(standing, decision)
    superseded = [standing.verdicts[key].pk for key, _given in changes if key in standing.verdicts]
    Verdict.objects.filter(pk__in=superseded).update(current=False)
    verdicts = Verdict.objects.bulk_create(
        _verdict(actor, standing, key, given, reason, now) for key, given in changes
    )
    propose_examples(actor, standing, verdicts, decision.examples)


def _verdict(
    actor: User,
    standing: Standing,
    key: Key,
    given: Given | None,
    reason: str,
    now: datetime,
) -> Verdict:
    case = standing.cases[key]
    return Verdict(
        item=standing.item,
        criterion=case.criterion,
        turn=key[1],
        passage=key[2],
        value=given.value if given else None,
        number=given.number if given else None,
        words=given.words if given else "",
        distribution=distribution_of(case.column, case.scale),
        rating_uids=list(case.rating_uids),
        rule=case.rule.to_json(),
        source=Verdict.Source.ADJUDICATION,
        adjudicator=actor,
        reason=reason,
        at=now,
    )
