"""A ranking as a page shows it: the answers at their places, and a rank for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotation.answers import Answer, Question
from annotation.models import Assignment, Criterion, Item
from annotation.ranking_forms import CANNOT, WHY, field_of, ranked
from annotation.rankings import letter, ranks_in
from conversations.models import Conversation


@dataclass(frozen=True)
class Place:
    """Where one answer stands; `rank` counts from 1, None before it has one."""

    letter: str
    number: int
    field: str
    rank: int | None


@dataclass(frozen=True)
class Ranking:
    """One criterion by which the answers are put in order."""

    criterion: Criterion
    places: Sequence[Place]
    answer: Answer
    error: str = ""

    @property
    def name(self) -> str:
        return self.criterion.key

    @property
    def dom_id(self) -> str:
        return f"q-{self.criterion.key}"

    @property
    def cannot(self) -> str:
        return CANNOT + self.criterion.key

    @property
    def why(self) -> str:
        return WHY + self.criterion.key

    @property
    def allows_ties(self) -> bool:
        return any(point["key"] == "tie" for point in self.criterion.points)

    @property
    def ranks(self) -> range:
        return range(1, len(self.places) + 1)


def rankings_of(
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    errors: Mapping[str, str],
    order: Sequence[int],
) -> list[Ranking]:
    """A ranking for each criterion about sides, with what has been answered so far."""
    found = []
    for key, asked in ranked(questions):
        ranks = ranks_in(asked, answers, len(order))
        found.append(
            Ranking(
                criterion=asked[0].criterion,
                places=[
                    Place(letter(place), place + 1, field_of(key, place), ranks[position])
                    for place, position in enumerate(order)
                ],
                answer=answers.get(asked[0].name, Answer()),
                error=errors.get(key, ""),
            )
        )
    return found


def answers_of_item(item: Item) -> list[Conversation]:
    """What is compared, by position: two conversations, or all of a ranking."""
    if item.n_answers <= 2:
        return [item.conversation, item.conversation_b or item.conversation]
    answers = item.answers.select_related("conversation").order_by("position")
    return [one.conversation for one in answers]


def answers_shown(assignment: Assignment) -> list[Conversation]:
    """The same in the order in which this rater sees them."""
    answers = answers_of_item(assignment.item)
    if order := assignment.display.get("order"):
        return [answers[position] for position in order]
    return answers[::-1] if assignment.display.get("swapped") else answers
