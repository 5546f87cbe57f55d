"""What the raters of a calibration said in the blind round, for each other, without names."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotation.answers import Question
from annotation.marking import Key, key_of
from annotation.models import Assignment, Layer, Rating, Score
from annotation.question_words import speech_of, title_of
from annotation.services.calibration import letters
from annotation.sides import Sides


@dataclass(frozen=True)
class HeardVoice:
    """One rater of the session; the letter is the same on every item."""

    name: str
    comment: str


@dataclass(frozen=True)
class HeardLine:
    """One question with what each voice answered, in their order."""

    title: str
    answers: Sequence[str]

    @property
    def is_apart(self) -> bool:
        return len(set(self.answers) - {""}) > 1


@dataclass(frozen=True)
class Heard:
    voices: Sequence[HeardVoice]
    lines: Sequence[HeardLine]

    @property
    def has_reasons(self) -> bool:
        return any(voice.comment for voice in self.voices)


def heard_by(assignment: Assignment, questions: Sequence[Question]) -> Heard | None:
    """What was said of an item that is rated once more; None where nothing may be shown.

    One's own answer comes first, the others follow by letter. Judges, metrics and rules have no
    letter: they are not part of the session.
    """
    study = assignment.study
    if assignment.layer != Layer.INFORMED or study.revealed_at is None:
        return None
    name_of = letters(study)
    blind = Rating.objects.filter(item=assignment.item_id, layer=Layer.BLIND, current=True)
    ratings = [one for one in blind if one.rater_id in name_of]
    ratings.sort(key=lambda one: (one.rater_id != assignment.rater_id, name_of[one.rater_id]))
    said: dict[tuple[int, Key], Score] = {
        (score.rating_id, key_of(score)): score
        for score in Score.objects.filter(rating__in=ratings).select_related("text")
    }
    sides = Sides.of_display(assignment.display)
    return Heard(
        voices=[
            HeardVoice(
                name=_("You")
                if rating.rater_id == assignment.rater_id
                else _("Rater %(letter)s") % {"letter": name_of[rating.rater_id]},
                comment=rating.comment,
            )
            for rating in ratings
        ],
        lines=[
            HeardLine(
                title=title_of(question, sides),
                answers=[
                    _answer(question, said.get((rating.pk, _place(question))), sides)
                    for rating in ratings
                ],
            )
            for question in questions
        ],
    )


def _place(question: Question) -> Key:
    return (question.criterion.pk, *question.unit)


def _answer(question: Question, score: Score | None, sides: Sides) -> str:
    if score is None:
        return ""
    text = getattr(score, "text", None)
    if text is not None:
        return _("cannot judge") if text.cannot_judge else text.words
    return speech_of(question, sides).words(score)
