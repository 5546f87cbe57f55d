"""The page of an answer key: an item, what is expected of it, and what was sent about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotation.answers import Answer, Given, Question, questions_of
from annotation.asks import Ask, is_about_sides, side_key
from annotation.criteria import spoken
from annotation.forms import CHOSEN
from annotation.models import ExpectedAnswer, Item, Verdict
from annotation.question_words import title_of
from annotation.ranking_page import answers_of_item
from annotation.rankings import letter
from annotation.rating_page import TurnView, blind_turns
from annotation.rubric_cache import criteria_of
from annotation.services.answer_keys import Expected, is_keyed
from annotation.sides import Sides
from annotation.standing import answer_of
from conversations.redacting import said
from core.scales import Kind, ScaleError, encode
from core.text import storable

TOLERANCE, REASON, KEYED, LEAVE = "tolerance.", "reason.", "keyed.", "leave."
MAX_REASON = 2_000


@dataclass(frozen=True)
class KeyLine:
    """One question with what is expected, how far off is still right, and why."""

    title: str
    ask: Ask
    is_keyed: bool
    tolerance: str
    why: str

    @property
    def takes_tolerance(self) -> bool:
        return self.ask.criterion.kind in {Kind.ORDINAL, Kind.NUMERIC}


@dataclass(frozen=True)
class KeyGroup:
    """A piece of the conversation and what is asked about it."""

    turns: Sequence[TurnView]
    lines: Sequence[KeyLine]


@dataclass
class KeyForm:
    """What the page sends; a question without an answer is not part of the key."""

    item: Item
    data: QueryDict
    errors: dict[str, str] = field(default_factory=dict)

    def expected(self, questions: Sequence[Question]) -> list[Expected]:
        return [one for question in questions for one in self._line(question, self._said(question))]

    def _said(self, question: Question) -> Answer:
        """Answers stand in their own order on this page: left is the first."""
        name = CHOSEN + question.name
        if question.criterion.kind == Kind.MULTI:
            return Answer(tuple(self.data.getlist(name)))
        chosen = self.data.get(name, "")
        return Answer(side_key(chosen, False) if is_about_sides(question.criterion) else chosen)

    def _line(self, question: Question, answer: Answer) -> Iterator[Expected]:
        is_set = question.criterion.kind == Kind.MULTI
        if self.data.get(LEAVE + question.name):
            return
        if not (self.data.get(KEYED + question.name) if is_set else answer.chosen):
            return
        try:
            stored = encode(question.scale, answer.chosen)
        except ScaleError as refusal:
            self.errors[question.name] = str(refusal)
            return
        tolerance, why = self._tolerance(question), self._why(question)
        given = Given(question.criterion, question.unit, stored.value, stored.number)
        yield Expected(given, tolerance, why)

    def _tolerance(self, question: Question) -> float:
        text = self.data.get(TOLERANCE + question.name, "").strip()
        try:
            tolerance = float(text or 0)
        except ValueError:
            tolerance = -1.0
        if not (isfinite(tolerance) and tolerance >= 0):
            self.errors[question.name] = _(
                "“%(text)s” says not how far off an answer may be. Write a number such as 1."
            ) % {"text": text[:40]}
            return 0.0
        return tolerance

    def _why(self, question: Question) -> dict[str, str]:
        """In the reader's language; what was said in another stays."""
        words = self.data.get(REASON + question.name, "").strip()
        if len(words) > MAX_REASON or not storable(words):
            self.errors[question.name] = _(
                "The reason is too long or holds a character that cannot be stored. Write it anew."
            )
            return {}
        language = (get_language() or "en").split("-")[0]
        place = (question.criterion.pk, *question.unit)
        known = next((one for one in key_of_item(self.item) if _place(one) == place), None)
        kept: dict[str, str] = {} if known is None else dict(known.why)
        kept.pop(language, None)
        return kept | ({language: words} if words else {})

    def line(self, question: Question) -> KeyLine:
        """As it was sent, with what is wrong beside it."""
        sides = sides_of(self.item)
        return KeyLine(
            title=title_of(question, sides),
            ask=_ask(question, self._said(question), sides, self.errors.get(question.name, "")),
            is_keyed=bool(self.data.get(KEYED + question.name)),
            tolerance=self.data.get(TOLERANCE + question.name, ""),
            why=self.data.get(REASON + question.name, ""),
        )


@dataclass
class KeyPage:
    """An item of a training or a set of control items before whoever writes its key."""

    item: Item
    form: KeyForm | None = None

    @cached_property
    def questions(self) -> list[Question]:
        found = questions_of(
            criteria_of(self.item.study.rubric_version),
            self.item.conversation.turns,
            self.item.conversation.guidance,
            self.item.study.excluded_turns,
            self.item.n_answers,
        )
        return [question for question in found if is_keyed(question.criterion)]

    @cached_property
    def key(self) -> Mapping[tuple[int, int, int], ExpectedAnswer]:
        return {_place(one): one for one in key_of_item(self.item)}

    @cached_property
    def proposed(self) -> Mapping[tuple[int, int, int], Verdict]:
        """What people have decided about the same conversation, for an item without a key."""
        if self.key or self.form:
            return {}
        return {_place(one): one for one in decided_elsewhere(self.item)}

    @property
    def tells_answers(self) -> bool:
        """Whether its reader learns what is expected, or what people have decided elsewhere."""
        return bool(self.key or self.proposed)

    @cached_property
    def lines(self) -> list[KeyLine]:
        return [self._line(question) for question in self.questions]

    def _line(self, question: Question) -> KeyLine:
        place = (question.criterion.pk, *question.unit)
        known = self.key.get(place) or self.proposed.get(place)
        answer = answer_of(known, question) if known else Answer()
        tolerance = getattr(known, "tolerance", 0.0)
        why = known.why if isinstance(known, ExpectedAnswer) else {}
        sides = sides_of(self.item)
        line = KeyLine(
            title=title_of(question, sides),
            ask=_ask(question, answer, sides),
            is_keyed=known is not None,
            tolerance=f"{tolerance:g}" if tolerance else "",
            why=spoken(why) if why else (known.reason if isinstance(known, Verdict) else ""),
        )
        return self.form.line(question) if self.form else line

    @cached_property
    def groups(self) -> list[KeyGroup]:
        """The conversation in pieces that end with the turn that is asked about."""
        turns = list(blind_turns(said(self.item.conversation), self.item.study.blinding))
        groups, piece = [], []
        asked = {line.ask.unit.turn for line in self.lines} - {-1}
        by_turn = len(asked) > 1 and self.item.n_answers < 2
        for turn in turns if by_turn else ():
            piece.append(turn)
            if lines := [line for line in self.lines if line.ask.unit.turn == turn.number]:
                groups.append(KeyGroup(piece, lines))
                piece = []
        if not groups:
            return [KeyGroup(turns, self.lines)]
        whole = [line for line in self.lines if line.ask.unit.turn < 0]
        return [*groups, KeyGroup(piece, whole)] if piece or whole else groups

    @property
    def answers(self) -> list[tuple[str, list[TurnView]]]:
        """The answers that are compared, each with what it is called; none of a single one."""
        if self.item.n_answers < 2:
            return []
        names = (
            [_("Left"), _("Right")]
            if self.item.n_answers == 2
            else [letter(place) for place in range(self.item.n_answers)]
        )
        blinding = self.item.study.blinding
        views = [list(blind_turns(said(one), blinding)) for one in answers_of_item(self.item)]
        return list(zip(names, views, strict=True))


def sides_of(item: Item) -> Sides:
    """The answers in their own order."""
    return Sides(tuple(range(max(item.n_answers, 2))))


def _ask(question: Question, answer: Answer, sides: Sides, error: str = "") -> Ask:
    options = sides.options(question, answer)
    return Ask(question=question, answer=answer, options=options, show_if=None, error=error)


def key_of_item(item: Item) -> list[ExpectedAnswer]:
    return list(ExpectedAnswer.objects.filter(item=item).select_related("criterion"))


def decided_elsewhere(item: Item) -> list[Verdict]:
    """Verdicts of people on the same conversation by the same version of the rubric.

    None of rankings: others may share the first two answers and differ in the rest.
    """
    if item.n_answers > 2:
        return []
    return list(
        Verdict.objects.filter(
            item__conversation=item.conversation_id,
            item__conversation_b=item.conversation_b_id,
            item__n_answers=item.n_answers,
            criterion__version=item.study.rubric_version_id,
            source=Verdict.Source.ADJUDICATION,
            current=True,
        )
        .exclude(value=None, number=None)
        .select_related("criterion")
        .order_by("at")
    )


def _place(one: Any) -> tuple[int, int, int]:
    return (one.criterion_id, one.turn, one.passage)
