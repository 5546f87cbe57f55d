"""What is asked about one item, and whether what was answered may be stored.

A question is a criterion put to one unit: the conversation, an assistant turn, a passage, a pair.
Where more than two answers are put in order, every two of them are a unit, so that a ranking is
stored, settled and compared as the pairs it consists of (`annotation.rankings`).
Nothing here touches the database, so that the rater page, the API and imports check alike.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import combinations
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from annotation.criteria import as_data, is_about_sides, scale_of, spoken
from annotation.derived import GuidanceLabel, compute, guidance_labels
from annotation.models import Criterion
from core.expressions import Ast, evaluate, parse
from core.scales import Kind, Scale, ScaleError, Target, encode
from core.text import storable

MAX_WORDS = 10_000


class Unit(NamedTuple):
    """What one score speaks of; -1 stands for none.

    Of a ranking the two numbers are the positions of two answers, the lower one first.
    """

    turn: int = -1
    passage: int = -1


@dataclass(frozen=True)
class Answer:
    """What a rater said to one question: the key of a point, labels, a number or words as typed."""

    chosen: str | tuple[str, ...] = ""
    cannot_judge: bool = False
    why: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answer":
        chosen = data.get("chosen", "")
        return cls(
            chosen=tuple(chosen) if isinstance(chosen, list) else str(chosen),
            cannot_judge=bool(data.get("cannot_judge")),
            why=str(data.get("why", "")),
        )

    def to_json(self) -> dict[str, Any]:
        if self.cannot_judge:
            return {"cannot_judge": True, "why": self.why}
        return {"chosen": list(self.chosen) if isinstance(self.chosen, tuple) else self.chosen}


@dataclass(frozen=True)
class Question:
    criterion: Criterion
    unit: Unit
    labels: tuple[GuidanceLabel, ...] = ()
    """The conversation's own points or deductions, where the criterion takes them."""

    @cached_property
    def name(self) -> str:
        """Its name in a form and in a draft: the key, then the unit's numbers."""
        numbers = [str(number) for number in self.unit if number >= 0]
        return ".".join([self.criterion.key, *numbers])

    @cached_property
    def scale(self) -> Scale:
        scale = scale_of(self.criterion)
        if not self.labels:
            return scale
        return Scale(
            kind=scale.kind,
            level=scale.level,
            points=tuple(label.key for label in self.labels),
            minimum=scale.minimum,
            maximum=scale.maximum,
            name=scale.name,
        )

    @property
    def is_ranked(self) -> bool:
        """Which of two answers is better, where there are more than these two."""
        return self.criterion.target == Target.PAIR and self.unit != Unit()

    @property
    def is_tick(self) -> bool:
        """A deduction: ticked means its last point, not ticked its first."""
        return bool(self.criterion.effect) and self.criterion.kind == Kind.BINARY

    @property
    def condition(self) -> Ast | None:
        return _condition(self.criterion.show_if) if self.criterion.show_if else None


_condition = cache(parse)


class Given(NamedTuple):
    """One score as it will be stored."""

    criterion: Criterion
    unit: Unit
    value: int | None = None
    number: float | None = None
    cannot_judge: bool = False
    words: str = ""


@dataclass
class Checked:
    given: list[Given] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def questions_of(
    criteria: Sequence[Criterion],
    turns: Sequence[Mapping[str, Any]],
    guidance: Mapping[str, Any] | None = None,
    excluded_turns: Collection[int] = (),
    n_answers: int = 1,
) -> list[Question]:
    """Every question of an item, unit by unit, in the order of the criteria.

    Totals are computed and not asked; what takes its labels from a guidance that this
    conversation lacks is not asked either.
    """
    asked = [(one, _target(one, n_answers)) for one in criteria if not one.derived]
    if all(target == Target.CONVERSATION for _one, target in asked):
        turns = ()  # most rubrics ask nothing about them, and this is asked for every item
    return [
        Question(criterion, unit, labels)
        for unit, target in _units(turns, excluded_turns, n_answers)
        for criterion, asked_at in asked
        if asked_at == target
        for labels in [_labels(criterion, guidance)]
        if labels or not criterion.points_from
    ]


def _target(criterion: Criterion, n_answers: int) -> str:
    """At what kind of unit it is asked: what is about sides, of more than two, at every pair."""
    if criterion.target == Target.PAIR and not (n_answers > 2 and is_about_sides(criterion)):
        return Target.CONVERSATION
    return criterion.target


def _units(
    turns: Sequence[Mapping[str, Any]], excluded_turns: Collection[int], n_answers: int
) -> Iterator[tuple[Unit, str]]:
    for first, second in combinations(range(n_answers), 2):
        yield Unit(first, second), Target.PAIR
    yield Unit(), Target.CONVERSATION
    for number, turn in enumerate(turns):
        if turn.get("role") != "assistant" or number in excluded_turns:
            continue
        yield Unit(number), Target.TURN
        for passage in range(len(turn.get("passages") or ())):
            yield Unit(number, passage), Target.PASSAGE


def _labels(criterion: Criterion, guidance: Mapping[str, Any] | None) -> tuple[GuidanceLabel, ...]:
    return guidance_labels(guidance, criterion.points_from) if criterion.points_from else ()


def check(
    questions: Iterable[Question],
    criteria: Sequence[Criterion],
    answers: Mapping[str, Answer],
    guidance: Mapping[str, Any] | None = None,
) -> Checked:
    """Encode what was answered, leave out what `show_if` hides, say what is missing or wrong."""
    checked = Checked()
    by_unit: dict[Unit, dict[str, Any]] = {}
    for question in questions:
        said = by_unit.setdefault(question.unit, {})
        if question.condition and not evaluate(question.condition, said.get):
            continue
        answer = answers.get(question.name, Answer())
        try:
            given = _given(question, answer)
        except ScaleError as refusal:
            checked.errors[question.name] = str(refusal)
            continue
        if given:
            checked.given.append(given)
            if not given.cannot_judge:
                said[question.criterion.key] = _spoken_answer(question, answer)
    if not checked.errors:
        checked.given += _totals(criteria, by_unit, guidance)
    return checked


def _given(question: Question, answer: Answer) -> Given | None:
    criterion = question.criterion
    name = spoken(criterion.name, criterion.key)
    if answer.cannot_judge and criterion.cannot_judge:
        return Given(criterion, question.unit, cannot_judge=True, words=_words(answer.why, name))
    if criterion.kind == Kind.TEXT and (text := _words(str(answer.chosen), name)):
        return Given(criterion, question.unit, words=text)
    chosen = _spoken_answer(question, answer)
    if chosen == "":
        if criterion.required:
            raise ScaleError(_missing(criterion, name))
        return None
    return Given(criterion, question.unit, *encode(question.scale, chosen))


def _spoken_answer(question: Question, answer: Answer) -> str | tuple[str, ...]:
    """The answer with what a form leaves out: no tick is a no, no label is the empty set."""
    if question.criterion.kind == Kind.MULTI:
        return answer.chosen if isinstance(answer.chosen, tuple) else ()
    if question.is_tick and not answer.chosen:
        return question.scale.points[0]
    return str(answer.chosen).strip() if isinstance(answer.chosen, str) else ""


def _words(text: str, name: str) -> str:
    if len(text) > MAX_WORDS:
        raise ScaleError(
            _("The text at “%(name)s” has %(n)d characters, and %(limit)d are allowed. Shorten it.")
            % {"name": name, "n": len(text), "limit": MAX_WORDS}
        )
    if not storable(text):
        raise ScaleError(unstorable_words(name))
    return text.strip()


def unstorable_words(name: str) -> str:
    return _("The text at “%(name)s” holds a character that cannot be stored. Type it again.") % {
        "name": name
    }


def _missing(criterion: Criterion, name: str) -> str:
    if criterion.cannot_judge:
        return _("“%(name)s” has no answer. Choose one, or say that you cannot judge it.") % {
            "name": name
        }
    return _("“%(name)s” has no answer. Choose one.") % {"name": name}


def _totals(
    criteria: Sequence[Criterion],
    by_unit: Mapping[Unit, Mapping[str, Any]],
    guidance: Mapping[str, Any] | None,
) -> Iterator[Given]:
    totals = {criterion.key: criterion for criterion in criteria if criterion.derived}
    if not totals:
        return
    shapes = [as_data(criterion) for criterion in criteria]
    for unit, said in by_unit.items():
        for key, point in compute(shapes, said, guidance).items():
            yield Given(totals[key], unit, *encode(scale_of(totals[key]), point))
