"""What the page of one item shows: the conversation with all its ratings side by side.

Names are letters, drawn anew for every item, until the item is decided; so is the variant. Turns
are copied field by field as for raters, and the sides of a pair change places, so that whoever
settles is as blind as whoever rated.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from annotation import consensus
from annotation.answers import Answer, Question, Unit
from annotation.criteria import spoken
from annotation.models import Criterion, CriterionHold, Item, Layer, Rating, Score, Verdict
from annotation.models.ratings import HUMAN
from annotation.rating_page import (
    Ask,
    TurnView,
    blind_turns,
    is_about_sides,
    point_options,
    shown_side,
    side_options,
)
from annotation.services.settling import Case, Key
from annotation.standing import Standing, is_unsettleable
from core.scales import Kind, Scale, ScaleError, Stored, decode
from core.text import digest

SIDE_BY_SIDE = 6
"""With more raters than this, counts take the place of a column each."""


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
    ask: Ask | None = None
    is_unsettleable: bool = False

    @property
    def is_decided(self) -> bool:
        return bool(self.verdict and self.verdict.source == Verdict.Source.ADJUDICATION)

    @property
    def n_cannot_judge(self) -> int:
        return sum(cell.cannot_judge for cell in self.cells)

    @property
    def why(self) -> str:
        """Why the rule did not settle it, as a sentence."""
        outcome = self.case.outcome if self.case else None
        return outcome.sentence() if isinstance(outcome, consensus.Disagreement) else ""

    @property
    def wait(self) -> consensus.Waiting | None:
        outcome = self.case.outcome if self.case else None
        return outcome if isinstance(outcome, consensus.Waiting) else None

    @property
    def title(self) -> str:
        name = spoken(self.criterion.name, self.criterion.key)
        if self.unit.passage < 0:
            return name
        return _("%(criterion)s, passage %(n)d") % {"criterion": name, "n": self.unit.passage + 1}


@dataclass
class Group:
    """A piece of the conversation and what is asked about it."""

    turns: Sequence[TurnView]
    rows: Sequence[Row]
    rated: int | None = None

    @property
    def is_open(self) -> bool:
        return any(row.ask for row in self.rows)


@dataclass
class Typed:
    """What the form holds when it is drawn again after a refusal."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    unsettleable: frozenset[str] = frozenset()
    rewording: frozenset[str] = frozenset()
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True)
class ItemPage:
    """The item before whoever settles; `is_anew`: what was adjudicated may be decided again."""

    item: Item
    standing: Standing
    typed: Typed
    may_decide: bool = True
    is_anew: bool = False

    @property
    def is_decided(self) -> bool:
        return self.item.state in {Item.State.SETTLED, Item.State.UNSETTLEABLE}

    @property
    def swapped(self) -> bool:
        """Which conversation of a pair stands left: the same for everybody, another by item."""
        return self.item.conversation_b_id is not None and is_swapped(self.item)

    @cached_property
    def voices(self) -> list[Voice]:
        ratings = sorted(self._ratings, key=lambda one: digest([self.item.uid.hex, one.uid.hex]))
        return [Voice(_letter(place), rating) for place, rating in enumerate(ratings)]

    @property
    def is_side_by_side(self) -> bool:
        return len(self.voices) <= SIDE_BY_SIDE

    @property
    def n_silent(self) -> int:
        return sum(not voice.has_words for voice in self.voices)

    @cached_property
    def _ratings(self) -> list[Rating]:
        return list(_ratings_of(self.item).filter(layer=Layer.BLIND))

    @cached_property
    def uncounted(self) -> list[Rating]:
        """Ratings of people that no settling counts: late, informed, training, again."""
        return list(_ratings_of(self.item).exclude(layer=Layer.BLIND))

    @cached_property
    def layout(self) -> str:
        if self.item.conversation_b_id is not None:
            return "pair"
        return "turns" if len({unit.turn for unit in self._units} - {-1}) > 1 else "panel"

    @cached_property
    def _units(self) -> set[Unit]:
        return {Unit(key[1], key[2]) for key in self._scores}

    @cached_property
    def turns(self) -> list[TurnView]:
        return list(blind_turns(self.item.conversation.turns, self.item.study.blinding))

    @cached_property
    def sides(self) -> list[list[TurnView]]:
        pair = [self.item.conversation, self.item.conversation_b or self.item.conversation]
        if self.swapped:
            pair.reverse()
        views = [list(blind_turns(one.turns, self.item.study.blinding)) for one in pair]
        shared = len(self.asked_of(views))
        return [view[shared:] for view in views]

    @property
    def asked(self) -> list[TurnView]:
        return self.turns[: len(self.turns) - len(self.sides[1 if self.swapped else 0])]

    @staticmethod
    def asked_of(views: Sequence[Sequence[TurnView]]) -> list[TurnView]:
        """The turns at the beginning that are alike on both sides."""
        shared = []
        for left, right in zip(*views, strict=False):
            if (left.role, left.content) != (right.role, right.content):
                break
            shared.append(left)
        return shared

    @cached_property
    def groups(self) -> list[Group]:
        """The conversation in pieces that end with what is rated, else as one."""
        if self.layout != "turns":
            rated = {unit.turn for unit in self._units} - {-1}
            return [Group(self.turns, self.rows, rated.pop() if len(rated) == 1 else None)]
        groups, piece = [], []
        for turn in self.turns:
            piece.append(turn)
            rows = [row for row in self.rows if row.unit.turn == turn.number]
            if rows:
                groups.append(Group(piece, rows, turn.number))
                piece = []
        whole = [row for row in self.rows if row.unit.turn < 0]
        if piece or whole:
            groups.append(Group(piece, whole))
        return groups

    @cached_property
    def rows(self) -> list[Row]:
        by_place = {criterion.pk: criterion for criterion in self.standing.criteria}
        keys = [key for key in self._scores if key[0] in by_place]
        keys.sort(key=lambda key: (key[1], key[2], by_place[key[0]].position))
        return [self._row(key, by_place[key[0]]) for key in keys]

    @cached_property
    def open_criteria(self) -> list[Criterion]:
        """What can be sent back for rewording, and whose guidelines stand beside the answer."""
        asked = {row.criterion.pk for row in self.rows if row.ask}
        return [one for one in self.standing.criteria if one.pk in asked]

    @property
    def n_open(self) -> int:
        return sum(row.ask is not None for row in self.rows)

    @property
    def n_waiting(self) -> int:
        return len(self.standing.waiting)

    @cached_property
    def holds(self) -> list[CriterionHold]:
        return list(self.standing.holds.values())

    @cached_property
    def history(self) -> list["Past"]:
        """What was decided before and is superseded, and what stands by adjudication, in order."""
        verdicts = (
            Verdict.objects.filter(item=self.item, source=Verdict.Source.ADJUDICATION)
            .select_related("criterion", "adjudicator")
            .order_by("at", "pk")
        )
        return [Past(verdict, self._verdict_words(verdict)) for verdict in verdicts]

    @cached_property
    def _scores(self) -> dict[Key, dict[int, Score]]:
        """What was said, by question and rating."""
        scores = Score.objects.filter(rating__in=self._ratings).select_related("text")
        by_key: dict[Key, dict[int, Score]] = defaultdict(dict)
        for score in scores:
            by_key[score.criterion_id, score.turn, score.passage][score.rating_id] = score
        return dict(by_key)

    def _row(self, key: Key, criterion: Criterion) -> Row:
        case, verdict = self.standing.cases.get(key), self.standing.verdicts.get(key)
        is_open = key in self.standing.open
        cells = list(self._cells(key, criterion))
        return Row(
            criterion=criterion,
            unit=Unit(key[1], key[2]),
            cells=cells,
            counts=self._counts(case, criterion) if case else (),
            case=case,
            verdict=verdict,
            answer=self._verdict_words(verdict) if verdict else "",
            hold=self.standing.holds.get(key[0]) if key in self.standing.waiting else None,
            is_moot=case is not None and verdict is None and key not in self._unsettled,
            ask=self._ask(key, case) if self._is_asked(key, is_open) else None,
            is_unsettleable=self._is_unsettleable(key, verdict),
        )

    @property
    def _unsettled(self) -> set[Key]:
        return {*self.standing.open, *self.standing.waiting}

    def _is_asked(self, key: Key, is_open: bool) -> bool:
        if not self.may_decide or key not in self.standing.questions:
            return False
        return is_open or (self.is_anew and key in self.standing.adjudicated)

    def _is_unsettleable(self, key: Key, verdict: Verdict | None) -> bool:
        question = self.standing.questions.get(key)
        if question and (self.typed.answers or self.typed.unsettleable):
            return question.name in self.typed.unsettleable
        return bool(verdict and is_unsettleable(verdict))

    def _ask(self, key: Key, case: Case | None) -> Ask:
        question = self.standing.questions[key]
        answer = self.typed.answers.get(question.name) or (
            Answer() if self.typed.message else self._first_answer(question, case)
        )
        options = (
            side_options(question, answer, self.swapped)
            if is_about_sides(question.criterion)
            else point_options(question, answer)
        )
        return Ask(
            question=question,
            answer=answer,
            options=options,
            show_if=None,
            error=self.typed.errors.get(question.name, ""),
        )

    def _first_answer(self, question: Question, case: Case | None) -> Answer:
        """What stands; for labels else what most raters ticked, since no label is an answer too."""
        if question.name in self.standing.answers:
            return self.standing.answers[question.name]
        if question.criterion.kind == Kind.MULTI and case:
            counts = consensus.distribution_of(case.column, case.scale)
            return Answer(tuple(k for k, n in counts.items() if 2 * n > len(case.rating_uids)))
        return Answer()

    def _cells(self, key: Key, criterion: Criterion) -> Iterator[Cell]:
        case = self.standing.cases.get(key)
        scale = case.scale if case else None
        scores = self._scores[key]
        alone = _alone(scores) if len(self.voices) > 2 else None
        for voice in self.voices:
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
                text=text.words if text else self._words(score, criterion, scale),
                position=score.value if scale and scale.kind == Kind.ORDINAL else None,
                n_points=len(scale.points) if scale else 0,
                is_alone=score.rating_id == alone,
            )

    def _counts(self, case: Case, criterion: Criterion) -> list[Count]:
        """How many said what, with the points that nobody chose, in the order of the scale."""
        counts = consensus.distribution_of(case.column, case.scale)
        if not case.scale.points:
            return [Count(name, n) for name, n in counts.items()]
        return [
            Count(self._point(criterion, point), counts.get(point, 0))
            for point in case.scale.points
        ]

    def _words(self, stored: Any, criterion: Criterion, scale: Scale | None) -> str:
        """A score or a verdict in the words of its scale."""
        if scale is None or (stored.value is None and stored.number is None):
            return ""
        if scale.has_points and stored.value is None:
            return f"{stored.number:.2g}"
        try:
            said = decode(scale, Stored(stored.value, stored.number))
        except ScaleError:
            return str(stored.value)
        if isinstance(said, tuple):
            return ", ".join(self._point(criterion, key) for key in said) or _("none")
        return f"{said:g}" if isinstance(said, float) else self._point(criterion, said)

    def _point(self, criterion: Criterion, key: str) -> str:
        """Short keys say enough; others are shown by their label."""
        if is_about_sides(criterion):
            key = shown_side(key, self.swapped)
            if key in {"left", "right"}:
                return _("Left") if key == "left" else _("Right")
        if len(key) <= 2:
            return key
        label = next((one.get("label") for one in criterion.points if one["key"] == key), None)
        return spoken(label or {}, key)

    def _verdict_words(self, verdict: Verdict) -> str:
        if is_unsettleable(verdict):
            return _("cannot be settled")
        key = (verdict.criterion_id, verdict.turn, verdict.passage)
        case = self.standing.cases.get(key)
        return verdict.words or self._words(
            verdict, verdict.criterion, case.scale if case else None
        )


@dataclass(frozen=True)
class Past:
    """A decision in the item's history."""

    verdict: Verdict
    answer: str


def is_swapped(item: Item) -> bool:
    return int(digest(item.uid.hex)[:2], 16) % 2 == 1


def _ratings_of(item: Item) -> Any:
    return Rating.objects.filter(item=item, current=True, rater__kind__in=HUMAN).select_related(
        "rater"
    )


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else str(place + 1)


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
