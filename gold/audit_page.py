"""An audit of labels as its page shows it: the estimate in words, and the labels that differ."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analytics.reports.method_lines import method_line
from annotation.criteria import spoken
from annotation.models import Item
from core.phrases import enumerated
from gold.asked import question_of
from gold.audits import in_words, measured
from gold.independence import may_come_again
from gold.label_words import label_words
from gold.models import GoldItem, LabelAudit
from gold.relabelled import values


@dataclass(frozen=True)
class AuditLine:
    audit: LabelAudit
    n_items: int
    n_decided: int
    words: str


@dataclass(frozen=True)
class CriterionLine:
    name: str
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Differing:
    """A label of gold that the second rating says otherwise; whether it is another one since.

    Words that were hidden or an answer that was written since leave the label to be looked at.
    """

    gold_item: GoldItem
    item: str
    name: str
    place: str
    was: str
    now: str
    revised: bool

    @property
    def question(self) -> str:
        return question_of(self.gold_item.payload)


@dataclass(frozen=True)
class AuditShown:
    words: str
    n_decided: int
    n_items: int
    is_ready: bool
    n_may_come_again: int
    overall: Mapping[str, Any]
    criteria: list[CriterionLine]
    differing: list[Differing]

    @property
    def method_words(self) -> str:
        return method_line(self.overall["error"]["method"])


def states_of(audit: LabelAudit) -> Counter[str]:
    return Counter(audit.study.items.values_list("state", flat=True))


def audit_line(audit: LabelAudit) -> AuditLine:
    states = states_of(audit)
    words = in_words(stated(audit, audit.result)) if audit.result else ""
    return AuditLine(audit, states.total(), decided(states), words)


def decided(states: Counter[str]) -> int:
    return states[Item.State.SETTLED] + states[Item.State.UNSETTLEABLE]


def stated(audit: LabelAudit, result: Mapping[str, Any]) -> dict[str, Any]:
    finished = audit.finished_at.isoformat() if audit.finished_at else ""
    return {**result, "finished_at": finished}


def audit_shown(audit: LabelAudit) -> AuditShown:
    result = audit.result or measured(audit)
    states = states_of(audit)
    return AuditShown(
        words=in_words(stated(audit, result)),
        n_decided=decided(states),
        n_items=states.total(),
        is_ready=audit.finished_at is None and 0 < decided(states) == states.total(),
        n_may_come_again=0 if audit.finished_at else may_come_again(audit),
        overall=result["overall"],
        criteria=[
            CriterionLine(spoken(one["name"], one["criterion"]), one) for one in result["criteria"]
        ],
        differing=differing(audit, result),
    )


def says_otherwise(gold_item: GoldItem, found: Mapping[str, Any]) -> bool:
    """Whether the label is no longer what the audit drew."""
    now = dict(values(gold_item.payload["labels"]))
    return bool(now.get((found["criterion"], tuple(found["place"]))) != found["was"])


def differing(audit: LabelAudit, result: Mapping[str, Any]) -> list[Differing]:
    names = {one["criterion"]: one["name"] for one in result["criteria"]}
    labels = label_words(audit.study.rubric_version.criteria.all())
    uids = {one["gold"] for one in result["differ"]}
    items = {str(one.uid): one for one in GoldItem.objects.filter(uid__in=uids)}
    return [
        Differing(
            gold_item=items[one["gold"]],
            item=one["item"],
            name=spoken(names[one["criterion"]], one["criterion"]),
            place=enumerated(place + 1 for place in one["place"]),
            was=labels.said(one["criterion"], one["was"]),
            now=labels.said(one["criterion"], one["now"]),
            revised=says_otherwise(items[one["gold"]], one),
        )
        for one in result["differ"]
        if one["gold"] in items
    ]
