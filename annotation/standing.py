"""Where one item stands between its ratings and its verdicts: what is settled, open, or waits.

The adjudicator's page shows it and the service decides by it, so that nobody is asked for less
than the item needs, or for what the rule, a condition or a sum has answered already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from annotation.answers import Answer, Question, questions_of
from annotation.models import (
    Criterion,
    CriterionHold,
    ExpectedAnswer,
    Item,
    Rating,
    Verdict,
)
from annotation.models.ratings import COUNTED
from annotation.rubric_cache import criteria_of
from annotation.services.settling import Case, Key, cases_of
from core.expressions import evaluate, names
from core.scales import Kind, Stored, decode
from core.text import digest


@dataclass(frozen=True)
class Standing:
    """An item at one moment; `version` changes whenever anything that a decision rests on does."""

    item: Item
    criteria: tuple[Criterion, ...]
    questions: Mapping[Key, Question]
    cases: Mapping[Key, Case]
    verdicts: Mapping[Key, Verdict]
    holds: Mapping[int, CriterionHold]
    version: str

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """What is settled already, by question, as a rater would have said it."""
        return {
            self.questions[key].name: answer_of(verdict, self.questions[key])
            for key, verdict in self.verdicts.items()
            if key in self.questions and not is_unsettleable(verdict)
        }

    @cached_property
    def open(self) -> list[Key]:
        """What a person must decide now, in the order of the page."""
        return [key for key in self._unsettled if key[0] not in self.holds]

    @property
    def waiting(self) -> list[Key]:
        """What waits for a criterion that was sent back for rewording."""
        return [key for key in self._unsettled if key[0] in self.holds]

    @property
    def adjudicated(self) -> list[Key]:
        return [
            key
            for key, verdict in self.verdicts.items()
            if verdict.source == Verdict.Source.ADJUDICATION
        ]

    @cached_property
    def _unsettled(self) -> list[Key]:
        left = [
            key
            for key, case in self.cases.items()
            if key not in self.verdicts and (not case.is_agreed or case.is_held)
        ]
        return sorted((key for key in left if not self.is_hidden(key)), key=self._place)

    def is_hidden(self, key: Key) -> bool:
        """By what is settled of the same unit, the criterion does not arise."""
        question = self.questions.get(key)
        if question is None or question.condition is None:
            return False
        said = {
            other.criterion.key: self.answers[other.name].chosen
            for other in self.questions.values()
            if other.unit == question.unit and other.name in self.answers
        }
        is_known = names(question.condition) <= set(said)
        return is_known and not evaluate(question.condition, said.get)

    def _place(self, key: Key) -> tuple[int, int, int]:
        positions = {criterion.pk: criterion.position for criterion in self.criteria}
        return (*key[1:], positions[key[0]])

    @property
    def state(self) -> str:
        """What the item's state must be, once all of its ratings are in."""
        if self._unsettled:
            return Item.State.DISPUTED
        if any(is_unsettleable(verdict) for verdict in self.verdicts.values()):
            return Item.State.UNSETTLEABLE
        return Item.State.SETTLED


def standing_of(item: Item) -> Standing:
    criteria = criteria_of(item.study.rubric_version)
    questions = questions_of(
        criteria,
        item.conversation.turns,
        item.conversation.guidance,
        item.study.excluded_turns,
        item.n_answers,
    )
    verdicts = Verdict.objects.filter(item=item, current=True).select_related(
        "criterion", "adjudicator"
    )
    holds = CriterionHold.objects.filter(study=item.study_id, lifted_at=None).order_by("at")
    held = {hold.criterion_id: hold for hold in holds.select_related("actor")}
    settled = {(one.criterion_id, one.turn, one.passage): one for one in verdicts}
    ratings = Rating.objects.filter(item=item, current=True, layer__in=COUNTED).values_list("uid")
    return Standing(
        item=item,
        criteria=criteria,
        questions={(one.criterion.pk, *one.unit): one for one in questions},
        cases={case.key: case for case in cases_of(item)},
        verdicts=settled,
        holds=held,
        version=digest(
            [
                sorted(str(one.uid) for one in settled.values()),
                sorted(str(one.uid) for one in held.values()),
                sorted(str(uid) for (uid,) in ratings),
            ]
        )[:16],
    )


def is_unsettleable(verdict: Verdict) -> bool:
    """A person said that this cannot be settled: a verdict without an answer."""
    return verdict.value is None and verdict.number is None and not verdict.words


def answer_of(settled: Verdict | ExpectedAnswer, question: Question) -> Answer:
    """What a verdict or a key says, as a rater would have said it."""
    if isinstance(settled, Verdict) and question.criterion.kind == Kind.TEXT:
        return Answer(settled.words)
    stored = Stored(settled.value, settled.number)
    if question.scale.has_points and settled.number is not None:  # a mean of positions
        stored = Stored(value=round(settled.number))
    said = decode(question.scale, stored)
    return Answer(said if isinstance(said, tuple | str) else f"{said:g}")
