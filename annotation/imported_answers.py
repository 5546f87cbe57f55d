"""From a rating in a file to scores that may be stored, by the same checks as the rater page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from annotation.answers import Answer, Given, Question, Unit, check
from annotation.criteria import is_about_sides
from annotation.derived import guidance_labels
from annotation.models import Criterion, Study
from annotation.rubric_cache import criteria_of
from conversations.importers import ParsedRating, ParsedScore, RefusedError
from core.phrases import consecutive
from core.scales import Kind, Target

FLIPPED = {"a": "b", "b": "a"}


@dataclass(frozen=True, slots=True)
class Rated:
    """What the checks read of a conversation; no turns where no criterion asks for one."""

    pk: int
    group_key: str
    turns: list[dict[str, Any]]
    guidance: Mapping[str, Any] | None


class AnswerSheet:
    """The questions of one study, and what a file answered to them.

    A file may leave questions out: what raters were not asked then cannot be asked now. Scores of
    turns that the study leaves out are passed over.
    """

    def __init__(self, study: Study) -> None:
        self.criteria = criteria_of(study.rubric_version)
        self.by_key = {criterion.key: criterion for criterion in self.criteria}
        self.excluded_turns = frozenset(study.excluded_turns)
        self.compares_pairs = any(one.target == Target.PAIR for one in self.criteria)
        self.needs_turns = any(one.target in (Target.TURN, Target.PASSAGE) for one in self.criteria)
        self.needs_guidance = any(one.points_from or one.derived for one in self.criteria)
        self._questions: dict[tuple[str, Unit], Question] = {}

    def scores_of(
        self, rating: ParsedRating, rated: Rated, *, order: Sequence[int] = (0,)
    ) -> list[Given]:
        """The scores to store; `order` says where the item holds each answer of the rating."""
        if self.compares_pairs != bool(rating.external_id_b):
            raise RefusedError(
                "wrong_target",
                _("The rubric compares two answers, and the rating names one conversation.")
                if self.compares_pairs
                else _("The rating compares two answers, and the rubric rates single ones."),
            )
        questions: list[Question] = []
        answers: dict[str, Answer] = {}
        for score in rating.scores:
            if score.turn in self.excluded_turns or _is_empty(score):
                continue
            score, flipped = _turned(score, self.by_key.get(score.criterion), order)
            question = self._question(score, rated, len(order))
            if question.name in answers:
                raise RefusedError(
                    "score_twice",
                    _("“%(question)s” is scored twice in one rating. Keep one of the two.")
                    % {"question": question.name},
                )
            questions.append(question)
            answers[question.name] = _answer(score, question.criterion, flipped=flipped)
        questions.sort(key=lambda question: question.criterion.position)
        checked = check(questions, self.criteria, answers, rated.guidance)
        if checked.errors:
            raise RefusedError("not_on_scale", consecutive(checked.errors.values()))
        if not checked.given:
            raise RefusedError("no_scores", _("The rating holds no score of this rubric."))
        return checked.given

    def _question(self, score: ParsedScore, rated: Rated, n_answers: int) -> Question:
        criterion = self.by_key.get(score.criterion)
        if criterion is None:
            raise RefusedError(
                "unknown_criterion",
                _("Criterion “%(key)s” is not in the rubric, which has %(keys)s.")
                % {"key": score.criterion[:60], "keys": ", ".join(self.by_key)},
            )
        if criterion.derived:
            raise RefusedError(
                "derived",
                _("“%(key)s” is computed from the other scores. Leave it out of the file.")
                % {"key": criterion.key},
            )
        unit = Unit(score.turn, score.passage)
        _check_unit(criterion, unit, rated, n_answers)
        if criterion.points_from:
            return Question(criterion, unit, guidance_labels(rated.guidance, criterion.points_from))
        key = (criterion.key, unit)
        if key not in self._questions:
            self._questions[key] = Question(criterion, unit)
        return self._questions[key]


def _turned(
    score: ParsedScore, criterion: Criterion | None, order: Sequence[int]
) -> tuple[ParsedScore, bool]:
    """A score about two answers as the item holds them, and whether these change sides there."""
    if len(order) <= 2 or criterion is None or criterion.target != Target.PAIR:
        return score, tuple(order) == (1, 0)
    if not 0 <= score.turn < score.passage < len(order):
        return score, False
    first, second = order[score.turn], order[score.passage]
    turned = replace(score, turn=min(first, second), passage=max(first, second))
    return turned, first > second


def _is_empty(score: ParsedScore) -> bool:
    return score.value is None and not score.cannot_judge and not score.text


def _answer(score: ParsedScore, criterion: Criterion, *, flipped: bool) -> Answer:
    if score.cannot_judge:
        return Answer(cannot_judge=True, why=score.text)
    if criterion.kind == Kind.TEXT and score.value is None:
        return Answer(score.text)
    if isinstance(score.value, tuple):
        return Answer(score.value)
    value = score.value
    said = f"{value:.15g}" if isinstance(value, float) else str(value)
    return Answer(FLIPPED.get(said, said) if flipped else said)


def _check_unit(criterion: Criterion, unit: Unit, rated: Rated, n_answers: int) -> None:
    facts = {"key": criterion.key, "turn": unit.turn, "passage": unit.passage}
    if n_answers > 2 and is_about_sides(criterion):
        if not 0 <= unit.turn < unit.passage < n_answers:
            raise RefusedError(
                "wrong_unit",
                _("“%(key)s” is about two of %(n)d answers, as in 0:1. The first has number 0.")
                % {**facts, "n": n_answers},
            )
        return
    if criterion.target in (Target.CONVERSATION, Target.PAIR):
        if unit != Unit():
            raise RefusedError(
                "wrong_unit",
                _("“%(key)s” is about the whole and not about turn %(turn)d.") % facts,
            )
        return
    turn = rated.turns[unit.turn] if 0 <= unit.turn < len(rated.turns) else None
    if turn is None or turn.get("role") != "assistant":
        raise RefusedError(
            "wrong_unit",
            _("“%(key)s” is about a turn of the assistant, which turn %(turn)d is not. "
              "The first turn has number 0.")
            % facts,
        )  # fmt: skip
    if (criterion.target == Target.PASSAGE) != (unit.passage >= 0) or unit.passage >= len(
        turn.get("passages") or ()
    ):
        raise RefusedError(
            "wrong_unit",
            _("“%(key)s” cannot be about passage %(passage)d of turn %(turn)d. "
              "The first passage has number 0.")
            % facts,
        )  # fmt: skip
