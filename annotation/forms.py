"""Forms of this floor: shape and words; the rules are the services'."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.answers import MAX_WORDS, Answer, Checked, Question, check, unstorable_words
from annotation.asks import is_about_sides, side_key
from annotation.criteria import ask_of_conversation, spoken
from annotation.models import Assignment
from annotation.ranking_forms import fields_of, read_rankings, told_once
from annotation.rating_page import questions_for
from annotation.rubric_cache import criteria_of
from core.http import uid_in, whole
from core.scales import Kind
from core.text import storable, storable_value

CHOSEN, CANNOT, WHY = "q.", "cannot.", "why."
LARGEST_NUMBER = 2_000_000_000


class RatingForm:
    """What the rater page sends, for a draft or to submit.

    It is read by hand: this door is knocked at all day, and a Django form makes and checks its
    fields anew at each request, which took a tenth of a submit.
    """

    KNOWN = frozenset(
        {"client_key", "revises", "comment", "flagged", "seconds", "version", "tab",
         "csrfmiddlewaretoken"}
    )  # fmt: skip
    """`tab` says which criterion a phone shows; it is kept with a draft by the browser alone."""

    def __init__(self, data: QueryDict, *, assignment: Assignment) -> None:
        self.assignment = assignment
        self.questions = questions_for(assignment)
        self.answers = read_answers(data, self.questions, bool(assignment.display.get("swapped")))
        if order := assignment.display.get("order"):
            self.answers |= read_rankings(data, self.questions, order)
        self.sentences: list[str] = []
        """What is wrong with the form beside its questions."""
        self.typed = data.get("comment", "")
        self.comment = self._comment()
        self.flagged = data.get("flagged", "").lower() not in {"", "false"}
        self.client_key = self._uid(data, "client_key")
        self.revises = self._uid(data, "revises") if data.get("revises") else None
        self.seconds = self._number(data, "seconds")
        self.version = self._number(data, "version") or 0
        self._refuse_unknown(data)

    def check(self) -> Checked | None:
        """What is to be stored; None where something is missing or wrong."""
        item = self.assignment.item
        criteria = criteria_of(item.study.rubric_version)
        guidance = item.conversation.guidance if ask_of_conversation(criteria) else None
        checked = check(
            self.questions,
            criteria,
            self.answers,
            guidance,
        )
        self.question_errors = told_once(checked.errors, self.questions, self.answers)
        return None if self.sentences or checked.errors else checked

    question_errors: Mapping[str, str] = {}

    def unstorable(self) -> Iterator[str]:
        """What no draft can keep, although it is kept with whatever is wrong or missing."""
        for question in self.questions:
            answer = self.answers.get(question.name)
            if answer and not storable_value(answer.to_json()):
                yield unstorable_words(spoken(question.criterion.name, question.criterion.key))

    def _comment(self) -> str:
        if len(self.typed) > MAX_WORDS:
            self.sentences.append(
                _("The comment has %(n)d characters, and %(limit)d are allowed. Shorten it.")
                % {"n": len(self.typed), "limit": MAX_WORDS}
            )
        if not storable(self.typed):
            self.sentences.append(
                _("The comment holds a character that cannot be stored. Type it again.")
            )
        return self.typed.strip()

    def _uid(self, data: QueryDict, name: str) -> UUID | None:
        found = uid_in(data.get(name))
        if found is None:
            self._unreadable(name, data.get(name, ""))
        return found

    def _number(self, data: QueryDict, name: str) -> int | None:
        text = data.get(name, "").strip()
        found = whole(text)
        if text and (found is None or found > LARGEST_NUMBER):
            self._unreadable(name, text)
            return None
        return found

    def _unreadable(self, name: str, text: str) -> None:
        self.sentences.append(
            _("The page sent “%(value)s” as “%(name)s”, which cannot be read. Reload the page.")
            % {"value": text[:80], "name": name}
        )

    def _refuse_unknown(self, data: QueryDict) -> None:
        asked = {
            prefix + question.name
            for question in self.questions
            for prefix in (CHOSEN, CANNOT, WHY)
        }
        asked |= fields_of(self.questions, self.assignment.item.n_answers)
        if unknown := sorted(data.keys() - self.KNOWN - asked):
            self.sentences.append(
                _("The page sent “%(name)s”, which is not asked about this item. Reload the page.")
                % {"name": unknown[0][:80]}
            )


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
        if question.is_ranked:
            continue
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
