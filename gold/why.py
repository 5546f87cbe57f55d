"""Why a gold item says what it says: from the label back to each rating and the words rated by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotation.criteria import spoken
from annotation.models import Criterion, Item, Rating, RubricVersion, Score, Study, Verdict
from core.phrases import enumerated
from core.scales import Stored, Target, decode
from gold.chain import checked_chain
from gold.models import GoldItem, Tier
from gold.payload import scale_in
from gold.writing import approved_verdicts


@dataclass(frozen=True)
class Said:
    """One rater's score behind a label; two raters may bear one name, so `key` tells them apart."""

    key: int
    rater: str
    kind: str
    at: Any
    answer: Any
    comment: str


def in_words(criterion: Criterion, answer: Any) -> str:
    """An answer as a reader knows it: the words of its points, not their keys."""
    if answer is None:
        return ""
    labels = {point["key"]: spoken(point["label"], point["key"]) for point in criterion.points}
    keys = answer if isinstance(answer, list) else [answer]
    return enumerated(labels.get(key, key) for key in keys)


@dataclass(frozen=True)
class Because:
    """One label: its verdict, the rule or the person that settled it, and the scores beneath."""

    verdict: Verdict
    answer: Any
    said: list[Said]
    is_contested: bool = False
    """Of a contested item, which says how often each answer was given and has no value."""

    @property
    def distribution(self) -> dict[str, int]:
        """How often each point was chosen, in the order of the scale; keys of points."""
        counts = self.verdict.distribution
        points = [point["key"] for point in self.verdict.criterion.points]
        known = [*filter(counts.__contains__, points), *sorted(counts.keys() - set(points))]
        return {key: counts[key] for key in known}

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The same in words, where it is what the item says."""
        if not self.is_contested:
            return []
        criterion = self.verdict.criterion
        return [(in_words(criterion, key), n) for key, n in self.distribution.items()]

    @property
    def settled_by(self) -> str:
        """How the label came to be what it is."""
        if not self.is_contested:
            return str(self.verdict.get_source_display())
        if len(self.distribution) > 1:
            return _("no value, because raters differ")
        return _("no value, because raters differ on another criterion")

    @property
    def place(self) -> str:
        """Of what in the item it is; "" where it is of the whole."""
        turn, passage = self.verdict.turn, self.verdict.passage
        if turn < 0:
            return ""
        if self.verdict.criterion.target == Target.PAIR:
            return _("answers %(first)s and %(second)s") % {
                "first": turn + 1,
                "second": passage + 1,
            }
        if passage < 0:
            return _("turn %(n)d") % {"n": turn + 1}
        return _("turn %(turn)d, passage %(n)d") % {"turn": turn + 1, "n": passage + 1}

    @property
    def words(self) -> str:
        return in_words(self.verdict.criterion, self.answer)

    @property
    def said_in_words(self) -> list[tuple[str, str]]:
        """Who said what, for one line; "" where the rater could not judge."""
        return [(one.rater, in_words(self.verdict.criterion, one.answer)) for one in self.said]


@dataclass(frozen=True)
class Why:
    gold_item: GoldItem
    study: Study
    version: RubricVersion
    because: list[Because]

    @property
    def comments(self) -> list[tuple[str, str]]:
        """Each rater's comment once, however many labels the rating stands behind."""
        found = {one.key: one for part in self.because for one in part.said}
        return [(one.rater, one.comment) for one in found.values() if one.comment]

    def as_data(self, *, with_names: bool = True) -> dict[str, Any]:
        """For a file or a program; without names, raters are numbered, the same ones alike."""
        raters = {said.key: said.rater for one in self.because for said in one.said}
        spoken_of = {
            key: name if with_names else _("Rater %(n)s") % {"n": n}
            for n, (key, name) in enumerate(raters.items(), start=1)
        }
        item = self.gold_item.candidate.item
        chain = checked_chain(self.gold_item, with_names=with_names)
        return {
            "gold_item": str(self.gold_item.uid),
            "content_hash": self.gold_item.content_hash,
            "approved_at": self.gold_item.approved_at.isoformat(),
            "approved_by": str(self.gold_item.approved_by or ""),
            "retired_at": self.gold_item.retired_at and self.gold_item.retired_at.isoformat(),
            "retired_reason": self.gold_item.retired_reason,
            "erased_at": self.gold_item.payload.get("erased_at"),
            "conversation": item.conversation.external_id,
            "study": self.study.name,
            "rubric": {
                "name": str(self.version.rubric),
                "version": self.version.number,
                "content_hash": self.version.content_hash,
            },
            "draw": None
            if item.draw is None
            else {
                "seed": item.draw.seed,
                "pool": item.draw.pool_size,
                "size": item.draw.size,
                "inclusion_probability": item.inclusion_probability,
            },
            "labels": [
                {
                    "criterion": one.verdict.criterion.key,
                    "target": one.verdict.criterion.target,
                    "turn": one.verdict.turn,
                    "passage": one.verdict.passage,
                    "value": one.answer,
                    "distribution": one.distribution,
                    "source": one.verdict.source,
                    "adjudicator": str(one.verdict.adjudicator or "") if with_names else "",
                    "reason": one.verdict.reason,
                    "rule": one.verdict.rule,
                    "ratings": [
                        {
                            "rater": spoken_of[said.key],
                            "kind": said.kind,
                            "at": said.at.isoformat(),
                            "value": said.answer,
                            "comment": said.comment,
                        }
                        for said in one.said
                    ],
                }
                for one in self.because
            ],
            "chain": [one.as_data() for one in chain.steps],
            "chain_holds": chain.holds if chain.steps else None,
            "chain_problem": chain.problem,
            "releases": list(
                self.gold_item.release_items.order_by("release__number").values_list(
                    "release__number", flat=True
                )
            ),
        }


def why(gold_item: GoldItem) -> Why:
    """Read the chain back from the provenance that was written when the item was approved."""
    item = gold_item.candidate.item
    said = said_in(gold_item.provenance["ratings"], item)
    is_contested = gold_item.tier == Tier.CONTESTED
    verdicts = contested_in(gold_item) if is_contested else approved_verdicts(gold_item)
    if "erased_at" in gold_item.payload:
        verdicts = []  # they stay where they were given, but tell of no gold any more
    return Why(
        gold_item=gold_item,
        study=item.study,
        version=item.study.rubric_version,
        because=[
            Because(
                one,
                label_answer(one, gold_item),
                said.get((one.criterion_id, one.turn, one.passage), []),
                is_contested,
            )
            for one in verdicts
        ],
    )


def contested_in(gold_item: GoldItem) -> list[Verdict]:
    """What a contested item says of each criterion, as verdicts that settle nothing."""
    item = gold_item.candidate.item
    labels = gold_item.payload["labels"]
    criteria = item.study.rubric_version.criteria.filter(key__in=labels).order_by("position")
    return [
        Verdict(
            item=item,
            criterion=criterion,
            turn=turn,
            passage=passage,
            distribution=label["distribution"],
            source=Tier.CONTESTED,
        )
        for criterion in criteria
        for label in units_in(labels[criterion.key])
        for turn, passage in [unit_of(label)]
    ]


def units_in(label: Any) -> list[dict[str, Any]]:
    """One label of the whole, or one for each turn, passage or pair of answers."""
    return label if isinstance(label, list) else [label] if label else []


def said_in(ratings: Sequence[str], item: Item) -> dict[tuple[int, int, int], list[Said]]:
    """What these ratings said of an item, by criterion, turn and passage."""
    rows = (
        Rating.objects.filter(uid__in=ratings)
        .select_related("rater")
        .prefetch_related("scores__criterion", "scores__text")
        .order_by("submitted_at")
    )
    found: dict[tuple[int, int, int], list[Said]] = defaultdict(list)
    for rating in rows:
        for score in rating.scores.all():
            found[score.criterion_id, score.turn, score.passage].append(
                Said(
                    rating.rater_id,
                    rating.rater.display_name,
                    rating.rater.get_kind_display(),
                    rating.submitted_at,
                    answer_in(score, item),
                    rating.comment,
                )
            )
    return found


def answer_in(score: Score, item: Item) -> Any:
    """As the rater gave it: points by their keys, a number, or words."""
    if score.value is None and score.number is None:
        words = getattr(score, "text", None)
        return words.words if words else None
    answer = decode(scale_in(score.criterion, item), Stored(score.value, score.number))
    return list(answer) if isinstance(answer, tuple) else answer


def label_answer(verdict: Verdict, gold_item: GoldItem) -> Any:
    """The answer as the payload holds it: what was published, not what the rows say by now."""
    label = gold_item.payload["labels"].get(verdict.criterion.key)
    if isinstance(label, list):
        unit = (verdict.turn, verdict.passage)
        return next((one["value"] for one in label if unit_of(one) == unit), None)
    return None if label is None else label["value"]


def unit_of(label: dict[str, Any]) -> tuple[int, int]:
    """Turn and passage that a label is of, or the two answers of a ranking that it compares."""
    if "answers" in label:
        first, second = label["answers"]
        return first, second
    return label.get("turn", -1), label.get("passage", -1)
