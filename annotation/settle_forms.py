"""The adjudicator's form: shape and words; whether a decision is whole is the service's."""

from django.http import QueryDict

from annotation.answers import Answer
from annotation.asks import is_about_sides, side_key
from annotation.decisions import Decision
from annotation.forms import CHOSEN
from annotation.item_ratings import Typed
from annotation.sides import Sides
from annotation.standing import Standing
from core.errors import DomainError
from core.scales import Kind


def decision_from(data: QueryDict, standing: Standing) -> Decision:
    """What was sent, by question; `rest` says that what has no answer cannot be settled."""
    unsettleable = set(data.getlist("unsettleable"))
    answers = {
        name: answer
        for name, answer in answers_in(data, standing, Sides.of_item(standing.item)).items()
        if name not in unsettleable
    }
    rewording = frozenset(data.getlist("rewording"))
    if data.get("rest"):
        unsettleable |= {
            question.name
            for key in standing.open
            if (question := standing.questions.get(key))
            and question.name not in answers
            and question.criterion.key not in rewording
        }
    held = {
        question.name
        for question in standing.questions.values()
        if question.criterion.key in rewording
    }
    return Decision(
        reason=data.get("reason", ""),
        seen=data.get("seen", ""),
        answers={name: said for name, said in answers.items() if name not in held},
        unsettleable=frozenset(unsettleable - held),
        rewording=rewording,
        examples=frozenset(data.getlist("example")),
    )


def answers_in(data: QueryDict, standing: Standing, sides: Sides) -> dict[str, Answer]:
    """A set of labels counts as answered when its question was on the page: none is an answer."""
    asked = set(data.getlist("asked"))
    answers = {}
    for question in standing.questions.values():
        name = CHOSEN + question.name
        if question.criterion.kind == Kind.MULTI and question.name in asked:
            answers[question.name] = Answer(tuple(data.getlist(name)))
        elif chosen := data.get(name, ""):
            if is_about_sides(question.criterion):
                chosen = side_key(chosen, sides.is_swapped(question.unit))
            answers[question.name] = Answer(chosen)
    return answers


def typed_again(decision: Decision, refusal: DomainError) -> Typed:
    """The form as it was sent, with what is wrong beside it."""
    return Typed(
        answers=decision.answers,
        unsettleable=decision.unsettleable,
        rewording=decision.rewording,
        examples=decision.examples,
        reason=decision.reason,
        errors=refusal.fields,
        message=refusal.message,
    )
