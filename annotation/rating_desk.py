"""Filling the rater page: from a draft, a refused form or a rating; or why there is no item."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.answers import Answer, Question
from annotation.asked_again import said_last
from annotation.feedback import result_words
from annotation.forms import RatingForm
from annotation.models import (
    Assignment,
    Layer,
    Qualification,
    RaterKind,
    Rating,
    Study,
    StudyRater,
)
from annotation.rating_page import Desk, Filled, questions_for
from annotation.rounds_ahead import total_of
from annotation.services.chairs import NoItem, Why, cap_of
from annotation.services.deciding import may_join
from annotation.services.links import over_words
from annotation.services.qualifying import Result, result_of
from core.phrases import enumerated
from core.scales import Kind, Stored, decode


def desk_for(assignment: Assignment, study_rater: StudyRater, filled: Filled) -> Desk:
    """The item with its place in the rater's count: only what is left of a round is counted.

    Checks are in it, and in the caps: the rater sent them like all the rest, and a count without
    them would stand still and give each of them away.
    """
    given = study_rater.n_submitted + study_rater.n_checks
    n = given + (filled.revises is None)
    total = max(given, total_of(study_rater))
    return Desk(assignment=assignment, filled=filled, n=min(n, total), total=total)


def filled_from(assignment: Assignment, form: RatingForm | None = None) -> Filled:
    """What was typed last: in the refused form, else in the standing rating, else in the draft."""
    if form is not None:
        return _filled_from_form(form)
    if assignment.state == Assignment.State.SUBMITTED:
        standing = Rating.objects.get(assignment=assignment, current=True)
        filled = filled_from_rating(said_last(assignment), assignment)
        filled.revises = standing.uid
        return filled
    draft = getattr(assignment, "draft", None)
    if draft is None:
        return _filled_from_before(assignment)
    return Filled(
        answers={name: Answer.from_json(said) for name, said in draft.answers.items()},
        comment=draft.comment,
        flagged=draft.flagged,
        version=draft.version,
        saved_at=draft.saved_at,
    )


def _filled_from_before(assignment: Assignment) -> Filled:
    """Rating an item once more after a reveal begins with what the rater said blind."""
    if assignment.layer != Layer.INFORMED:
        return Filled()
    blind = Rating.objects.filter(
        item=assignment.item_id, rater=assignment.rater_id, layer=Layer.BLIND, current=True
    ).first()
    return Filled(answers=filled_from_rating(blind, assignment).answers) if blind else Filled()


def _filled_from_form(form: RatingForm) -> Filled:
    filled = Filled(
        answers=form.answers,
        comment=form.typed,
        flagged=form.flagged,
        version=form.version,
        errors=form.question_errors,
        revises=form.revises,
    )
    if form.client_key:
        filled.client_key = form.client_key
    return filled


def filled_from_rating(rating: Rating, assignment: Assignment) -> Filled:
    questions = {
        (question.criterion.pk, *question.unit): question for question in questions_for(assignment)
    }
    answers = {}
    for score in rating.scores.select_related("text"):
        question = questions.get((score.criterion_id, score.turn, score.passage))
        if question is not None:
            answers[question.name] = answer_of(question, score)
    return Filled(
        answers=answers, comment=rating.comment, flagged=rating.flagged, revises=rating.uid
    )


def answer_of(question: Question, score: Any) -> Answer:
    """A stored score as it was answered."""
    text = getattr(score, "text", None)
    if text is not None and text.cannot_judge:
        return Answer(cannot_judge=True, why=text.words)
    if question.criterion.kind == Kind.TEXT:
        return Answer(text.words if text else "")
    said = decode(question.scale, Stored(score.value, score.number))
    return Answer(
        said if isinstance(said, tuple) else f"{said:g}" if isinstance(said, float) else said
    )


ENDS = frozenset({Why.CLOSED, Why.CAP, Why.DONE, Why.LINK_OVER})
"""Why there is nothing any more, and not only for now."""
THROUGH = frozenset({Why.CAP, Why.DONE})
"""Of these, those that mean that the rater has done it all."""


@dataclass(frozen=True)
class NothingPage:
    """Why there is no item, in words, and whether waiting helps."""

    desk: StudyRater
    nothing: NoItem
    now: datetime = field(default_factory=timezone.now)

    @property
    def finding(self) -> str:
        match self.nothing.why:
            case Why.NOT_OPEN:
                return _("This study is not open yet.")
            case Why.STUDY_PAUSED:
                return _("This study is paused.")
            case Why.CLOSED:
                return _("This study is closed. Thank you for your ratings.")
            case Why.RATER_PAUSED:
                return _("You are paused in this study.")
            case Why.UNQUALIFIED:
                return _("This study asks for a qualification: %(names)s.") % {
                    "names": enumerated([one.name for one in self.nothing.lacks])
                }
            case Why.CAP:
                return _("You have rated as many items as you were asked to.")
            case Why.CAP_DAY:
                return _("You have rated as many items today as you were asked to.")
            case Why.LACKS:
                return _("The items that are left ask for a qualification: %(names)s.") % {
                    "names": enumerated([one.name for one in self.nothing.lacks])
                }
            case Why.NO_LANE:
                return _("No part of the items has been given to you.")
            case Why.OTHERS_FIRST:
                return _("You have rated all items. The others are not through yet.")
            case Why.HELD_BY_OTHERS:
                return _(
                    "No item for you now: the rest are in other raters’ hands until %(time)s."
                ) % {"time": self._until()}
            case Why.DONE:
                return _("You are done here: there is nothing left for you to rate.")
            case Why.LINK_OVER:
                return over_words(self.nothing.link, self.now) if self.nothing.link else ""

    def _until(self) -> str:
        """The time; with its day if that is another one, as of what was given to a named rater."""
        if self.nothing.until is None:
            return ""
        until, now = timezone.localtime(self.nothing.until), timezone.localtime(self.now)
        is_today = until.date() == now.date()
        return date_format(until, "H:i" if is_today else "SHORT_DATETIME_FORMAT")

    @property
    def words(self) -> str:
        if self.is_respondent and self.nothing.why in ENDS:
            return _("What you gave stays. Your receipt shows it and lets you erase it.")
        match self.nothing.why:
            case Why.NOT_OPEN:
                return _("Whoever manages it opens it when its items and raters are in place.")
            case Why.STUDY_PAUSED | Why.RATER_PAUSED:
                return _("Whoever manages the study can go on with it. What you submitted is safe.")
            case Why.CAP:
                cap = cap_of(self.desk) or 0
                words = ngettext(
                    "%(cap)d is yours. Whoever manages the study can raise the number.",
                    "%(cap)d are yours. Whoever manages the study can raise the number.",
                    cap,
                )
                return words % {"cap": cap}
            case Why.CAP_DAY:
                cap = self.desk.cap_day or 0
                words = ngettext(
                    "Tomorrow there is %(cap)d more.", "Tomorrow there are %(cap)d more.", cap
                )
                return words % {"cap": cap}
            case Why.NO_LANE:
                return _("Whoever manages the study can give you one. What you submitted is safe.")
            case Why.OTHERS_FIRST:
                return _("Once all have rated, you see what each of you said, and rate once more.")
            case Why.UNQUALIFIED | Why.LACKS:
                if self.missed is not None:
                    return result_words(self.missed, self._qualification_of(self.training))
                if self.training is not None:
                    return _("You get it by passing the training.")
                return _("Whoever manages the study can give it to you.")
            case Why.DONE if self.desk.study.purpose == Study.Purpose.TRAINING:
                return result_words(result_of(self.desk), self._qualification_of(self.desk.study))
            case Why.HELD_BY_OTHERS:
                return _("If one is given back before then, you will find it by looking again.")
            case _:
                return ""

    @property
    def is_respondent(self) -> bool:
        """An end user has a receipt and no other work here."""
        return self.desk.rater.kind == RaterKind.RESPONDENT

    @property
    def total(self) -> int:
        return max(1, total_of(self.desk))

    @property
    def n_done(self) -> int:
        """As far as the line under the bar reaches: to its end where nothing is left to do."""
        given = self.desk.n_submitted + self.desk.n_checks
        return self.total if self.nothing.why in THROUGH else min(given, self.total)

    @property
    def may_undo(self) -> bool:
        """What stays as it is, is not offered to be undone."""
        given, study = self.desk.n_submitted + self.desk.n_checks, self.desk.study
        stays = study.state == Study.State.CLOSED or self.desk.excluded_at is not None
        return given > 0 and not stays and study.purpose != Study.Purpose.TRAINING

    @cached_property
    def training(self) -> Study | None:
        """The training that leads to what the rater lacks, where there is one that is open."""
        trainings = (one.training for one in self.nothing.lacks if one.training_id)
        return next((one for one in trainings if one and one.state == Study.State.OPEN), None)

    @cached_property
    def own_training(self) -> Study | None:
        """The same, where the rater has a place in it or may take one, and is not through it."""
        if self.training is None or self.is_respondent or self.missed is not None:
            return None
        is_there = self._place_in_training is not None
        return self.training if is_there or may_join(self.training) else None

    @cached_property
    def missed(self) -> Result | None:
        """How the rater did in that training, if they are through it and did not pass."""
        place = self._place_in_training
        result = result_of(place) if place else None
        return result if result and result.is_over and not result.is_passed else None

    @cached_property
    def _place_in_training(self) -> StudyRater | None:
        if self.training is None:
            return None
        chairs = StudyRater.objects.filter(study=self.training, rater=self.desk.rater_id)
        return chairs.select_related("study").first()

    def _qualification_of(self, training: Study | None) -> Qualification | None:
        return Qualification.objects.filter(training=training).first() if training else None

    @property
    def may_look_again(self) -> bool:
        return self.nothing.why in {
            Why.HELD_BY_OTHERS,
            Why.STUDY_PAUSED,
            Why.NOT_OPEN,
            Why.NO_LANE,
            Why.OTHERS_FIRST,
        }
