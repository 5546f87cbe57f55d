"""How a study gives out its items: who may rate, in which order and lanes, and one rater more.

All of it is settled before the study opens. What has been drawn by then is dealt to its lanes anew.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation import pool
from annotation.lanes import Lane, lanes_in, sorter
from annotation.models import Qualification, Study
from annotation.services.quality import check_fits
from core.errors import DomainError, InvalidError
from core.expressions import parse
from core.phrases import labelled
from jobs.ledger import enqueue_on_commit

FIELDS = ("open_to", "policy", "overlap_max", "lanes")
MOST_LANES = 12
"""Lanes that a person writes down; balanced blocks, made at the opening, may be more."""
DEALT_AT_ONCE = 2_000
"""Items dealt anew while the manager waits; a study with more is worked off by a job."""


@transaction.atomic
def change_policy(*, actor: User, study: Study, changes: Mapping[str, Any]) -> Study:
    """Set how items are given out; `changes` holds all of `FIELDS`, lanes as the study keeps them.

    Lanes that changed take in anew what was drawn already.
    """
    study = Study.objects.select_for_update(of=("self",)).get(pk=study.pk)
    if study.state != Study.State.DRAFT:
        raise DomainError(
            _(
                "Study “%(study)s” has been opened, so the way it gives out items stays as it is. "
                "Make another study for another way."
            )
            % {"study": study}
        )
    touched = sorted(name for name in FIELDS if getattr(study, name) != changes[name])
    for name in touched:
        setattr(study, name, changes[name])
    check_policy(study)
    if touched:
        study.save(update_fields=touched)
        record(actor, "study.changed", target=study, project=study.project, fields=touched)
    if "lanes" in touched:
        _deal_anew(actor, study)
    return study


def check_policy(study: Study) -> None:
    """Refuse what would leave items that nobody can be given."""
    if study.overlap_max is not None and study.overlap_max <= study.overlap:
        _refuse(
            "overlap_max",
            _("%(k)d raters rate each item anyway. Name a higher number, or leave it empty.")
            % {"k": study.overlap},
        )
    if study.policy == Study.Policy.BLOCKS:
        _check_blocks(study)
    check_lanes(study, lanes_in(study.lanes))


def _check_blocks(study: Study) -> None:
    """Blocks say beforehand who rates what; whatever decides that later does not go with them."""
    if study.open_to == Study.OpenTo.EVERYONE:
        _refuse(
            "open_to",
            _("Balanced blocks are made of raters who are known beforehand. Name the raters."),
        )
    if study.overlap_max is not None:
        _refuse(
            "overlap_max",
            _(
                "In balanced blocks all raters of an item are settled beforehand, so there is "
                "nobody to ask later. Leave this empty, or choose another order."
            ),
        )
    if study.pk and study.links.filter(revoked_at=None).exists():
        _refuse(
            "policy",
            _(
                "End users rate here by a link, and balanced blocks have no place for them. "
                "Withdraw the link, or choose another order."
            ),
        )
    if study.lanes:
        _refuse(
            "policy",
            _(
                "Balanced blocks are lanes of their own. Take the lanes out, or choose another "
                "order."
            ),
        )


def check_lanes(study: Study, lanes: Sequence[Lane]) -> None:
    """Each lane has a name of its own, a condition that can be read, and raters who can be found.

    Only the last may do without a condition: it takes what fits no other.
    """
    if len(lanes) > MOST_LANES:
        _refuse("lanes", _("A study has %(most)d lanes at most.") % {"most": MOST_LANES})
    names = [lane.name for lane in lanes]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        _refuse("lanes", _("Two lanes are called “%(name)s”. Give each its own.") % {"name": twice})
    known = Qualification.objects.filter(project=study.project_id).select_related(
        "training__rubric_version__rubric"
    )
    by_slug = {one.slug: one for one in known}
    for place, lane in enumerate(lanes, start=1):
        if lane.where:
            _readable(lane)
        elif place < len(lanes):
            _refuse(
                "lanes",
                _(
                    "Lane “%(name)s” says nothing about its items, so the lanes below it would "
                    "stay empty. Write a condition, or put it last."
                )
                % {"name": lane.name},
            )
        if lane.qualification and lane.qualification not in by_slug:
            _refuse(
                "lanes",
                _("Lane “%(name)s” asks for a qualification that this project does not have.")
                % {"name": lane.name},
            )
        if lane.qualification:
            check_fits(study, by_slug[lane.qualification], field="lanes")


def _readable(lane: Lane) -> None:
    try:
        parse(lane.where)
    except DomainError as problem:
        _refuse("lanes", labelled(lane.name, problem.message))


def _deal_anew(actor: User, study: Study) -> None:
    last = deal_to_lanes(study=study, after=0)
    if last is not None:
        enqueue_on_commit(
            "annotation.tasks.run_deal_to_lanes",
            args={"study": study.pk, "after": last},
            project_uid=study.project.uid,
            total=study.next_seq - 1,
            coalesce_key=f"deal-to-lanes-{study.pk}",
            requested_by=actor.pk,
        )


def deal_to_lanes(*, study: Study, after: int) -> int | None:
    """Put the next items into the lanes they fit; the last one's number, None when none is left.

    Raters may be at work meanwhile: an item in another lane is found there at the next claim.
    """
    lane_of = sorter(lanes_in(study.lanes))
    items = list(
        study.items.filter(seq__gt=after)
        .order_by("seq")
        .values_list("seq", "pk", "conversation", "lane")[: DEALT_AT_ONCE + 1]
    )
    chunk = items[:DEALT_AT_ONCE]
    answers = pool.answers([conversation for _seq, _pk, conversation, _lane in chunk])
    moved: dict[int, list[int]] = defaultdict(list)
    for _seq, pk, conversation, lane in chunk:
        belongs = lane_of(answers[conversation].facts)
        if belongs != lane:
            moved[belongs].append(pk)
    for lane, pks in moved.items():
        study.items.filter(pk__in=pks).update(lane=lane)
    return chunk[-1][0] if len(items) > DEALT_AT_ONCE else None


def _refuse(field: str, words: str) -> None:
    raise InvalidError(words, fields={field: words})
