"""What the rows say of a gold item's past: the data of each step of its provenance.

Gathered when a step is written, and again when somebody asks whether the step still holds: the two
are then compared.
"""

from collections.abc import Sequence
from typing import Any

from annotation.consensus import VERSION
from annotation.models import Item, Rating, Verdict
from annotation.models.ratings import COUNTED
from annotation.ranking_page import answers_of_item
from conversations.models import Conversation
from conversations.redacting import redactions_of
from core.text import digest
from gold.models import GoldItem
from gold.numbers import even
from gold.provenance import Kind, Step, extended

Data = dict[str, Any]


def gathered(item: Item, verdicts: Sequence[Verdict]) -> dict[Kind, Data]:
    """Every step that the rows tell of, in order; one that never was is left out."""
    said = conversations_of(item)
    found = {
        Kind.SOURCE: source_data(said),
        Kind.REDACTION: redaction_data(said),
        Kind.DRAW: draw_data(item),
        Kind.RATINGS: ratings_data(item),
        Kind.AGGREGATION: aggregation_data(item, verdicts),
        Kind.ADJUDICATION: adjudication_data(verdicts),
    }
    return {kind: even(data) for kind, data in found.items() if data}


def conversations_of(item: Item) -> list[Conversation]:
    """Each conversation of an item once, the judged one first."""
    return list({one.pk: one for one in answers_of_item(item)}.values())


def verdicts_of(item: Item) -> list[Verdict]:
    """What is settled of it today."""
    return list(
        item.verdicts.filter(current=True)
        .select_related("criterion", "adjudicator")
        .order_by("criterion__position", "turn", "passage")
    )


def source_data(conversations: Sequence[Conversation]) -> Data:
    return {"conversations": [conversation_source(one) for one in conversations]}


def conversation_source(conversation: Conversation) -> Data:
    run = conversation.run
    return {
        "uid": str(conversation.uid),
        "content_hash": conversation.content_hash,
        **({"import": str(run.uid), "importer": run.source, "file": run.file_name} if run else {}),
    }


def redaction_data(conversations: Sequence[Conversation]) -> Data:
    """Where something is hidden, and of what kind; not what. {} where nothing is."""
    found = redactions_of([one.pk for one in conversations])
    spans = [
        [place, one.kind, one.turn, one.part, one.start, one.end]
        for place, conversation in enumerate(conversations)
        for one in found[conversation.pk]
    ]
    return {"spans": spans} if spans else {}


def draw_data(item: Item) -> Data:
    draw = item.draw
    if draw is None:
        return {"draw": None}
    return {
        "draw": str(draw.uid),
        "seed": draw.seed,
        "size": draw.size,
        "pool": draw.pool_size,
        "where": draw.pool_filter,
        "strata": draw.strata,
        "allocation": draw.allocation,
        "probability": item.inclusion_probability,
    }


def ratings_data(item: Item) -> Data:
    """Each rating that counts, with a hash of its scores: a changed one shows."""
    ratings = (
        Rating.objects.filter(item=item, current=True, layer__in=COUNTED)
        .select_related("rater")
        .prefetch_related("scores__criterion", "scores__text")
        .order_by("pk")
    )
    lines = [
        {
            "uid": str(one.uid),
            "kind": one.rater.kind,
            "layer": one.layer,
            "hash": digest(even(scores_of(one))),
        }
        for one in ratings
    ]
    return {"ratings": lines}


def scores_of(rating: Rating) -> list[list[Any]]:
    """A rating as values in a fixed order."""
    rows = [
        [
            one.criterion.key,
            one.turn,
            one.passage,
            one.value,
            one.number,
            one.text.words if hasattr(one, "text") else "",
        ]
        for one in rating.scores.all()
    ]
    return sorted(rows, key=lambda row: row[:3])


def aggregation_data(item: Item, verdicts: Sequence[Verdict]) -> Data:
    """By what rules of which rubric the ratings became verdicts, and a hash of each verdict."""
    version = item.study.rubric_version
    return {
        "study": str(item.study.uid),
        "rubric": str(version.uid),
        "rubric_hash": version.content_hash,
        "code": VERSION,
        "rules": {one.criterion.key: one.rule for one in verdicts},
        "verdicts": [
            {"uid": str(one.uid), "unit": unit_of(one), "hash": verdict_hash(one)}
            for one in verdicts
        ],
    }


def unit_of(verdict: Verdict) -> list[Any]:
    return [verdict.criterion.key, verdict.turn, verdict.passage]


def verdict_hash(verdict: Verdict) -> str:
    said = [verdict.value, verdict.number, verdict.words, verdict.distribution, verdict.source]
    return digest(even(said))


def adjudication_data(verdicts: Sequence[Verdict]) -> Data:
    """Who decided what the rule could not, and why; {} where it could."""
    decided = [
        {
            "verdict": str(one.uid),
            "unit": unit_of(one),
            "adjudicator": str(one.adjudicator.uid) if one.adjudicator else "",
            "reason": one.reason,
        }
        for one in verdicts
        if one.source == Verdict.Source.ADJUDICATION
    ]
    return {"decided": decided} if decided else {}


def approval_data(gold_item: GoldItem) -> Data:
    """Who let it in, and what the gate had said of it."""
    by = gold_item.approved_by
    return {
        "by": str(by.uid) if by else "",
        "tier": str(gold_item.tier),
        "checks": even(gold_item.candidate.checks),
    }


def whole_chain(gold_item: GoldItem, verdicts: Sequence[Verdict]) -> list[Step]:
    """From the file to the approval, as the rows tell it now."""
    steps: list[Step] = []
    for kind, data in gathered(gold_item.candidate.item, verdicts).items():
        steps = extended(steps, kind, data)
    at = gold_item.approved_at
    return extended(steps, Kind.APPROVAL, approval_data(gold_item), at)


def names_of(item: Item, verdicts: Sequence[Verdict]) -> Data:
    """The rows behind the labels by name, beside the chain: what queries look for."""
    ratings = Rating.objects.filter(item=item, current=True, layer__in=COUNTED).order_by("pk")
    return {
        "item": str(item.uid),
        "study": str(item.study.uid),
        "draw": str(item.draw.uid) if item.draw else None,
        "rubric_version": str(item.study.rubric_version.uid),
        "ratings": [str(uid) for uid in ratings.values_list("uid", flat=True)],
        "verdicts": [str(verdict.uid) for verdict in verdicts],
        "criteria": {one.key: one.meaning_hash for one in item.study.rubric_version.criteria.all()},
    }
