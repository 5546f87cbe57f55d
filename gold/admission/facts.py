"""What is known of candidates, rule by rule, but for what they have in common with one another.

Gathered for a whole batch at once: the number of queries does not grow with the candidates.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from accounts.models import Project
from analytics.models import AgreementSnapshot
from annotation.models import CriterionHold, Item, ItemAnswer, Rating, Verdict
from annotation.models.ratings import COUNTED, HUMAN
from conversations.redacting import open_proposals, said, unscanned
from gold.admission.exposed import Asked, uses_of
from gold.admission.kin import Tie, end_users_of, ties_of
from gold.admission.near_index import Sketch
from gold.admission.rules import COEFFICIENTS
from gold.asked import input_key_of
from gold.models import Candidate

GWET = ("gwet_ac2", "gwet_ac1")


@dataclass(frozen=True, slots=True)
class Known:
    """One candidate with its facts; two rules also look at the others (`gold.admission.gate`)."""

    candidate: Candidate
    facts: Mapping[str, Mapping[str, Any]]
    input_key: str
    ties: tuple[Tie, ...]
    sketch: Sketch


def gather(project: Project, candidates: Sequence[Candidate]) -> list[Known]:
    """The facts of a batch; candidates come with their item, its study and its conversation."""
    items = {one.pk: one.item for one in candidates}
    keys = [item.pk for item in items.values()]
    settled, raters = settled_facts(items.values()), raters_of(keys)
    low, clear = agreement_of(items.values()), personal_data_of(items.values())
    first = {pk: item.conversation for pk, item in items.items()}
    inputs = {pk: input_key_of(one.input_key, one.turns) for pk, one in first.items()}
    asked = {pk: Asked(one.pk, one.input_key, inputs[pk]) for pk, one in first.items()}
    uses = uses_of(project, asked)
    end_users = end_users_of({one.pk for one in first.values()})
    return [
        Known(
            candidate=one,
            facts={
                "settled": settled[one.item_id],
                "min_raters": {"raters": raters.get(one.item_id, 0)},
                "min_agreement": low[one.item_id],
                "personal_data": clear[one.item_id],
                "not_exposed": {"uses": uses[one.pk]},
            },
            input_key=inputs[one.pk],
            ties=ties_of(inputs[one.pk], first[one.pk], end_users),
            sketch=Sketch.of(said(first[one.pk])),
        )
        for one in candidates
    ]


def settled_facts(items: Iterable[Item]) -> dict[int, dict[str, Any]]:
    """State, and whether a criterion of the study waits for rewording."""
    items = list(items)
    studies = {item.study_id for item in items}
    held = set(
        CriterionHold.objects.filter(study__in=studies, lifted_at=None).values_list(
            "study", flat=True
        )
    )
    counts = dict(
        Verdict.objects.filter(item__in=items, current=True)
        .values_list("item")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {
        item.pk: {
            "state": str(item.state),
            "held": item.study_id in held,
            "verdicts": counts.get(item.pk, 0),
        }
        for item in items
    }


def raters_of(items: Iterable[int]) -> dict[int, int]:
    """How many people's ratings count, by item."""
    rows = Rating.objects.filter(
        item__in=list(items), current=True, layer__in=COUNTED, rater__kind__in=HUMAN
    )
    return dict(rows.values_list("item").annotate(n=Count("rater", distinct=True)).order_by())


def agreement_of(items: Iterable[Item]) -> dict[int, dict[str, Any]]:
    """Of each coefficient the least lower limit on the criteria that have a verdict, and where.

    From the newest report of the item's study. Without a verdict all criteria count; without a
    report, or where a coefficient cannot be estimated, there is no limit.
    """
    items = list(items)
    studies = {item.study_id for item in items}
    reports = {
        study: {one["criterion"]: lower_limits(one["coefficients"]) for one in criteria}
        for study, criteria in AgreementSnapshot.objects.filter(study__in=studies).values_list(
            "study", "data__criteria"
        )
    }
    answered: dict[int, set[str]] = defaultdict(set)
    verdicts = Verdict.objects.filter(item__in=items, current=True)
    for item, key in verdicts.values_list("item", "criterion__key").distinct():
        answered[item].add(key)
    return {item.pk: _least(reports.get(item.study_id), answered[item.pk]) for item in items}


def lower_limits(coefficients: Mapping[str, Any]) -> dict[str, float | None]:
    """The lower limit of each coefficient that can have a bar."""
    gwet: Mapping[str, Any] = next((coefficients[key] for key in GWET if key in coefficients), {})
    found = {**coefficients, "gwet": gwet}
    return {name: found.get(name, {}).get("low") for name in COEFFICIENTS}


def _least(
    report: Mapping[str, Mapping[str, float | None]] | None, answered: set[str]
) -> dict[str, Any]:
    if report is None:
        return {"computed": False, "low": {}, "criterion": {}}
    counted = {key: low for key, low in report.items() if not answered or key in answered}
    low: dict[str, float | None] = {}
    where: dict[str, str] = {}
    for name in COEFFICIENTS:
        limits = [(limits[name], key) for key, limits in counted.items()]
        missing = next((key for value, key in limits if value is None), None)
        known = [(value, key) for value, key in limits if value is not None]
        low[name], where[name] = min(known) if missing is None and known else (None, missing or "")
    return {"computed": True, "low": low, "criterion": where}


def personal_data_of(items: Iterable[Item]) -> dict[int, dict[str, Any]]:
    """Whether everything that the item shows was searched, and how many proposals are open."""
    shown = conversations_in(items)
    every = {one for keys in shown.values() for one in keys}
    waiting, unsearched = open_proposals(every), unscanned(every)
    return {
        item: {
            "searched": not keys & unsearched,
            "open": sum(waiting[key] for key in keys),
        }
        for item, keys in shown.items()
    }


def conversations_in(items: Iterable[Item]) -> dict[int, set[int]]:
    """By item, the conversations that a rater of it saw."""
    items = list(items)
    shown = {
        item.pk: {one for one in (item.conversation_id, item.conversation_b_id) if one is not None}
        for item in items
    }
    ranked = [item.pk for item in items if item.n_answers > 2]
    rows = ItemAnswer.objects.filter(item__in=ranked).values_list("item", "conversation")
    for item, conversation in rows if ranked else ():
        shown[item].add(conversation)
    return shown
