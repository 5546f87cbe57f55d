"""What the rater page shows of an item, and nothing else.

Blindness is made here, not in a template: turns are copied field by field, so that what a page
could give away (ids, names, sources, scores, metadata, the variant) never reaches it.
"""

import json
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotation.answers import Answer, Question, Unit, questions_of
from annotation.asks import (
    Ask,
    Option,
    is_about_sides,
    point_options,
    shown_sides,
    side_options,
    stops_of,
)
from annotation.criteria import ask_of_conversation
from annotation.derived import GUIDANCE_SOURCES, GuidanceLabel, guidance_labels
from annotation.heard import Heard, heard_by
from annotation.models import Assignment, Criterion, Study
from annotation.ranking_page import Ranking, answers_shown, rankings_of
from annotation.rankings import letter
from annotation.rubric_cache import criteria_of
from conversations.redacting import said
from core.models import new_uid
from core.scales import Target
from core.templatetags.dialogue import dialogue


class Layout(StrEnum):
    PANEL = "panel"  # the conversation left, the rubric right
    TURNS = "turns"  # every question at the turn or passage that it asks about
    PAIR = "pair"  # two answers side by side
    RANKING = "ranking"  # more than two, to be put in order


@dataclass(frozen=True)
class Total:
    """A computed score, shown before submitting; the server computes it again."""

    criterion: Criterion
    rule: Mapping[str, Any]

    @property
    def data(self) -> str:
        return json.dumps(self.rule)


@dataclass
class TurnView:
    number: int
    role: str
    content: str
    tool_calls: Sequence[Any] = ()
    passages: list[dict[str, Any]] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)


@dataclass
class Filled:
    """What the form holds when it is drawn: a draft, a rating to revise, or a refused form."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    comment: str = ""
    flagged: bool = False
    version: int = 0
    saved_at: Any = None
    errors: Mapping[str, str] = field(default_factory=dict)
    client_key: UUID = field(default_factory=new_uid)
    revises: UUID | None = None


@dataclass
class Desk:
    """An item before its rater."""

    assignment: Assignment
    filled: Filled
    n: int
    total: int

    @property
    def study(self) -> Study:
        return self.assignment.study

    @cached_property
    def heard(self) -> Heard | None:
        """What everybody said blind, where the item is rated once more with that in view."""
        return heard_by(self.assignment, self.questions)

    @property
    def may_undo(self) -> bool:
        """Whether the last submit may be taken back: once, and not when its answers were marked."""
        is_taken_back = self.assignment.submitted_at is not None
        is_training = self.study.purpose == Study.Purpose.TRAINING
        return self.n > 1 and not (is_taken_back or is_training)

    @property
    def n_done(self) -> int:
        return max(0, self.n - 1)

    @property
    def hides_sources(self) -> bool:
        return not self.study.blinding.get("show_passage_source")

    @property
    def skip_reasons(self) -> list[str]:
        return [
            _("I lack the knowledge to judge it"),
            _("It is in a language I do not read well"),
            _("It is distressing"),
            _("It is broken or empty"),
        ]

    @cached_property
    def criteria(self) -> Sequence[Criterion]:
        return ordered(criteria_of(self.study.rubric_version), self.assignment.display)

    @cached_property
    def questions(self) -> list[Question]:
        return questions_for(self.assignment)

    @cached_property
    def layout(self) -> Layout:
        if self.assignment.item.n_answers > 2:
            return Layout.RANKING
        if any(question.criterion.target == Target.PAIR for question in self.questions):
            return Layout.PAIR
        units = {question.unit for question in self.questions}
        turns = {unit.turn for unit in units if unit.turn >= 0}
        if len(turns) > 1 or any(unit.passage >= 0 for unit in units):
            return Layout.TURNS
        return Layout.PANEL

    @property
    def rated(self) -> int | None:
        """The one turn that is asked about, if it is one."""
        turns = {question.unit.turn for question in self.questions} - {-1}
        return turns.pop() if self.layout == Layout.PANEL and len(turns) == 1 else None

    @property
    def hides_later_turns(self) -> bool:
        """A turn is judged with the turns up to it, unless the study shows the whole."""
        return self.layout == Layout.TURNS and not self.study.blinding.get("show_later_turns")

    @cached_property
    def asks(self) -> list[Ask]:
        return [self._ask(question) for question in self.questions if not question.is_ranked]

    @cached_property
    def rankings(self) -> list[Ranking]:
        """The questions about every two of several answers, as orders of all of them."""
        order = self.assignment.display.get("order", ())
        return rankings_of(self.questions, self.filled.answers, self.filled.errors, order)

    @property
    def panel(self) -> list[Ask]:
        """The questions that stand apart from the text."""
        if self.layout == Layout.TURNS:
            return [ask for ask in self.asks if ask.unit.turn < 0]
        return self.asks

    @property
    def stops(self) -> list[list[Ask]]:
        """The panel as one goes through it: a question at a time, ticks together."""
        return stops_of(self.panel)

    @cached_property
    def lead(self) -> Criterion | None:
        """The one criterion that every turn is asked, if it is one: it stands above them all."""
        first = {
            ask.criterion.key: ask
            for ask in self.asks
            if ask.unit.turn >= 0 and not ask.criterion.show_if
        }
        if self.layout != Layout.TURNS or len(first) != 1:
            return None
        ask = next(iter(first.values()))
        return ask.criterion if ask.widget == "points" and ask.unit.passage < 0 else None

    @property
    def lead_points(self) -> Sequence[Option]:
        return next(ask.options for ask in self.asks if ask.criterion is self.lead)

    @property
    def n_steps(self) -> int:
        """How many turns are asked about."""
        return len({ask.unit.turn for ask in self.asks if ask.unit.turn >= 0})

    @cached_property
    def turns(self) -> list[TurnView]:
        views = list(blind_turns(said(self.assignment.item.conversation), self.study.blinding))
        if self.rated is not None and not self.study.blinding.get("show_later_turns"):
            views = [view for view in views if view.number <= self.rated]
        if self.layout == Layout.TURNS:
            by_unit: dict[Unit, list[Ask]] = {}
            for ask in self.asks:
                by_unit.setdefault(ask.unit, []).append(ask)
            for view in views:
                view.asks = by_unit.get(Unit(view.number), [])
                for place, passage in enumerate(view.passages):
                    passage["asks"] = by_unit.get(Unit(view.number, place), [])
        return views

    @cached_property
    def dialogue(self) -> SafeString:
        """The turns as HTML."""
        return dialogue(self.turns, blind=self.hides_sources, rated=self.rated)

    @cached_property
    def sides(self) -> list[list[TurnView]]:
        """The answers from left to right, without the turns that they share."""
        shared = len(self.asked)
        return [side[shared:] for side in self._answers]

    @property
    def lettered(self) -> list[tuple[str, list[TurnView]]]:
        return [(letter(place), side) for place, side in enumerate(self.sides)]

    @cached_property
    def asked(self) -> list[TurnView]:
        return shared_turns(self._answers)

    @cached_property
    def _answers(self) -> list[list[TurnView]]:
        shown = answers_shown(self.assignment)
        return [list(blind_turns(said(one), self.study.blinding)) for one in shown]

    @cached_property
    def points_to_check(self) -> list[GuidanceLabel]:
        """The conversation's own points, where no criterion takes them as its labels."""
        taken = {criterion.points_from for criterion in self.criteria}
        guidance = self.assignment.item.conversation.guidance
        return [
            label
            for source in GUIDANCE_SOURCES
            if source not in taken
            for label in guidance_labels(guidance, source)
        ]

    @property
    def totals(self) -> list[Total]:
        return [
            Total(criterion, self._total_rule(criterion))
            for criterion in self.criteria
            if criterion.derived and criterion.target == Target.CONVERSATION
        ]

    def _total_rule(self, criterion: Criterion) -> dict[str, Any]:
        effects: dict[str, Any] = {}
        for ask in self.asks:
            if ask.question.is_tick:
                effects[ask.name] = {ask.options[-1].value: ask.criterion.effect}
            elif ask.criterion.points_from == "guidance.deductions":
                effects[ask.name] = {
                    label.key: {"minus": label.effect.minus, "cap": label.effect.cap}
                    for label in ask.question.labels
                }
        return {**(criterion.derived or {}), "effects": effects}

    def _ask(self, question: Question) -> Ask:
        answer = self.filled.answers.get(question.name, Answer())
        swapped = bool(self.assignment.display.get("swapped"))
        options = (
            side_options(question, answer, swapped)
            if is_about_sides(question.criterion)
            else point_options(question, answer)
        )
        show_if = question.condition
        if show_if and question.criterion.target == Target.PAIR:
            show_if = shown_sides(show_if, swapped)
        return Ask(
            question=question,
            answer=answer,
            options=options,
            show_if=show_if,
            error=self.filled.errors.get(question.name, ""),
            where=self._where(question.unit),
        )

    def _where(self, unit: Unit) -> str:
        if unit.passage < 0:
            return ""
        return _("Passage %(n)d") % {"n": unit.passage + 1}


def ordered(criteria: Sequence[Criterion], display: Mapping[str, Any]) -> Sequence[Criterion]:
    """The rubric's order, or one of the rater's own in which conditions stay behind their cause."""
    if display.get("criteria") != "random":
        return criteria
    groups: list[list[Criterion]] = []
    for criterion in criteria:
        if groups and (criterion.show_if or criterion.derived or criterion.effect):
            groups[-1].append(criterion)
        else:
            groups.append([criterion])
    random.Random(display["seed"]).shuffle(groups)  # noqa: S311  # an order, not a secret
    return [criterion for group in groups for criterion in group]


def questions_for(assignment: Assignment) -> list[Question]:
    """A door to submit by leaves the conversation out, so it is read only where it matters."""
    item = assignment.item
    criteria = ordered(criteria_of(item.study.rubric_version), assignment.display)
    asked = item.conversation if ask_of_conversation(criteria) else None
    return questions_of(
        criteria,
        asked.turns if asked else (),
        asked.guidance if asked else None,
        item.study.excluded_turns,
        item.n_answers,
    )


def shared_turns(answers: Sequence[Sequence[TurnView]]) -> list[TurnView]:
    """What all were asked: the turns at the beginning that are alike.

    Where two gave the very same answer, that is an answer still and no part of the question.
    """
    shared: list[TurnView] = []
    for turns in zip(*answers, strict=False):
        if len({(turn.role, turn.content) for turn in turns}) > 1:
            break
        shared.append(turns[0])
    is_used_up = any(len(answer) == len(shared) for answer in answers)
    return shared[:-1] if is_used_up and shared and shared[-1].role == "assistant" else shared


def blind_turns(
    turns: Collection[Mapping[str, Any]], blinding: Mapping[str, Any]
) -> Iterator[TurnView]:
    shows_source = blinding.get("show_passage_source")
    for number, turn in enumerate(turns):
        if turn["role"] == "system" and not blinding.get("show_system"):
            continue
        yield TurnView(
            number=number,
            role=turn["role"],
            content=turn.get("content") or "",
            tool_calls=turn.get("tool_calls") or (),
            passages=[
                {"text": passage.get("text", "")}
                | (
                    {"title": passage.get("title"), "source": passage.get("source")}
                    if shows_source
                    else {}
                )
                for passage in turn.get("passages") or ()
            ],
        )
