"""One question of a survey: its fifteen types, what it shows and which values it can have."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.expressions import Ast
from surveys import survey_words
from surveys.survey_words import Words, said


class Type(TextChoices):
    THUMB = "thumb", _("thumbs")
    STAR = "star", _("stars")
    SCALE = "scale", _("scale")
    CSAT = "csat", _("satisfaction (CSAT)")
    CES = "ces", _("ease (CES)")
    NPS = "nps", _("recommendation (NPS)")
    SUS = "sus", _("usability items")
    SINGLE = "single", _("one of several")
    MULTI = "multi", _("several of several")
    MATRIX = "matrix", _("matrix")
    RANKING = "ranking", _("ranking")
    SHORT_TEXT = "short_text", _("short text")
    LONG_TEXT = "long_text", _("long text")
    PAIRWISE = "pairwise", _("comparison of two answers")
    STATEMENT = "statement", _("statement or consent")


POINTS: Mapping[str, tuple[int, int]] = {
    Type.STAR: (1, 5),
    Type.CSAT: (1, 5),
    Type.CES: (1, 7),
    Type.NPS: (0, 10),
    Type.SUS: (1, 5),
}
THUMBS = ("down", "up")
SIDES = ("a", "b", "tie", "both_bad")
POINT_TYPES = frozenset({Type.STAR, Type.SCALE, Type.CSAT, Type.CES, Type.NPS})
CHOICE_TYPES = frozenset({Type.SINGLE, Type.MULTI, Type.RANKING})
TEXT_TYPES = frozenset({Type.SHORT_TEXT, Type.LONG_TEXT})
LOWEST, HIGHEST = -10, 100
"""Of a scale, and of whole numbers that choices are named by."""

COMMENT = "-Comment"
"""Follows a question's name where the words of its “other” are kept; no name holds a hyphen."""

_WHOLE = re.compile(r"-?[0-9]{1,3}")


@dataclass(frozen=True)
class Option:
    """A choice, a row or a column."""

    value: str
    text: Words
    exclusive: bool = False
    other: bool = False
    reversed: bool = False  # a row that says the opposite of what most of them say

    @property
    def stays(self) -> bool:
        """Whether its place is kept where the others come in random order."""
        return self.exclusive or self.other


@dataclass(frozen=True)
class Translation:
    items: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Question:
    type: str
    name: str
    title: Words
    description: Words = field(default_factory=dict)
    required: bool = False
    visible_if: Ast | None = None
    required_if: Ast | None = None
    choices: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    columns: tuple[Option, ...] = ()
    is_random: bool = False
    labels: Mapping[str, Words] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    at_least: int = 0
    at_most: int | None = None
    max_length: int = 0
    is_number: bool = False
    items: str = ""
    service: Words = field(default_factory=dict)
    translations: Mapping[str, Translation] = field(default_factory=dict)
    a: Words = field(default_factory=dict)
    b: Words = field(default_factory=dict)
    consent: bool = False

    @property
    def is_asked(self) -> bool:
        """A statement without consent is only read."""
        return self.type != Type.STATEMENT or self.consent

    @property
    def other(self) -> Option | None:
        return next((option for option in self.choices if option.other), None)

    @property
    def parts(self) -> tuple[str, ...]:
        """Rows of a matrix or items of a block: each has a value of its own."""
        if self.type == Type.MATRIX:
            return tuple(row.value for row in self.rows)
        return survey_words.items_of(self.items) if self.type == Type.SUS else ()

    @property
    def points(self) -> tuple[int, ...]:
        """The numbers of a scale, low to high; of a block, those of each item."""
        low, high = POINTS.get(self.type, (self.minimum, self.maximum))
        if self.type != Type.SCALE and self.type not in POINTS:
            return ()
        return tuple(range(int(low or 0), int(high or 0) + 1))

    @property
    def shuffled(self) -> tuple[Option, ...]:
        """What comes in random order where the question asks for it."""
        if self.type == Type.PAIRWISE:
            return Option("a", self.a), Option("b", self.b)
        return self.rows if self.type == Type.MATRIX else self.choices

    def label(self, point: int | str, locale: str, *others: str) -> str:
        own = self.labels.get(str(point)) or {}
        built_in = survey_words.LABELS.get(self.type, {}).get(str(point), {})
        return said({**built_in, **own}, locale, *others)

    def item(self, part: str, locale: str, *others: str) -> str:
        """The words of one item of a block."""
        known = survey_words.ITEMS[self.items]
        if locale in self.translations:
            return dict(zip(known, self.translations[locale].items, strict=False)).get(part, "")
        service = said({**survey_words.SERVICE[self.items], **self.service}, locale, *others)
        return said(known[part], locale, *others).replace("{service}", service)


def positions(options: Sequence[Option]) -> Mapping[str, int]:
    """What `Answer.value` holds for each option: its own number where all are named by one."""
    keys = [option.value for option in options]
    if all(_WHOLE.fullmatch(key) and LOWEST <= int(key) <= HIGHEST for key in keys):
        return {key: int(key) for key in keys}
    return {key: place for place, key in enumerate(keys)}


def position(question: Question, value: Any) -> int | None:
    """What `Answer.value` holds for one value of a question (of one part, where it has parts)."""
    match question.type:
        case Type.THUMB:
            return THUMBS.index(value)
        case Type.PAIRWISE:
            return SIDES.index(value)
        case Type.SINGLE:
            return positions(question.choices)[value]
        case Type.MATRIX:
            return positions(question.columns)[value]
        case Type.STATEMENT:
            return 1
        case _:
            return int(value) if question.points else None
