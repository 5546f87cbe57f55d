"""What raters will see, shown with a conversation of our own before any rating exists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from annotation.answers import Question, questions_of
from annotation.models import Assignment, Criterion, Item, Study
from annotation.rating_page import Desk, Filled
from annotation.rubric_problems import RubricProblem
from annotation.rubric_schema import normalise_criterion
from conversations.models import Conversation
from core.scales import Target


@dataclass
class Rehearsal(Desk):
    """A desk with criteria that nobody has published and an item that is not stored."""

    given: Sequence[Criterion] = ()
    left_out: Sequence[str] = ()
    """Keys of criteria that cannot be shown before their errors are mended."""

    @cached_property
    def criteria(self) -> Sequence[Criterion]:
        return self.given

    @cached_property
    def questions(self) -> list[Question]:
        conversation = self.assignment.item.conversation
        return questions_of(self.given, conversation.turns, conversation.guidance)


def rehearse(
    data: Mapping[str, Any], problems: Sequence[RubricProblem], language: str
) -> Rehearsal:
    """The rater's view of a rubric that may still have errors, in one of its languages."""
    wrong = {problem.path.partition("]")[0] for problem in problems if problem.is_error}
    given, left_out = [], []
    for number, criterion in enumerate(data["criteria"]):
        if f"criteria[{number}" in wrong:
            left_out.append(criterion["key"] or str(number + 1))
        else:
            given.append(unsaved(criterion))
    with translation.override(language):
        item = _sample_item(given)
        assignment = Assignment(item=item, study=item.study, display={})
    return Rehearsal(assignment, Filled(), n=1, total=1, given=given, left_out=left_out)


def unsaved(data: Mapping[str, Any]) -> Criterion:
    return Criterion(**normalise_criterion(data))


def _sample_item(criteria: Sequence[Criterion]) -> Item:
    pairs = any(criterion.target == Target.PAIR for criterion in criteria)
    asked = {"role": "user", "content": _("Can I return shoes that I have worn once?")}
    answers = [
        _("Yes, within 30 days, if the soles are clean. Bring the receipt to any of our shops."),
        _("Shoes can be returned unworn. Yours were worn, so it depends on the shop."),
    ]
    passage = {"id": "1", "text": _("Shoes with clean soles can be returned within 30 days.")}
    first = [asked, {"role": "assistant", "content": answers[0], "passages": [passage]}]
    more = [
        {"role": "user", "content": _("I have lost the receipt.")},
        {"role": "assistant", "content": _("Then the number of your order will do.")},
    ]
    guidance = {
        "points": [_("Names the 30 days"), _("Says what to bring")],
        "deductions": [{"text": _("More than two sentences"), "minus": 1}],
    }
    conversation = Conversation(turns=first if pairs else first + more, guidance=guidance)
    other = Conversation(turns=[asked, {"role": "assistant", "content": answers[1]}])
    return Item(
        study=Study(blinding={"show_later_turns": True}),
        conversation=conversation,
        conversation_b=other if pairs else None,
        n_answers=2 if pairs else 1,
    )
