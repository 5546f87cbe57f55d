"""The document of a survey, read from JSON into frozen pages and questions.

`docs/reference/survey-document.md` says what it holds, `surveys.document_check` what is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from django.utils.translation import gettext as _

from core.errors import InvalidError, TooLargeError
from core.expressions import Ast, ExpressionError, parse
from core.text import canonical
from surveys.document_shape import shape_problems
from surveys.question_properties import LONG, SHORT
from surveys.questions import Option, Question, Translation, Type
from surveys.survey_words import Words

MAX_BYTES = 300_000


@dataclass(frozen=True)
class Page:
    name: str
    questions: tuple[Question, ...]
    title: Words = field(default_factory=dict)
    description: Words = field(default_factory=dict)
    visible_if: Ast | None = None


@dataclass(frozen=True)
class Document:
    title: Words
    locales: tuple[str, ...]
    pages: tuple[Page, ...]
    description: Words = field(default_factory=dict)
    thanks: Words = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for page in self.pages for question in page.questions)

    def question(self, name: str) -> Question | None:
        return next((q for q in self.questions if q.name == name), None)

    def page(self, name: str) -> Page | None:
        return next((page for page in self.pages if page.name == name), None)

    def locale_for(self, *wanted: str) -> str:
        """The first language of those wanted that the survey speaks, else its own first one."""
        for language in wanted:
            for locale in self.locales:
                if language.partition("-")[0].lower() == locale.partition("-")[0].lower():
                    return locale
        return self.locales[0]


def refuse_large(data: object) -> None:
    """What no draft may be either: another kind of thing than an object, or a very large one."""
    if not isinstance(data, Mapping):
        raise InvalidError(_("A survey's document is a JSON object with pages. Send one."))
    try:
        size = len(canonical(dict(data)))
    except (TypeError, ValueError, orjson.JSONEncodeError) as error:
        raise InvalidError(
            _("The document holds something that JSON and UTF-8 cannot. Take it out.")
        ) from error
    if size > MAX_BYTES:
        raise TooLargeError(
            _("The document has %(n)d bytes, and %(limit)d are allowed. Shorten or split it.")
            % {"n": size, "limit": MAX_BYTES}
        )


def parse_document(data: Mapping[str, Any]) -> Document:
    """The document as pages and questions; `InvalidError` for one whose shape is not right.

    What is published is read once a process: answers come in much oftener than versions go out.
    """
    return _parsed(canonical(dict(data)))


@lru_cache(maxsize=200)
def _parsed(text: bytes) -> Document:
    data = orjson.loads(text)
    if broken := [problem for problem in shape_problems(data) if problem.breaks_shape]:
        raise InvalidError(str(broken[0]))
    return Document(
        title=data["title"],
        description=data.get("description") or {},
        locales=tuple(data["locales"]),
        pages=tuple(_page(page) for page in data["pages"]),
        thanks=data.get("thanks") or {},
    )


def _page(data: Mapping[str, Any]) -> Page:
    return Page(
        name=data["name"],
        title=data.get("title") or {},
        description=data.get("description") or {},
        visible_if=_condition(data.get("visibleIf")),
        questions=tuple(_question(element) for element in data["elements"]),
    )


def _question(data: Mapping[str, Any]) -> Question:
    kind = data["type"]
    default = {Type.SHORT_TEXT: SHORT, Type.LONG_TEXT: LONG}.get(kind, 0)
    return Question(
        type=kind,
        name=data["name"],
        title=data["title"],
        description=data.get("description") or {},
        required=bool(data.get("isRequired")),
        visible_if=_condition(data.get("visibleIf")),
        required_if=_condition(data.get("requiredIf")),
        choices=_options(data.get("choices")),
        rows=_options(data.get("rows")),
        columns=_options(data.get("columns")),
        is_random="random" in {data.get("choicesOrder"), data.get("rowsOrder")},
        labels=data.get("labels") or {},
        minimum=data.get("min"),
        maximum=data.get("max"),
        at_least=data.get("minSelectedChoices") or 0,
        at_most=data.get("maxSelectedChoices"),
        max_length=data.get("maxLength") or default,
        is_number=data.get("inputType") == "number",
        items=data.get("items") or "",
        service=data.get("service") or {},
        translations={
            locale: Translation(tuple(given["items"]), given["source"])
            for locale, given in (data.get("translations") or {}).items()
        },
        a=data.get("a") or {},
        b=data.get("b") or {},
        consent=bool(data.get("consent")),
    )


def _options(given: list[Mapping[str, Any]] | None) -> tuple[Option, ...]:
    return tuple(
        Option(
            value=option["value"],
            text=option["text"],
            exclusive=bool(option.get("exclusive")),
            other=bool(option.get("other")),
            reversed=bool(option.get("reversed")),
        )
        for option in given or ()
    )


def _condition(text: str | None) -> Ast | None:
    """An unreadable condition of a draft's preview hides nothing; it cannot be published."""
    try:
        return parse(text) if text and text.strip() else None
    except ExpressionError:
        return None
