"""What a new version of a survey would do to the answers that were given under earlier ones."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotation.rubric_diff import pieces
from surveys.builder_words import language_name, told
from surveys.document_diff import Change, document_changes
from surveys.models import Answer, Survey, SurveyVersion


@dataclass(frozen=True)
class Text:
    """One changed text with its place in the reader's words."""

    where: str
    language: str
    ops: list[tuple[str, str]]


@dataclass(frozen=True)
class Effect:
    """One change, in words, and how many answers are at stake."""

    change: Change
    n_answers: int
    texts: list[Text]

    @property
    def what(self) -> str:
        if self.change.question:
            values = {"name": self.change.question}
            return QUESTION[self.change.kind]() % values
        if self.change.page:
            return PAGE[self.change.kind]() % {"name": self.change.page}
        return _("The survey's own words and languages changed.")

    @property
    def part(self) -> str:
        return told(self.change.path) if self.change.path else ""

    @property
    def consequence(self) -> str:
        if not self.n_answers:
            return ""
        if self.change.kind == "removed":
            return _("Its answers stay, and none are added.")
        if self.change.changes_meaning:
            return _("Reports draw a line here: answers before and after may not mean the same.")
        return _("Its answers go on as one series.")


QUESTION = {
    "added": lambda: _("Question “%(name)s” is new."),
    "removed": lambda: _("Question “%(name)s” is taken out."),
    "moved": lambda: _("Question “%(name)s” stands elsewhere."),
    "changed": lambda: _("Question “%(name)s” changed."),
}
PAGE = {
    "added": lambda: _("Page “%(name)s” is new."),
    "removed": lambda: _("Page “%(name)s” is taken out."),
    "changed": lambda: _("Page “%(name)s” changed."),
}


def effects_of(before: SurveyVersion, after: SurveyVersion) -> list[Effect]:
    counts = answers_by_question(after.survey)
    return [
        Effect(change, counts[change.question], texts_of(change))
        for change in document_changes(before.document, after.document)
    ]


def answers_by_question(survey: Survey) -> Counter[str]:
    """How many responses answered each question."""
    answers = Answer.objects.filter(survey=survey).values_list("question", "response")
    return Counter(question for question, _response in answers.distinct())


def texts_of(change: Change) -> list[Text]:
    before, after = _texts(change.before, change.path), _texts(change.after, change.path)
    return [
        Text(
            told(path.rpartition(".")[0]) if path.count(".") > 0 else "",
            _language(path),
            [(piece.op, piece.text) for piece in pieces(before.get(path, ""), after.get(path, ""))],
        )
        for path in {**before, **after}
        if before.get(path) != after.get(path)
    ]


def _language(path: str) -> str:
    return language_name(path.rpartition(".")[2])


def _texts(value: Any, path: str) -> dict[str, str]:
    """Every text within a property, by its path."""
    if isinstance(value, Mapping):
        return {
            at: text
            for name, inner in value.items()
            for at, text in _texts(inner, f"{path}.{name}").items()
        }
    if isinstance(value, list):
        return {
            at: text
            for n, inner in enumerate(value)
            for at, text in _texts(inner, f"{path}[{n}]").items()
        }
    return {} if value is None else {path: str(value)}
