"""Forms of this floor: shape and words; the rules are the services'."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.answers import MAX_WORDS, Answer, Checked, Question, check
from annotation.asks import is_about_sides, side_key
from annotation.models import Assignment
from annotation.rating_page import questions_for
from annotation.rubric_cache import criteria_of
from core.scales import Kind
from core.text import storable

CHOSEN, CANNOT, WHY = "q.", "cannot.", "why."


class RatingForm(forms.Form):
    """What the rater page sends, for a draft or to submit."""

    client_key = forms.UUIDField()  # the same key again is the same submit
    revises = forms.UUIDField(required=False)
    comment = forms.CharField(max_length=MAX_WORDS, required=False)
    flagged = forms.BooleanField(required=False)
    seconds = forms.IntegerField(min_value=0, required=False)
    version = forms.IntegerField(min_value=0, max_value=2_000_000_000, required=False)
    tab = forms.CharField(required=False)  # which criterion a phone shows
    csrfmiddlewaretoken = forms.CharField(required=False)

    def __init__(self, data: QueryDict, *, assignment: Assignment) -> None:
        super().__init__(data)
        self.assignment = assignment
        self.questions = questions_for(assignment)
        self.answers = read_answers(data, self.questions, bool(assignment.display.get("swapped")))
        self.checked: Checked | None = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        known = set(self.fields) | {
            prefix + question.name
            for question in self.questions
            for prefix in (CHOSEN, CANNOT, WHY)
        }
        if unknown := sorted(set(self.data) - known):
            raise forms.ValidationError(
                _("The page sent “%(name)s”, which is not asked about this item. Reload the page.")
                % {"name": unknown[0][:80]}
            )
        if not storable(cleaned.get("comment") or ""):
            self.add_error(
                "comment",
                _("The comment holds a character that cannot be stored. Type it again."),
            )
        return cleaned

    def check(self) -> bool:
        """Whether all that must be answered is, and lies on its scale."""
        item = self.assignment.item
        self.checked = check(
            self.questions,
            criteria_of(item.study.rubric_version),
            self.answers,
            item.conversation.guidance,
        )
        return self.is_valid() and not self.checked.errors

    @property
    def question_errors(self) -> Mapping[str, str]:
        return self.checked.errors if self.checked else {}

    @property
    def sentences(self) -> list[str]:
        """What is wrong with the form beside its questions."""
        return [str(error) for errors in self.errors.values() for error in errors]


class SkipForm(forms.Form):
    reason = forms.CharField(
        max_length=200,
        error_messages={"required": gettext_lazy("Say in a few words why you skip this item.")},
    )


def read_answers(
    data: QueryDict, questions: Sequence[Question], swapped: bool = False
) -> dict[str, Answer]:
    """The answers that a form holds, by question; a question without any is absent."""
    answers = {}
    for question in questions:
        if data.get(CANNOT + question.name):
            answers[question.name] = Answer(
                cannot_judge=True, why=data.get(WHY + question.name, "")
            )
        elif question.criterion.kind == Kind.MULTI:
            answers[question.name] = Answer(tuple(data.getlist(CHOSEN + question.name)))
        elif chosen := data.get(CHOSEN + question.name, ""):
            is_side = is_about_sides(question.criterion)
            answers[question.name] = Answer(side_key(chosen, swapped) if is_side else chosen)
    return answers
