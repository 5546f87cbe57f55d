"""What the raters of one item said to one question, in words, and what became of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from annotation import consensus
from annotation.answers import Unit
from annotation.asks import MARK, Ask, is_about_sides, shown_side
from annotation.criteria import spoken
from annotation.derived import GuidanceLabel
from annotation.models import Criterion, CriterionHold, Rating, Score, Verdict
from annotation.services.settling import Case
from annotation.standing import is_unsettleable
from core.phrases import enumerated
from core.scales import Kind, Scale, ScaleError, Stored, decode


@dataclass(frozen=True)
class Voice:
    """One rater of the item."""

    letter: str
    rating: Rating

    @property
    def has_words(self) -> bool:
        return bool(self.rating.comment or self.rating.flagged)


@dataclass(frozen=True)
class Cell:
    """What one rater said to one question; `position` shades it by its place on the scale."""

    voice: Voice
    text: str = ""
    position: int | None = None
    n_points: int = 0
    is_alone: bool = False
    cannot_judge: bool = False
    why: str = ""

    @property
    def is_absent(self) -> bool:
        return not self.text and not self.cannot_judge


@dataclass(frozen=True)
class Count:
    name: str
    n: int


@dataclass(frozen=True)
class Row:
    """One criterion on one unit: what was said, and what became of it."""

    criterion: Criterion
    unit: Unit
    cells: Sequence[Cell]
    counts: Sequence[Count]
    case: Case | None = None
    verdict: Verdict | None = None
    answer: str = ""
    hold: CriterionHold | None = None
    is_moot: bool = False
    why: str = ""
    """Why the rule did not settle it, as a sentence."""
    ask: Ask | None = None
    follows: str = ""
    """What a computed score in dispute comes to, where its parts are all settled."""
    is_unsettleable: bool = False
    answers: tuple[str, str] | None = None
    """The two answers of a ranking that it is about."""

    @property
    def is_decided(self) -> bool:
        return bool(self.verdict and self.verdict.source == Verdict.Source.ADJUDICATION)

    @property
    def is_compact(self) -> bool:
        """Points named by their key stand in one row; the guidelines say what they mean."""
        if self.ask is None or self.ask.arrangement != "list":
            return False
        return all(option.mark == option.value for option in self.ask.options)

    @property
    def n_cannot_judge(self) -> int:
        return sum(cell.cannot_judge for cell in self.cells)

    @property
    def is_plotted(self) -> bool:
        """Whether the counts are shares of one whole."""
        return bool(self.case and self.case.scale.has_points)

    @property
    def names(self) -> list[str]:
        return [count.name for count in self.counts]

    @property
    def numbers(self) -> list[int]:
        return [count.n for count in self.counts]

    @property
    def wait(self) -> consensus.Waiting | None:
        outcome = self.case.outcome if self.case else None
        return outcome if isinstance(outcome, consensus.Waiting) else None

    @property
    def title(self) -> str:
        name = spoken(self.criterion.name, self.criterion.key)
        if self.answers:
            facts = {"criterion": name, "first": self.answers[0], "second": self.answers[1]}
            return _("%(criterion)s: %(first)s or %(second)s") % facts
        if self.unit.passage < 0:
            return name
        return _("%(criterion)s, passage %(n)d") % {"criterion": name, "n": self.unit.passage + 1}


@dataclass(frozen=True)
class Speech:
    """Puts one criterion's answers into words.

    `swapped` says which of two answers stands left, `names` what they are called if not left and
    right.
    """

    criterion: Criterion
    scale: Scale | None
    swapped: bool
    labels: Sequence[GuidanceLabel] = ()
    """The conversation's own, where the criterion takes them."""
    names: tuple[str, str] | None = None

    def words(self, stored: Any) -> str:
        """A score or a verdict in the words of its scale."""
        if self.scale is None or (stored.value is None and stored.number is None):
            return ""
        if self.scale.has_points and stored.value is None:
            nearest = self.scale.points[round(stored.number)]  # a mean of positions
            return "≈ " + self.point(nearest)
        try:
            said = decode(self.scale, Stored(stored.value, stored.number))
        except ScaleError:
            return str(stored.value)
        if isinstance(said, tuple):
            return enumerated(self.point(key) for key in said) or _("none")
        return f"{said:g}" if isinstance(said, float) else self.point(said)

    def point(self, key: str) -> str:
        """A mark says enough; other keys, such as "no", are shown by their label."""
        if is_about_sides(self.criterion):
            key = shown_side(key, self.swapped)
            if key in {"left", "right"}:
                left, right = self.names or (_("Left"), _("Right"))
                return left if key == "left" else right
        if own := next((label.text for label in self.labels if label.key == key), ""):
            return own
        if MARK.fullmatch(key):
            return key
        label = next((one.get("label") for one in self.criterion.points if one["key"] == key), None)
        return spoken(label or {}, key)

    def verdict(self, verdict: Verdict) -> str:
        if is_unsettleable(verdict):
            return _("cannot be settled")
        return verdict.words or self.words(verdict)

    def why(self, case: Case) -> str:
        outcome = case.outcome
        if not isinstance(outcome, consensus.Disagreement):
            return ""
        between = tuple(self.point(key) for key in outcome.between)
        return replace(outcome, between=between).sentence()

    def counts(self, case: Case) -> list[Count]:
        """How many said what, with the points that nobody chose, in the order of the scale."""
        counts = consensus.distribution_of(case.column, case.scale)
        names = case.scale.points or tuple(counts)
        return [Count(self.point(name), counts.get(name, 0)) for name in names]

    def cells(self, voices: Sequence[Voice], scores: Mapping[int, Score]) -> Iterator[Cell]:
        scale = self.scale
        alone = _alone(scores) if len(voices) > 2 else None
        for voice in voices:
            score = scores.get(voice.rating.pk)
            if score is None:
                yield Cell(voice)
                continue
            text = getattr(score, "text", None)
            if text is not None and text.cannot_judge:
                yield Cell(voice, cannot_judge=True, why=text.words)
                continue
            yield Cell(
                voice,
                text=text.words if text else self.words(score),
                position=score.value if scale and scale.kind == Kind.ORDINAL else None,
                n_points=len(scale.points) if scale else 0,
                is_alone=score.rating_id == alone,
            )


def _alone(scores: Mapping[int, Score]) -> int | None:
    """The rating that stands against all others, which agree among themselves."""
    by_answer: dict[tuple[int | None, float | None], list[int]] = defaultdict(list)
    for rating, score in scores.items():
        if score.value is not None or score.number is not None:
            by_answer[score.value, score.number].append(rating)
    if len(by_answer) != 2:
        return None
    few, many = sorted(by_answer.values(), key=len)
    return few[0] if len(few) == 1 and len(many) > 1 else None
