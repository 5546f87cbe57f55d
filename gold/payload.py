"""What a gold item is, as data: the conversation, its settled labels and where they came from.

The payload is what releases hash and exports write, so it stands alone: whoever has it needs no
database to use it. Provenance names the rows behind it, for `why`.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from annotation.criteria import scale_of
from annotation.derived import guidance_labels
from annotation.models import Criterion, Item, Rating, Verdict
from annotation.models.ratings import COUNTED
from annotation.ranking_page import answers_of_item
from conversations.models import Conversation
from core.scales import Scale, Stored, Target, decode
from core.text import digest

SCHEMA = "touchstone-gold/1"


def payload_of(item: Item, verdicts: list[Verdict]) -> dict[str, Any]:
    """The item with its current verdicts as one JSON object."""
    version = item.study.rubric_version
    other = item.conversation_b
    further = [conversation_data(one) for one in answers_of_item(item)[2:]]
    return {
        "schema": SCHEMA,
        "conversation": conversation_data(item.conversation),
        **({"conversation_b": conversation_data(other)} if other else {}),
        **({"further_answers": further} if further else {}),
        "labels": labels_of(verdicts, item),
        "rubric": {
            "uid": str(version.uid),
            "slug": version.rubric.slug,
            "version": version.number,
            "content_hash": version.content_hash,
        },
        "group": item.group_key,
        "inclusion_probability": item.inclusion_probability,
    }


def conversation_data(conversation: Conversation) -> dict[str, Any]:
    variant = conversation.variant
    return {
        "id": conversation.external_id,
        "turns": conversation.turns,
        "content_hash": conversation.content_hash,
        "input": conversation.input_key,
        "reference": conversation.reference,
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


def provenance_of(item: Item, verdicts: list[Verdict]) -> dict[str, Any]:
    """The names of everything the labels rest on."""
    ratings = Rating.objects.filter(item=item, current=True, layer__in=COUNTED).order_by("pk")
    return {
        "item": str(item.uid),
        "study": str(item.study.uid),
        "draw": str(item.draw.uid) if item.draw else None,
        "rubric_version": str(item.study.rubric_version.uid),
        "ratings": [str(rating.uid) for rating in ratings],
        "verdicts": [str(verdict.uid) for verdict in verdicts],
        "criteria": {one.key: one.meaning_hash for one in item.study.rubric_version.criteria.all()},
    }


def hash_of(payload: dict[str, Any]) -> str:
    """SHA-256 of the payload's canonical JSON: equal content, equal hash, anywhere."""
    return digest(payload)
