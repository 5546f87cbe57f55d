"""What the page of one item shows: the conversation with all its ratings side by side.

Names are letters, drawn anew for every item, until the item is decided; so is the variant. Turns
are copied field by field as for raters, and the sides of a pair change places, so that whoever
settles is as blind as whoever rated.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from annotation import consensus
from annotation.answers import Answer, Given, Question, Unit
from annotation.asks import Ask
from annotation.criteria import can_exemplify
from annotation.decisions import following
from annotation.item_rows import Row, Speech, Voice
from annotation.models import Criterion, CriterionHold, Item, Rating, Score, Verdict
from annotation.models.ratings import COUNTED, HUMAN
from annotation.ranking_page import answers_of_item
from annotation.rankings import letter
from annotation.rating_page import TurnView, blind_turns, shared_turns
from annotation.services.settling import Case, Key
from annotation.sides import Sides
from annotation.standing import Standing, is_unsettleable
from conversations.redacting import said
from core.phrases import enumerated
from core.scales import Kind
from core.text import digest

SIDE_BY_SIDE = 6
"""With more raters than this, counts take the place of a column each."""


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
    examples: frozenset[str] = frozenset()
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

    @cached_property
    def stand(self) -> Sides:
        """Where the answers stand that are compared."""
        return Sides.of_item(self.item)

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
        return list(_ratings_of(self.item).filter(layer__in=COUNTED))

    @cached_property
    def uncounted(self) -> list[Rating]:
        """Ratings of people that no settling counts: late, informed, training, again."""
        return list(_ratings_of(self.item).exclude(layer__in=COUNTED))

    @cached_property
    def layout(self) -> str:
        if self.item.n_answers > 1:
            return "pair" if self.item.n_answers == 2 else "ranking"
        return "turns" if len({unit.turn for unit in self._units} - {-1}) > 1 else "panel"

    @cached_property
    def _units(self) -> set[Unit]:
        return {Unit(key[1], key[2]) for key in self._scores}

    @cached_property
    def turns(self) -> list[TurnView]:
        return list(blind_turns(said(self.item.conversation), self.item.study.blinding))

    @cached_property
    def sides(self) -> list[list[TurnView]]:
        """The answers from left to right, without what all were asked."""
        return [view[len(self.asked) :] for view in self._answers]

    @property
    def lettered(self) -> list[tuple[str, list[TurnView]]]:
        return [(letter(place), side) for place, side in enumerate(self.sides)]

    @cached_property
    def asked(self) -> list[TurnView]:
        return shared_turns(self._answers)

    @cached_property
    def _answers(self) -> list[list[TurnView]]:
        answers = answers_of_item(self.item)
        blinding = self.item.study.blinding
        return [list(blind_turns(said(answers[one]), blinding)) for one in self.stand.order]

    @cached_property
    def groups(self) -> list[Group]:
        """The conversation in pieces that end with what is rated, else as one."""
        if self.layout == "ranking":
            return [Group(self.turns, self.rows)]
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
        keys.sort(key=lambda key: (*self.stand.sorting(Unit(*key[1:])), by_place[key[0]].position))
        return [self._row(key, by_place[key[0]]) for key in keys]

    @cached_property
    def open_criteria(self) -> list[Criterion]:
        """What can be sent back for rewording, and whose guidelines stand beside the answer."""
        asked = {row.criterion.pk for row in self.rows if row.ask}
        return [one for one in self.standing.criteria if one.pk in asked]

    @property
    def exemplary(self) -> list[Row]:
        """What is to decide and could be an example of the point that is chosen."""
        return [row for row in self.rows if row.ask and can_exemplify(row.criterion)]

    @property
    def n_open(self) -> int:
        return sum(row.ask is not None for row in self.rows)

    @property
    def is_in_dispute(self) -> bool:
        return bool(self.n_open or self.follows)

    @cached_property
    def follows(self) -> dict[Key, str]:
        """Computed scores in dispute whose parts are settled: there is nothing left to choose."""
        totals = following(self.standing) if self.may_decide else {}
        if len(totals) != len(self.standing.open):
            return {}
        return {key: self._followed(key, given) for key, given in totals.items()}

    def _followed(self, key: Key, given: Given | None) -> str:
        if given is None:
            return _("cannot be settled")
        return self.speech(key, given.criterion).words(given)

    @property
    def n_waiting(self) -> int:
        return len(self.standing.waiting)

    @cached_property
    def holds(self) -> list[CriterionHold]:
        return list(self.standing.holds.values())

    @cached_property
    def history(self) -> list["Past"]:
        """Every decision of a person, the newest first, each with all that it decided."""
        verdicts = (
            Verdict.objects.filter(item=self.item, source=Verdict.Source.ADJUDICATION)
            .select_related("criterion", "adjudicator", "example_proposal")
            .order_by("-at", "turn", "passage", "criterion__position")
        )
        together = groupby(verdicts, key=lambda one: (one.at, one.adjudicator_id, one.reason))
        return [Past([self._decided(one) for one in found]) for _key, found in together]

    def _decided(self, verdict: Verdict) -> "Decided":
        speech = self.speech(
            (verdict.criterion_id, verdict.turn, verdict.passage), verdict.criterion
        )
        return Decided(verdict, speech.verdict(verdict))

    @property
    def variants(self) -> list[str]:
        """The variant behind the conversation, or those behind the answers from left to right."""
        if self.item.n_answers == 1:
            shown = [self.item.conversation]
        else:
            answers = answers_of_item(self.item)
            shown = [answers[position] for position in self.stand.order]
        return [str(one.variant) for one in shown if one.variant]

    @property
    def origins(self) -> str:
        """Of a ranking: which variant each answer came from, by its letter."""
        answers = answers_of_item(self.item)
        named = [
            _("%(letter)s from “%(variant)s”")
            % {"letter": letter(place), "variant": answers[position].variant or "–"}
            for place, position in enumerate(self.stand.order)
        ]
        return _("The answers came so: %(answers)s.") % {"answers": enumerated(named)}

    def speech(self, key: Key, criterion: Criterion) -> Speech:
        case, question = self.standing.cases.get(key), self.standing.questions.get(key)
        return Speech(
            criterion,
            scale=case.scale if case else None,
            swapped=self.stand.is_swapped(Unit(*key[1:])),
            labels=question.labels if question else (),
            names=self.stand.names(Unit(*key[1:])),
        )

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
        speech = self.speech(key, criterion)
        return Row(
            criterion=criterion,
            unit=Unit(key[1], key[2]),
            cells=list(speech.cells(self.voices, self._scores[key])),
            counts=speech.counts(case) if case else (),
            case=case,
            verdict=verdict,
            answer=speech.verdict(verdict) if verdict else "",
            hold=self.standing.holds.get(key[0]) if key in self.standing.waiting else None,
            is_moot=case is not None and verdict is None and key not in self._unsettled,
            why=speech.why(case) if case else "",
            ask=self._ask(key, case) if self._is_asked(key, is_open) else None,
            follows=self.follows.get(key, ""),
            is_unsettleable=self._is_unsettleable(key, verdict),
            answers=self.stand.names(Unit(key[1], key[2])),
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
        return Ask(
            question=question,
            answer=answer,
            options=self.stand.options(question, answer),
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


@dataclass(frozen=True)
class Decided:
    verdict: Verdict
    answer: str


@dataclass(frozen=True)
class Past:
    """One decision in the item's history, with all that it decided."""

    decided: Sequence[Decided]

    @property
    def verdict(self) -> Verdict:
        """Whose time, person and reason are those of all."""
        return self.decided[0].verdict


def _ratings_of(item: Item) -> Any:
    return Rating.objects.filter(item=item, current=True, rater__kind__in=HUMAN).select_related(
        "rater"
    )


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else str(place + 1)
