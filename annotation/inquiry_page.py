"""What a rater sees who is asked about an item, and what its adjudicator sees of the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Project, User
from annotation.answers import Answer, Question
from annotation.asks import Ask
from annotation.item_ratings import ItemPage
from annotation.models import Inquiry, Item, Layer, Rater, Rating, Reply, Score
from annotation.models.ratings import COUNTED
from annotation.ranking_page import answers_of_item
from annotation.rankings import letter
from annotation.rating_desk import answer_of
from annotation.rating_page import TurnView, blind_turns
from annotation.services.settling import Key
from annotation.sides import Sides
from annotation.standing import Standing
from conversations.redacting import said


def own_inquiries(user: User) -> QuerySet[Reply]:
    """Questions that wait for this person, about ratings that count and are still in dispute."""
    counted = Rating.objects.filter(
        item=OuterRef("inquiry__item"), rater=OuterRef("rater"), current=True, layer__in=COUNTED
    )
    return (
        Reply.objects.filter(
            Exists(counted),
            rater__user=user,
            at=None,
            inquiry__item__state=Item.State.DISPUTED,
            inquiry__item__study__project__in=Project.objects.visible_to(user),
        )
        .select_related("inquiry__item__study__project")
        .order_by("inquiry__at")
    )


def standing_rating(item: Item, rater: Rater) -> Rating | None:
    """What the rater holds now: the rating after an earlier question, else the blind one.

    None where it was set aside after the question: then nothing is left to ask about.
    """
    ratings = Rating.objects.filter(
        item=item, rater=rater, current=True, layer__in=[*COUNTED, Layer.INFORMED]
    ).select_related("assignment")
    return max(ratings, key=lambda one: one.layer == Layer.INFORMED, default=None)


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
        is_disputed = self.item.state == Item.State.DISPUTED
        return self.reply.at is None and is_disputed and self.rating is not None

    @property
    def is_decided(self) -> bool:
        return self.item.state in {Item.State.SETTLED, Item.State.UNSETTLEABLE}

    @cached_property
    def rating(self) -> Rating | None:
        return standing_rating(self.item, self.reply.rater)

    @cached_property
    def stand(self) -> Sides:
        """Where the answers stood that this rater compared."""
        if self.rating is None:
            return Sides.of_item(self.item)
        return Sides.of_display(display_of(self.rating))

    @cached_property
    def turns(self) -> list[TurnView]:
        return list(blind_turns(said(self.item.conversation), self.item.study.blinding))

    @cached_property
    def sides(self) -> list[list[TurnView]]:
        """The answers as this rater had them; nothing for a single conversation."""
        if self.item.n_answers == 1:
            return []
        answers, blinding = answers_of_item(self.item), self.item.study.blinding
        return [list(blind_turns(said(answers[one]), blinding)) for one in self.stand.order]

    @property
    def lettered(self) -> list[tuple[str, list[TurnView]]]:
        """The same with their letters, where there are more than left and right."""
        if self.item.n_answers <= 2:
            return []
        return [(letter(place), side) for place, side in enumerate(self.sides)]

    @cached_property
    def asks(self) -> list[Ask]:
        own = own_answers(self.rating, self.standing.questions) if self.rating else {}
        return [
            self._ask(question, self.typed.get(question.name) or own.get(question.name))
            for key in self.standing.open
            if (question := self.standing.questions.get(key))
        ]

    def _ask(self, question: Question, said: Answer | None) -> Ask:
        answer = said or Answer()
        options = self.stand.options(question, answer)
        return Ask(question, answer, options, show_if=None, where=self._where(question))

    def _where(self, question: Question) -> str:
        if names := self.stand.names(question.unit):
            return _("%(first)s or %(second)s") % {"first": names[0], "second": names[1]}
        turn = question.unit.turn
        return _("turn %(n)d") % {"n": turn + 1} if turn >= 0 else ""


def display_of(rating: Rating) -> Mapping[str, Any]:
    """How the item stood before this rater."""
    first = rating.revision_of if rating.layer == Layer.INFORMED else rating
    while first and first.assignment is None and first.revision_of is not None:
        first = first.revision_of
    if first and first.assignment:
        return first.assignment.display  # type: ignore[no-any-return]
    return {"swapped": rating.swapped}


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
