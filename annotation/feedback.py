"""Feedback on an item of a training: what the rater said beside what was expected, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.answers import Question
from annotation.item_rows import Speech
from annotation.marking import ROUNDING, key_of, meets
from annotation.models import ExpectedAnswer, Qualification, Rating, Score
from annotation.question_words import speech_of, title_of
from annotation.rating_page import Desk, questions_for
from annotation.services.qualifying import Result
from annotation.sides import Sides
from core.phrases import consecutive, enumerated
from core.scales import POINT_KINDS, Kind, Stored


@dataclass(frozen=True)
class FeedbackLine:
    """One question: the answer, the expected one, and whether the first is right."""

    title: str
    said: str
    expected: str
    also: str
    """Other answers that are right too."""
    is_right: bool
    is_exact: bool
    why: Mapping[str, str]
    anchor: Mapping[str, str]
    """The rubric's own words at the expected point."""
    examples: Sequence[Mapping[str, Any]]


@dataclass
class Feedback(Desk):
    """A submitted item of a training before its rater."""

    @cached_property
    def lines(self) -> list[FeedbackLine]:
        rating = Rating.objects.get(assignment=self.assignment, current=True)
        scores = {key_of(one): one for one in rating.scores.select_related("text")}
        expected = {
            key_of(one): one for one in ExpectedAnswer.objects.filter(item=self.assignment.item_id)
        }
        return [
            self._line(question, expected[key], scores.get(key))
            for question in questions_for(self.assignment)
            if (key := (question.criterion.pk, *question.unit)) in expected
        ]

    @property
    def n_right(self) -> int:
        return sum(line.is_right for line in self.lines)

    @property
    def finding(self) -> str:
        if not self.lines:
            return _("Nothing was expected of this item.")
        if self.n_right == len(self.lines):
            return _("All right.")
        return ngettext(
            "%(right)d of %(n)d answer is right.", "%(right)d of %(n)d answers are right.",
            len(self.lines),
        ) % {"right": self.n_right, "n": len(self.lines)}  # fmt: skip

    def _line(
        self, question: Question, expected: ExpectedAnswer, score: Score | None
    ) -> FeedbackLine:
        criterion = question.criterion
        sides = Sides.of_display(self.assignment.display)
        speech = speech_of(question, sides)
        said = Stored(score.value, score.number) if score else Stored()
        wanted = Stored(expected.value, expected.number)
        is_right = meets(criterion.kind, wanted, said, expected.tolerance)
        point = _point_at(criterion.points, wanted) if criterion.kind in POINT_KINDS else {}
        return FeedbackLine(
            title=title_of(question, sides),
            said=_said(speech, score),
            expected=speech.words(expected),
            also=_also(speech, expected),
            is_right=is_right,
            is_exact=is_right and meets(criterion.kind, wanted, said, 0.0),
            why=expected.why,
            anchor=point.get("anchor") or {},
            examples=point.get("examples") or (),
        )


def _said(speech: Speech, score: Score | None) -> str:
    if score is None:
        return _("no answer")
    text = getattr(score, "text", None)
    if text is not None and text.cannot_judge:
        return _("cannot judge")
    return speech.words(score) or _("no answer")


def _point_at(points: Sequence[Mapping[str, Any]], stored: Stored) -> Mapping[str, Any]:
    place = stored.value if stored.number is None else round(stored.number)
    return points[place] if place is not None and 0 <= place < len(points) else {}


def _also(speech: Speech, expected: ExpectedAnswer) -> str:
    """What else is right by the tolerance; "" where only one answer is."""
    if not expected.tolerance:
        return ""
    if speech.criterion.kind == Kind.NUMERIC:
        return _("up to %(n)s off") % {"n": f"{expected.tolerance:g}"}
    wanted = expected.value if expected.number is None else expected.number
    if speech.criterion.kind != Kind.ORDINAL or wanted is None:
        return ""
    return enumerated(
        speech.point(str(point["key"]))
        for place, point in enumerate(speech.criterion.points)
        if place != round(wanted) and abs(place - wanted) <= expected.tolerance + ROUNDING
    )


def result_words(result: Result, qualification: Qualification | None) -> str:
    """How a round of a training ended, for its rater."""
    right = ngettext(
        "You got %(right)d of %(n)d item right.", "You got %(right)d of %(n)d items right.",
        result.asked,
    ) % {"right": result.right, "n": result.asked}  # fmt: skip
    if qualification is None or result.needed is None:
        return right
    name = {"name": qualification.name, "needed": result.needed}
    if result.is_passed:
        return consecutive([right, _("You hold “%(name)s” now.") % name])
    return consecutive(
        [
            right,
            _("“%(name)s” asks for %(needed)d.") % name,
            _("Whoever manages the training can let you try once more."),
        ]
    )
