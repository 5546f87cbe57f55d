"""What a rater sees who is asked about an item, and what its adjudicator sees of the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Project, User
from annotation.answers import Answer, Question
from annotation.asks import Ask, is_about_sides, point_options, side_options
from annotation.item_ratings import ItemPage
from annotation.models import Inquiry, Item, Layer, Rater, Rating, Reply, Score
from annotation.models.ratings import COUNTED
from annotation.rating_desk import answer_of
from annotation.rating_page import TurnView, blind_turns
from annotation.services.settling import Key
from annotation.standing import Standing


def own_inquiries(user: User) -> QuerySet[Reply]:
    """Questions that wait for this person, about items that are still in dispute."""
    return (
        Reply.objects.filter(
            rater__user=user,
            at=None,
            inquiry__item__state=Item.State.DISPUTED,
            inquiry__item__study__project__in=Project.objects.visible_to(user),
        )
        .select_related("inquiry__item__study__project")
        .order_by("inquiry__at")
    )


def standing_rating(item: Item, rater: Rater) -> Rating:
    """What the rater holds now: the rating after an earlier question, else the blind one."""
    ratings = Rating.objects.filter(
        item=item, rater=rater, current=True, layer__in=[*COUNTED, Layer.INFORMED]
    )
    return max(ratings.select_related("assignment"), key=lambda one: one.layer == Layer.INFORMED)


def own_answers(rating: Rating, questions: Mapping[Key, Question]) -> dict[str, Answer]:
    """A rating's answers by the names of the questions."""
    scores = rating.scores.select_related("text")
    return {
        questions[key].name: answer_of(questions[key], score)
        for score in scores
        if (key := (score.criterion_id, score.turn, score.passage)) in questions
    }


@dataclass(frozen=True)
class InquiryPage:
    """The item as its rater saw it, the question, and what is open with the rater's own answers."""

    reply: Reply
    standing: Standing
    typed: Mapping[str, Answer] = field(default_factory=dict)
    words: str = ""
    error: str = ""

    @property
    def item(self) -> Item:
        return self.standing.item

    @property
    def is_open(self) -> bool:
        return self.reply.at is None and self.item.state == Item.State.DISPUTED

    @cached_property
    def rating(self) -> Rating:
        return standing_rating(self.item, self.reply.rater)

    @cached_property
    def swapped(self) -> bool:
        return is_swapped_for(self.rating)

    @cached_property
    def turns(self) -> list[TurnView]:
        return list(blind_turns(self.item.conversation.turns, self.item.study.blinding))

    @cached_property
    def sides(self) -> list[list[TurnView]]:
        """Left and right as this rater had them; nothing for a single conversation."""
        both = [self.item.conversation, self.item.conversation_b]
        if both[1] is None:
            return []
        if self.swapped:
            both.reverse()
        blinding = self.item.study.blinding
        return [list(blind_turns(one.turns, blinding)) for one in both if one is not None]

    @cached_property
    def asks(self) -> list[Ask]:
        own = own_answers(self.rating, self.standing.questions)
        return [
            self._ask(question, self.typed.get(question.name) or own.get(question.name))
            for key in self.standing.open
            if (question := self.standing.questions.get(key))
        ]

    def _ask(self, question: Question, said: Answer | None) -> Ask:
        answer = said or Answer()
        options = (
            side_options(question, answer, self.swapped)
            if is_about_sides(question.criterion)
            else point_options(question, answer)
        )
        turn = question.unit.turn
        where = _("turn %(n)d") % {"n": turn + 1} if turn >= 0 else ""
        return Ask(question, answer, options, show_if=None, where=where)


def is_swapped_for(rating: Rating) -> bool:
    """Whether the sides of a pair had changed places before this rater."""
    first = rating.revision_of if rating.layer == Layer.INFORMED else rating
    while first and first.assignment is None and first.revision_of is not None:
        first = first.revision_of
    return bool(first and first.assignment and first.assignment.display.get("swapped"))


@dataclass(frozen=True)
class Told:
    """A rater's answer as the adjudicator sees it, under the rater's letter."""

    letter: str
    reply: Reply
    changes: Sequence[tuple[Any, str, str]]
    """Criterion's name, the point before and the point now."""


@dataclass(frozen=True)
class Asked:
    inquiry: Inquiry
    told: Sequence[Told]

    @property
    def n_awaited(self) -> int:
        return sum(one.reply.at is None for one in self.told)


def asked_about(shown: ItemPage) -> list[Asked]:
    """Every question about an item with its answers, the oldest first."""
    letters = {voice.rating.rater_id: voice.letter for voice in shown.voices}
    inquiries = (
        Inquiry.objects.filter(item=shown.item)
        .select_related("asked_by")
        .prefetch_related("replies__rating__revision_of")
        .order_by("at")
    )
    return [
        Asked(
            inquiry,
            sorted(
                (
                    Told(letters.get(reply.rater_id, "–"), reply, changes_in(reply, shown))
                    for reply in inquiry.replies.all()
                ),
                key=lambda one: one.letter,
            ),
        )
        for inquiry in inquiries
    ]


def changes_in(reply: Reply, shown: ItemPage) -> list[tuple[Any, str, str]]:
    """What the rater says otherwise than before, in the order of the criteria."""
    rating = reply.rating
    if rating is None or rating.revision_of is None:
        return []
    before = {_place(score): score for score in rating.revision_of.scores.all()}
    changes = []
    for score in rating.scores.select_related("criterion").order_by("turn", "criterion__position"):
        former = before.get(_place(score))
        said = (score.value, score.number)
        if former is None or (former.value, former.number) != said:
            speech = shown.speech(_place(score), score.criterion)
            was = speech.words(former) if former else "–"
            changes.append((score.criterion.name, was, speech.words(score)))
    return changes


def _place(score: Score) -> Key:
    return score.criterion_id, score.turn, score.passage
