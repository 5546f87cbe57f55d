"""What a gold item is, as data: the conversation, its settled labels and where they came from.

The payload is what releases hash and exports write, so it stands alone: whoever has it needs no
database to use it. Payloads of the first schema stand in old releases; they have neither `input`
nor anything of `Facts`, so a reader asks for those with a default.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from annotation.consensus import distribution_of
from annotation.criteria import scale_of
from annotation.derived import guidance_labels
from annotation.models import Criterion, Item, Verdict
from annotation.ranking_page import answers_of_item
from annotation.services.settling import cases_of
from conversations.models import Conversation
from conversations.redacting import expected, said
from core.scales import Scale, Stored, Target, decode
from core.text import digest
from gold.asked import answer_in, input_key_of, input_of
from gold.models import GoldItem, Tier
from gold.numbers import even

SCHEMA = "touchstone-gold/2"


@dataclass(frozen=True)
class Facts:
    """What a gold item says beyond what was rated."""

    tier: str = Tier.GOLD
    source: str = "random"
    split: str = "test"
    input_key: str = ""
    expected: str = ""
    guidance: str = ""
    passages: Sequence[Sequence[int]] = ()
    tags: Sequence[str] = ()
    difficulty: str = ""
    licence: str = ""
    consent: str = ""


def facts_of(gold_item: GoldItem) -> Facts:
    """What stands on the row of the item and of its dataset."""
    return Facts(
        tier=str(gold_item.tier),
        source=str(gold_item.source),
        split=gold_item.split,
        input_key=gold_item.input_key,
        expected=gold_item.expected,
        guidance=gold_item.guidance,
        passages=gold_item.passages,
        tags=gold_item.tags,
        difficulty=str(gold_item.difficulty),
        licence=gold_item.dataset.licence,
        consent=gold_item.dataset.consent,
    )


def payload_of(
    item: Item, verdicts: list[Verdict], *, facts: Facts | None = None, provenance: str = ""
) -> dict[str, Any]:
    """The item with its verdicts as one JSON object; `provenance` is the last hash of its chain.

    Of a contested item no label has a value: how people answered is what it says.
    """
    facts = facts or Facts()
    version = item.study.rubric_version
    first, other = item.conversation, item.conversation_b
    further = [conversation_data(one) for one in answers_of_item(item)[2:]]
    labels = labels_of(open_verdicts(item) if facts.tier == Tier.CONTESTED else verdicts, item)
    payload = {
        "schema": SCHEMA,
        "conversation": conversation_data(first),
        **({"conversation_b": conversation_data(other)} if other else {}),
        **({"further_answers": further} if further else {}),
        "input_key": facts.input_key or input_key_of(first.input_key, first.turns),
        "input": input_of(said(first)),
        "expected": expected_of(item, labels, facts),
        "labels": labels,
        "rubric": {
            "uid": str(version.uid),
            "slug": version.rubric.slug,
            "version": version.number,
            "content_hash": version.content_hash,
        },
        "guidance": facts.guidance,
        "passages": [list(one) for one in facts.passages],
        "tags": list(facts.tags),
        "difficulty": facts.difficulty,
        "language": first.language,
        "tier": facts.tier,
        "split": facts.split,
        "source": facts.source,
        "licence": facts.licence,
        "consent": facts.consent,
        "group": item.group_key,
        "inclusion_probability": item.inclusion_probability,
        "provenance": provenance,
    }
    evened: dict[str, Any] = even(payload)
    return evened


def open_verdicts(item: Item) -> list[Verdict]:
    """What people answered unit by unit, as verdicts that settle nothing; they are never stored."""
    return [
        Verdict(
            item=item,
            criterion=case.criterion,
            turn=case.key[1],
            passage=case.key[2],
            distribution=distribution_of(case.column, case.scale),
            source=Tier.CONTESTED,
        )
        for case in cases_of(item)
    ]


def expected_of(item: Item, labels: dict[str, Any], facts: Facts) -> dict[str, str]:
    """The answer that a good one is held against, and who says so.

    What somebody wrote for this item comes first, then the reference that came in with the
    conversation, then the answer that was judged: whether that one is good, its labels say.
    """
    if facts.expected:
        return {"text": facts.expected, "source": "corrected"}
    if reference := expected(item.conversation):
        return {"text": reference, "source": "reference"}
    approved = None if facts.tier == Tier.CONTESTED else approved_answer(item, labels)
    return {"text": approved, "source": "approved"} if approved else {"text": "", "source": ""}


def approved_answer(item: Item, labels: dict[str, Any]) -> str:
    """The answer that was judged; of two, the one that every label prefers, and of more none."""
    if item.conversation_b is None:
        return answer_in(said(item.conversation))
    given = [label["value"] for label in labels.values() if isinstance(label, dict)]
    if given and all(value == "a" for value in given):
        return answer_in(said(item.conversation))
    is_other = bool(given) and all(value == "b" for value in given)
    return answer_in(said(item.conversation_b)) if is_other else ""


def conversation_data(conversation: Conversation) -> dict[str, Any]:
    """A conversation as it may be shown: what was hidden of it is hidden here too."""
    variant = conversation.variant
    return {
        "id": conversation.external_id,
        "turns": list(said(conversation)),
        "content_hash": conversation.content_hash,
        "input": conversation.input_key,
        "reference": expected(conversation),
        "guidance": conversation.guidance,
        "language": conversation.language,
        "variant": None
        if variant is None
        else {"name": variant.name, "fingerprint": variant.fingerprint},
    }


def labels_of(verdicts: list[Verdict], item: Item) -> dict[str, Any]:
    """Labels by criterion: one, or a list with the turn and passage of each.

    Of a ranking each label names two answers by their positions, the conversation's being 0.
    """
    labels: dict[str, Any] = {}
    units: dict[str, list[dict[str, Any]]] = defaultdict(list)
    ordered = sorted(verdicts, key=lambda one: (one.criterion.position, one.turn, one.passage))
    for verdict in ordered:
        label = label_of(verdict, item)
        if verdict.turn < 0 and verdict.passage < 0:
            labels[verdict.criterion.key] = label
        else:
            units[verdict.criterion.key].append({**_place(verdict), **label})
    return labels | units


def _place(verdict: Verdict) -> dict[str, Any]:
    if verdict.criterion.target == Target.PAIR:
        return {"answers": [verdict.turn, verdict.passage]}
    if verdict.passage < 0:
        return {"turn": verdict.turn}
    return {"turn": verdict.turn, "passage": verdict.passage}


def label_of(verdict: Verdict, item: Item) -> dict[str, Any]:
    return {
        "value": answer_of(verdict, item),
        "distribution": verdict.distribution,
        "n": sum(verdict.distribution.values()) if verdict.distribution else 0,
        "source": verdict.source,
        **({"reason": verdict.reason} if verdict.reason else {}),
    }


def answer_of(verdict: Verdict, item: Item) -> Any:
    """The settled answer as a rater would say it: a point's key, a number, keys of labels."""
    if verdict.value is None and verdict.number is None:
        return verdict.words or None
    scale = scale_in(verdict.criterion, item)
    if scale.has_points and verdict.number is not None:
        return between_points(scale.points, verdict.number)
    answer = decode(scale, Stored(verdict.value, verdict.number))
    return list(answer) if isinstance(answer, tuple) else answer


def between_points(points: Sequence[str], mean: float) -> float | str:
    """A mean of positions as a mean of the points' own numbers; without numbers, the nearest."""
    low = min(int(mean), len(points) - 1)
    high = min(low + 1, len(points) - 1)
    try:
        below, above = float(points[low]), float(points[high])
    except ValueError:
        return points[round(mean)]
    return round(below + (mean - low) * (above - below), 4)


def scale_in(criterion: Criterion, item: Item) -> Scale:
    """The criterion's scale; where its labels are the conversation's own, with those."""
    if not criterion.points_from:
        return scale_of(criterion)
    labels = guidance_labels(item.conversation.guidance, criterion.points_from)
    return scale_of(criterion, tuple(label.key for label in labels))


def hash_of(payload: dict[str, Any]) -> str:
    """SHA-256 of the payload's canonical JSON: equal content, equal hash, anywhere."""
    return digest(payload)
