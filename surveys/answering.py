"""What a respondent sees next, and whether what they answered fits.

Answers are `{name: value}` as `docs/reference/survey-document.md` says. Everything here is pure:
the hosted page, the in-page survey's door, the API and imports ask the same functions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.expressions import Ast, evaluate, lookup_in
from surveys.answer_cleaning import Refused, taken_answer
from surveys.documents import Document, Page
from surveys.questions import COMMENT, TEXT_TYPES, Question, Type, position
from surveys.respondent_words import tell

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class AnswerProblem:
    """Why one answer cannot be taken; `rule` is a key of `respondent_words.WORDS`."""

    question: str
    rule: str
    message: str


@dataclass(frozen=True)
class Shown:
    """A page that is asked, and those of its questions that are."""

    page: Page
    questions: tuple[Question, ...]
    required: frozenset[str]


@dataclass(frozen=True)
class Checked:
    """What was taken of some answers, what was wrong, and which pages these answers open."""

    answers: dict[str, Any]
    problems: tuple[AnswerProblem, ...]
    shown: tuple[Shown, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for shown in self.shown for question in shown.questions)

    def missing(self, locale: str, pages: frozenset[str] | None = None) -> list[AnswerProblem]:
        """Required questions (of these pages, else of all) that have no whole answer."""
        return [
            problem
            for shown in self.shown
            if pages is None or shown.page.name in pages
            for question in shown.questions
            if question.name in shown.required
            for problem in _missing(question, self.answers.get(question.name), locale)
        ]


@dataclass(frozen=True)
class Value:
    """One row of `Answer` to be."""

    question: str
    part: str = ""
    value: int | None = None
    number: float | None = None
    text: str = ""


def check_answers(document: Document, answers: Answers, locale: str = "en") -> Checked:
    """Walk through the survey with these answers, as a respondent would.

    An answer to what is not asked is left out, so conditions never see it. A name that the survey
    does not know is left out too.
    """
    kept: dict[str, Any] = {}
    problems: list[AnswerProblem] = []
    shown: list[Shown] = []
    lookup = lookup_in(kept)
    for page in document.pages:
        if not _holds(page.visible_if, lookup):
            continue
        questions, required = [], set()
        for question in page.questions:
            if not _holds(question.visible_if, lookup):
                continue
            questions.append(question)
            if question.required or (
                question.required_if is not None and evaluate(question.required_if, lookup)
            ):
                required.add(question.name)
            try:
                kept |= dict(taken_answer(question, answers, locale))
            except Refused as refused:
                message = tell(refused.rule, locale, **refused.values)
                problems.append(AnswerProblem(question.name, refused.rule, message))
        if questions:
            shown.append(Shown(page, tuple(questions), frozenset(required)))
    return Checked(kept, tuple(problems), tuple(shown))


def values_of(document: Document, answers: Answers) -> list[Value]:
    """The answers one by one; they must have been checked."""
    return [
        value
        for question in document.questions
        if question.name in answers
        for value in _values(question, answers)
    ]


def _holds(ast: Ast | None, lookup: Any) -> bool:
    return ast is None or evaluate(ast, lookup)


def _missing(question: Question, value: Any, locale: str) -> Iterator[AnswerProblem]:
    if not question.is_asked:
        return
    if value is None:
        rule = "consent" if question.type == Type.STATEMENT else "missing"
        yield AnswerProblem(question.name, rule, tell(rule, locale))
    elif question.parts and (left := len(question.parts) - len(value)):
        message = tell("missing_parts", locale, n=left)
        yield AnswerProblem(question.name, "missing_parts", message)


def _values(question: Question, answers: Answers) -> Iterator[Value]:
    name, value = question.name, answers[question.name]
    words = answers.get(name + COMMENT, "")
    if question.parts:
        for part, chosen in value.items():
            yield Value(name, part, position(question, chosen))
    elif question.type == Type.RANKING:
        for place, key in enumerate(value, 1):
            yield Value(name, key, place)
    elif question.type == Type.MULTI:
        other = question.other
        for key in value:
            yield Value(name, key, 1, text=words if other and key == other.value else "")
    elif question.type in TEXT_TYPES:
        yield Value(name, number=float(value)) if question.is_number else Value(name, text=value)
    else:
        yield Value(name, value=position(question, value))
        if words and question.other is not None:
            yield Value(name, question.other.value, text=words)
