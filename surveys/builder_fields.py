"""What stands on the builder's page: fields, texts in several languages, questions and pages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from surveys.builder_words import language_name


def dom_id(path: str) -> str:
    """The id of the element that shows what stands at a path."""
    return "at-" + re.sub(r"[^A-Za-z0-9_]+", "-", path).strip("-")


@dataclass(frozen=True)
class Field:
    path: str
    label: str
    value: Any
    language: str = ""
    is_long: bool = False
    placeholder: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    help: str = ""
    is_wrong: bool = False

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)

    @property
    def language_name(self) -> str:
        return language_name(self.language)


@dataclass(frozen=True)
class Texts:
    """One text in every language of the survey, side by side."""

    label: str
    fields: Sequence[Field]

    @property
    def is_told(self) -> bool:
        return any(field.value for field in self.fields)


@dataclass(frozen=True)
class OptionFields:
    path: str
    title: str
    value: Field
    text: Texts
    ticks: Sequence[Field]

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)


@dataclass(frozen=True)
class OptionList:
    """Choices, rows or columns of a question."""

    path: str
    label: str
    add: str
    options: Sequence[OptionFields]
    order: Field | None


@dataclass(frozen=True)
class Translation:
    language: str
    items: Sequence[Field]
    source: Field


@dataclass(frozen=True)
class Notice:
    """A problem: where it is in the reader's words, what it is, and the way there."""

    where: str
    part: str
    message: str
    target: str
    is_error: bool


@dataclass(frozen=True)
class Member:
    """What a page and a question have in common in the builder."""

    path: str
    number: int
    name: Field
    conditions: Sequence[Field]
    problems: Sequence[Notice]
    condition_problems: Mapping[str, Sequence[Notice]]

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)

    @property
    def n_errors(self) -> int:
        at_conditions = [notice for found in self.condition_problems.values() for notice in found]
        return sum(notice.is_error for notice in (*self.problems, *at_conditions))

    @property
    def condition_parts(self) -> list[tuple[Field, Sequence[Notice]]]:
        return [
            (given, self.condition_problems.get(given.path.rpartition(".")[2], ()))
            for given in self.conditions
        ]


@dataclass(frozen=True)
class QuestionFields(Member):
    place: str
    is_open: bool
    type: Field
    type_label: str
    heading: str
    title: Texts
    description: Texts
    ticks: Sequence[Field]
    settings: Sequence[Field]
    lists: Sequence[OptionList]
    labels: Sequence[Texts]
    texts: Sequence[Texts]
    translations: Sequence[Translation]

    @property
    def is_conditional(self) -> bool:
        return any(given.value for given in self.conditions)

    @property
    def has_labels(self) -> bool:
        return any(texts.is_told for texts in self.labels)

    @property
    def has_more(self) -> bool:
        """Whether anything stands in the section that few questions need."""
        return self.is_conditional or self.description.is_told

    @property
    def read_aloud(self) -> str:
        return _("question %(n)s, %(title)s") % {"n": self.place, "title": self.heading}


@dataclass(frozen=True)
class PageFields(Member):
    title: Texts
    description: Texts
    new: Field
    questions: Sequence[QuestionFields]

    @property
    def read_aloud(self) -> str:
        return _("page %(n)d") % {"n": self.number}

    @property
    def is_told(self) -> bool:
        """Whether anything stands in the fields that few pages need."""
        texts = self.title.is_told or self.description.is_told
        return texts or bool(self.problems) or any(given.value for given in self.conditions)
