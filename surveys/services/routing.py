"""From feedback to raters: routes are made, followed, and stopped.

Following is done by a job, in steps that each hold the route and the study: two workers cannot
bring a conversation in twice, and a killed one leaves nothing half.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from math import prod
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation import pool
from annotation.models import Draw, Item, Study
from annotation.services.draws import ROUTED, Taken, add_items, earlier_draws
from conversations.models import Conversation
from core.errors import DomainError, InvalidError
from jobs.ledger import enqueue_on_commit
from surveys.models import CurrentFeedback, Kind, Route, Routed, ToRoute
from surveys.routing import throw

AT_ONCE = 500
"""Conversations a step."""
Fate = Routed.Fate


@transaction.atomic
def make_route(
    *,
    actor: User | None,
    study: Study,
    kind: Kind,
    values: Collection[int],
    reasons: Collection[str] = (),
    rate: float = 1.0,
    rate_rest: float = 0.0,
    per_day: int = 200,
    seed: int,
    now: datetime,
) -> Route:
    """Let feedback bring conversations into a study from now on, and what came before."""
    study = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    _refuse_study(study)
    if not values and not reasons:
        raise InvalidError(
            _("Say which feedback brings a conversation in: an answer, a reason, or both.")
        )
    if not 0 < rate <= 1 or not 0 <= rate_rest <= 1:
        raise InvalidError(_("A share lies between 0 and 1, and that of fitting ones above 0."))
    ledger = Draw.objects.create(
        study=study,
        strata="",
        allocation=ROUTED,
        seed=seed,
        size=0,
        pool_size=0,
        table=[],
        actor=actor,
        at=now,
    )
    route = Route.objects.create(
        project=study.project,
        study=study,
        kind=kind,
        values=sorted(values),
        reasons=sorted(reasons),
        rate=rate,
        rate_rest=rate_rest,
        per_day=per_day,
        seed=seed,
        draw=ledger,
        created_by=actor,
        created_at=now,
    )
    record(actor, "route.made", target=route, project=study.project, study=str(study))
    _note_all(route)
    follow_soon([study.project_id])
    return route


def _refuse_study(study: Study) -> None:
    if study.purpose != Study.Purpose.RATING or pool.compares_pairs(study):
        raise DomainError(
            _(
                "Study “%(study)s” does not rate conversations one by one. Route feedback into an "
                "ordinary study whose rubric compares no pairs."
            )
            % {"study": study}
        )
    if study.state == Study.State.CLOSED or study.imported:
        raise DomainError(
            _("Study “%(study)s” takes no more items. Choose one that is not closed.")
            % {"study": study}
        )


@transaction.atomic
def switch_route(*, actor: User | None, route: Route, active: bool) -> None:
    """Stop a route, or let it go on with what came meanwhile."""
    if Route.objects.filter(pk=route.pk, active=not active).update(active=active):
        told: dict[str, Any] = {"project": route.project, "study": str(route.study)}
        if active:
            record(actor, "route.resumed", target=route, **told)
        else:
            record(actor, "route.stopped", target=route, **told)
        follow_soon([route.project_id])


def note_changes(project: int, conversations: Collection[int]) -> None:
    """Feedback on these changed, or found its conversation: the project's routes look at them.

    To be called in the transaction of the change.
    """
    routes = Route.objects.filter(project=project).values_list("pk", flat=True)
    ToRoute.objects.bulk_create(
        [ToRoute(route_id=route, conversation_id=pk) for route in routes for pk in conversations],
        ignore_conflicts=True,
    )
    if routes:
        follow_soon([project])


def _note_all(route: Route) -> None:
    """What respondents said or saw before the route was made."""
    feedback = CurrentFeedback.objects.filter(project=route.project_id, kind=route.kind)
    known = feedback.exclude(conversation=None).values_list("conversation", flat=True).distinct()
    found = known.iterator(chunk_size=AT_ONCE)
    while chunk := list(islice(found, AT_ONCE)):
        ToRoute.objects.bulk_create(
            [ToRoute(route=route, conversation_id=pk) for pk in chunk], ignore_conflicts=True
        )


def follow_soon(projects: Iterable[int]) -> None:
    """Queue the routes of projects in which something changed; many calls are one job."""
    active = Route.objects.filter(project__in=projects, active=True)
    for project, uid in active.values_list("project", "project__uid").distinct():
        enqueue_on_commit(
            "surveys.tasks.follow_routes",
            args={"project": project},
            project_uid=uid,
            coalesce_key=f"follow-routes:{project}",
        )


@transaction.atomic
def follow(route_pk: int, now: datetime) -> int:
    """One step of a route: how many conversations it looked at, 0 at the end."""
    route = (
        Route.objects.select_for_update(of=("self",), no_key=True)
        .select_related("project")
        .get(pk=route_pk)
    )
    study = Study.objects.select_for_update(no_key=True).get(pk=route.study_id)
    if not route.active or study.state == Study.State.CLOSED:
        return 0
    _let_in_waiting(route, study, now)
    to_look_at = dict(
        ToRoute.objects.filter(route=route).values_list("conversation", "pk")[:AT_ONCE]
    )
    if to_look_at:
        _look_at(route, study, set(to_look_at), now)
        ToRoute.objects.filter(pk__in=to_look_at.values()).delete()
        _write_ledger(route)
    return len(to_look_at)


def _look_at(route: Route, study: Study, conversations: set[int], now: datetime) -> None:
    fits = _fitting(route, conversations)
    known = {
        one.conversation_id: one
        for one in Routed.objects.filter(route=route, conversation__in=conversations)
    }
    held = {
        item.conversation_id: item
        for item in study.items.filter(conversation__in=conversations, conversation_b=None)
    }
    by_draws = _by_draws(study, held)
    looked_at: list[Routed] = []
    chosen: list[Routed] = []
    for pk, uid in Conversation.objects.filter(pk__in=conversations).values_list("pk", "uid"):
        one = known.get(pk) or Routed(route=route, conversation_id=pk, fate=Fate.LEFT, at=now)
        one.fits = pk in fits
        one.probability = route.rate if one.fits else route.rate_rest
        if one.fate in (Fate.LEFT, Fate.WAITING):
            one.fate = Fate.LEFT
            if pk in held:
                one.fate, one.item, one.by_draws = Fate.THERE, held[pk], by_draws[pk]
            elif throw(route.seed, uid) < one.probability:
                one.fate = Fate.WAITING
                chosen.append(one)
        looked_at.append(one)
    Routed.objects.bulk_create([one for one in looked_at if one.conversation_id not in known])
    Routed.objects.bulk_update(
        [one for one in looked_at if one.conversation_id in known],
        ["fits", "probability", "fate", "item", "by_draws"],
    )
    _let_in(route, study, chosen, now)
    _set_probabilities(study, looked_at)


def _by_draws(study: Study, held: Mapping[int, Item]) -> dict[int, float | None]:
    """How likely draws alone brought each item in, the routes known so far taken out of it."""
    found = {pk: item.inclusion_probability for pk, item in held.items()}
    for one in Routed.objects.filter(route__study=study, conversation__in=held):
        pk, known = one.conversation_id, found[one.conversation_id]
        if one.by_draws is not None:
            found[pk] = one.by_draws
        elif known is not None:
            left = 1 - one.probability
            found[pk] = 1 - (1 - known) / left if left else held[pk].conditional_probability
    return found


def _fitting(route: Route, conversations: set[int]) -> set[int]:
    rows = CurrentFeedback.objects.filter(
        project=route.project_id, kind=route.kind, conversation__in=conversations
    ).exclude(value=None)
    if route.values:
        rows = rows.filter(value__in=route.values)
    if not route.reasons:
        return set(rows.values_list("conversation", flat=True))
    wanted = set(route.reasons)
    return {
        pk for pk, reasons in rows.values_list("conversation", "reasons") if wanted & set(reasons)
    }


def _set_probabilities(study: Study, looked_at: Sequence[Routed]) -> None:
    """What draws and all routes together make of how likely each item came in.

    An item that only feedback brought in which is no longer there makes no claim about the pool: as
    things stand now, its throw would have left it out.
    """
    keys = [one.item_id for one in looked_at if one.item_id is not None]
    items = Item.objects.select_related("draw").in_bulk(keys)
    if not items:
        return
    left_out = dict.fromkeys((item.conversation_id for item in items.values()), 1.0)
    by_draws: dict[int, float] = {}
    stays: set[int] = set()
    rows = Routed.objects.filter(route__study=study, conversation__in=left_out)
    for one in rows.select_related("route", "conversation"):
        left_out[one.conversation_id] *= 1 - one.probability
        if one.by_draws is not None:
            by_draws[one.conversation_id] = one.by_draws
        if throw(one.route.seed, one.conversation.uid) < one.probability:
            stays.add(one.conversation_id)
    for item in items.values():
        pk = item.conversation_id
        is_drawn = item.draw is not None and item.draw.allocation != ROUTED
        if pk in by_draws and (is_drawn or pk in stays):
            item.inclusion_probability = 1 - (1 - by_draws[pk]) * left_out[pk]
        elif not is_drawn:
            item.inclusion_probability = None
    Item.objects.bulk_update(items.values(), ["inclusion_probability"])


def _let_in_waiting(route: Route, study: Study, now: datetime) -> None:
    waiting = list(Routed.objects.filter(route=route, fate=Fate.WAITING).order_by("pk")[:AT_ONCE])
    if waiting:
        _look_at(route, study, {one.conversation_id for one in waiting}, now)


def _let_in(route: Route, study: Study, chosen: Sequence[Routed], now: datetime) -> None:
    """As many as the day allows become items; the rest wait for the next."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Routed.objects.filter(route=route, fate=Fate.TAKEN, at__gte=midnight).count()
    entering = chosen[: max(0, route.per_day - today)]
    if entering:
        earlier = earlier_draws(study)
        taken = [Taken((one.conversation_id,), one.probability) for one in entering]
        answers = pool.answers([one.conversation_id for one in entering])
        first = study.next_seq
        add_items(study, Draw.objects.get(routes=route), taken, earlier)
        items = dict(study.items.filter(seq__gte=first).values_list("conversation", "pk"))
        for one in entering:
            unit = [answers[one.conversation_id]]
            one.by_draws = 1 - prod(before.left_out(unit) for before in earlier)
            one.fate, one.item_id, one.at = Fate.TAKEN, items[one.conversation_id], now
    Routed.objects.bulk_update(chosen, ["fate", "item", "by_draws", "at"])


def _write_ledger(route: Route) -> None:
    """How many were looked at and taken of each class, as any draw tells of its strata."""
    rows = (
        Routed.objects.filter(route=route)
        .values("fits")
        .annotate(pool=Count("pk"), drawn=Count("pk", filter=Q(fate=Fate.TAKEN)))
        .order_by("-fits")
    )
    table: list[dict[str, Any]] = [
        {
            "stratum": "fits" if row["fits"] else "rest",
            "pool": row["pool"],
            "drawn": row["drawn"],
            "probability": route.rate if row["fits"] else route.rate_rest,
        }
        for row in rows
    ]
    Draw.objects.filter(routes=route).update(
        table=table,
        size=sum(row["drawn"] for row in table),
        pool_size=sum(row["pool"] for row in table),
    )


def ways_in(study: Study, conversations: Sequence[int], probabilities: dict[int, float]) -> None:
    """How likely routes would have brought conversations into a study that now draws them."""
    rows = Routed.objects.filter(route__study=study, conversation__in=conversations)
    for pk, probability in rows.values_list("conversation", "probability"):
        others = 1 - probabilities.get(pk, 0.0)
        probabilities[pk] = 1 - others * (1 - probability)


def routed_counts(route: Route) -> dict[str, int]:
    """For the page: how many of each fate."""
    counts = Routed.objects.filter(route=route).values_list("fate").annotate(n=Count("pk"))
    return {"pool": sum(n for _fate, n in counts), **dict(counts)}


def let_waiting_in(now: datetime) -> None:
    """Once an hour: what waited for the next day comes in."""
    projects = Routed.objects.filter(fate=Fate.WAITING, route__active=True).values_list(
        F("route__project"), flat=True
    )
    follow_soon(set(projects))
