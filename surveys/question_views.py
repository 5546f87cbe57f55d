"""What a template shows of one question: words in one language, options in one order, what is set.

The hosted page and the preview of the builder draw with the same parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys import survey_words
from surveys.answer_cleaning import MAX_COMMENT
from surveys.documents import Document
from surveys.questions import COMMENT, SIDES, THUMBS, Question, Type
from surveys.respondent_words import tell
from surveys.shuffling import shown_order
from surveys.survey_words import said

FIELD = "a."
"""Begins the name of every field that holds an answer."""


@dataclass(frozen=True)
class OptionView:
    value: str
    text: str
    id: str
    checked: bool = False
    aside: str = ""
    comment: str | None = None  # the words of “other”, empty while there are none


@dataclass(frozen=True)
class PartView:
    """A row of a matrix, an item of a block, or what gets a place in a ranking."""

    name: str
    id: str
    text: str
    options: Sequence[OptionView]


@dataclass(frozen=True)
class QuestionView:
    """`look` is which part of the template draws it."""

    look: str
    name: str
    field: str
    id: str
    title: str
    description: str = ""
    required: bool = False
    problem: str = ""
    hint: str = ""
    options: Sequence[OptionView] = ()
    parts: Sequence[PartView] = ()
    sides: Sequence[tuple[str, str]] = ()
    low: str = ""
    high: str = ""
    text: str = ""
    max_length: int = 0
    is_number: bool = False
    credits: Sequence[str] = ()

    @property
    def described_by(self) -> str:
        wanted = (("about", self.description), ("hint", self.hint), ("problem", self.problem))
        return " ".join(f"{self.id}-{what}" for what, words in wanted if words)


class QuestionPainter:
    """Makes views of the questions of one document, for one response in one language."""

    def __init__(
        self,
        document: Document,
        *,
        locale: str,
        answers: Mapping[str, Any],
        order: Mapping[str, Sequence[str]],
        problems: Mapping[str, str],
    ) -> None:
        self.locale = locale
        self.others = document.locales
        self.answers = answers
        self.order = order
        self.problems = problems

    def view(self, question: Question, *, required: bool) -> QuestionView:
        value = self.answers.get(question.name)
        shared: dict[str, Any] = {
            "name": question.name,
            "field": FIELD + question.name,
            "id": f"q-{question.name}",
            "title": self._say(question.title),
            "description": self._say(question.description),
            "required": required,
            "problem": self.problems.get(question.name, ""),
            "hint": self._hint(question),
            "credits": self._credits(question),
        }
        match question.type:
            case Type.SINGLE | Type.MULTI:
                options = self._choices(question, value, required)
                look = "checks" if question.type == Type.MULTI else "list"
                return QuestionView(look, **shared, options=options)
            case Type.MATRIX | Type.SUS:
                return QuestionView("rows", **shared, parts=self._rows(question, value))
            case Type.RANKING:
                return QuestionView("places", **shared, parts=self._places(question, value))
            case Type.SHORT_TEXT | Type.LONG_TEXT:
                return QuestionView(
                    "line" if question.type == Type.SHORT_TEXT else "lines",
                    **shared,
                    text="" if value is None else str(value),
                    max_length=question.max_length,
                    is_number=question.is_number,
                )
            case Type.STATEMENT:
                look = "consent" if question.consent else "statement"
                agree = said(survey_words.CONSENT, self.locale, "en")
                option = self._option(question, "true", agree, value in (True, "true"))
                return QuestionView(look, **shared, options=[option])
            case Type.PAIRWISE:
                sides, options = self._sides(question, value)
                return QuestionView(
                    "pair",
                    **shared,
                    sides=sides,
                    options=self._optional(options, question, required),
                )
            case _:
                return self._scale(question, value, required, shared)

    def _scale(
        self, question: Question, value: Any, required: bool, shared: Mapping[str, Any]
    ) -> QuestionView:
        """Points that all have words stand in a list; others in a row with words at its ends.

        Of thumbs the good one comes first, as in the widget.
        """
        is_thumb = question.type == Type.THUMB
        points: Sequence[int | str] = THUMBS[::-1] if is_thumb else question.points
        labels = {p: question.label(p, self.locale, *self.others) for p in points}
        if question.type == Type.STAR:
            labels = {p: tell("stars", self.locale, n=p) for p in points}
        options = [
            self._option(
                question, str(p), labels[p], str(value) == str(p), aside=self._aside(question, p)
            )
            for p in points
        ]
        all_labelled = all(labels.values())
        return QuestionView(
            "list" if all_labelled else "cells",
            **shared,
            options=self._optional(options, question, required),
            low="" if all_labelled else labels[points[0]],
            high="" if all_labelled else labels[points[-1]],
        )

    def _aside(self, question: Question, point: int | str) -> str:
        if question.type == Type.STAR:
            return "★" * int(point) + "☆" * (5 - int(point))
        return "" if question.type == Type.THUMB else str(point)

    def _choices(self, question: Question, value: Any, required: bool) -> Sequence[OptionView]:
        chosen = value if isinstance(value, list) else [value]
        options = [
            OptionView(
                choice.value,
                self._say(choice.text),
                f"q-{question.name}-{choice.value}",
                choice.value in chosen,
                comment=self._comment(question) if choice.other else None,
            )
            for choice in shown_order(question, self.order)
        ]
        if question.type == Type.MULTI:
            return options
        return self._optional(options, question, required)

    def _comment(self, question: Question) -> str:
        return str(self.answers.get(question.name + COMMENT) or "")[:MAX_COMMENT]

    def _optional(
        self, options: Sequence[OptionView], question: Question, required: bool
    ) -> Sequence[OptionView]:
        """A chosen radio cannot be unchosen without script: so an answer can be taken back."""
        if required or not any(option.checked for option in options):
            return options
        return [*options, self._option(question, "", tell("no_answer", self.locale), False)]

    def _rows(self, question: Question, value: Any) -> Sequence[PartView]:
        given = value if isinstance(value, Mapping) else {}
        if question.type == Type.SUS:
            rows = [(p, question.item(p, self.locale, *self.others)) for p in question.parts]
            columns = [
                (str(p), question.label(p, self.locale, *self.others)) for p in question.points
            ]
        else:
            rows = [(row.value, self._say(row.text)) for row in shown_order(question, self.order)]
            columns = [(column.value, self._say(column.text)) for column in question.columns]
        return [
            PartView(
                f"{FIELD}{question.name}.{part}",
                f"q-{question.name}-{part}",
                text,
                [
                    OptionView(
                        key, label, f"q-{question.name}-{part}-{key}", str(given.get(part)) == key
                    )
                    for key, label in columns
                ],
            )
            for part, text in rows
        ]

    def _places(self, question: Question, value: Any) -> Sequence[PartView]:
        """`value` is the whole ranking, or what was chosen so far: option -> place."""
        places = value if isinstance(value, Mapping) else {}
        if isinstance(value, list):
            places = {key: str(place) for place, key in enumerate(value, 1)}
        n = len(question.choices)
        return [
            PartView(
                f"{FIELD}{question.name}.{choice.value}",
                f"q-{question.name}-{choice.value}",
                self._say(choice.text),
                [
                    OptionView(str(k), str(k), "", str(places.get(choice.value)) == str(k))
                    for k in range(1, n + 1)
                ],
            )
            for choice in shown_order(question, self.order)
        ]

    def _sides(
        self, question: Question, value: Any
    ) -> tuple[Sequence[tuple[str, str]], Sequence[OptionView]]:
        first, second = shown_order(question, self.order)
        sides = [
            (tell("side_a", self.locale), self._say(first.text)),
            (tell("side_b", self.locale), self._say(second.text)),
        ]
        keys = (first.value, second.value, *SIDES[2:])
        words = [said(survey_words.PAIRWISE[key], self.locale, "en") for key in SIDES]
        options = [
            self._option(question, key, text, value == key)
            for key, text in zip(keys, words, strict=True)
        ]
        return sides, options

    def _option(
        self, question: Question, value: str, text: str, checked: bool, aside: str = ""
    ) -> OptionView:
        return OptionView(value, text, f"q-{question.name}-{value or 'none'}", checked, aside)

    def _hint(self, question: Question) -> str:
        if question.type == Type.RANKING:
            return tell("rank_help", self.locale)
        if question.type == Type.LONG_TEXT:
            return tell("privacy", self.locale)
        if question.type != Type.MULTI:
            return ""
        low, high = question.at_least, question.at_most
        if low and high:
            return (
                tell("exactly", self.locale, n=low)
                if low == high
                else tell("between", self.locale, low=low, high=high)
            )
        if high:
            return tell("up_to", self.locale, n=high)
        return tell("at_least", self.locale, n=low) if low > 1 else ""

    def _credits(self, question: Question) -> Sequence[str]:
        if question.type == Type.NPS:
            return [said(survey_words.NPS_MARK, self.locale, "en")]
        if question.type != Type.SUS or question.items != "sus":
            return []
        credits = [said(survey_words.SUS_SOURCE, self.locale, "en")]
        if self.locale in question.translations:
            source = question.translations[self.locale].source
            credits += [
                f"{tell('source', self.locale)} {source}",
                tell("not_validated", self.locale),
            ]
        return credits

    def _say(self, words: Mapping[str, str]) -> str:
        return said(words, self.locale, *self.others)
