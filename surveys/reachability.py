"""Whether all of a survey can be reached and it ends, proven from what can be answered.

A condition may name earlier questions only, so a survey always moves on: what comes is decided by
what was answered, and the last page ends it. What is left to prove is that every condition can
hold. For that, every combination of values of the questions it hangs on is tried, one value for all
that the conditions cannot tell apart (`surveys.possible_values`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.expressions import Ast, ExpressionError, comparisons, evaluate, names, parse
from surveys.document_problems import Place, Problem
from surveys.documents import Document, Page, parse_document
from surveys.possible_values import Unknown, Ways, possible_values, strange_literals
from surveys.questions import Question

MAX_TRIED = 50_000
"""Combinations for one condition; above it the answer is that it is not known."""


@dataclass(frozen=True)
class Condition:
    place: Place
    property: str
    ast: Ast
    may_name: frozenset[str]  # questions that come earlier


def logic_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the conditions of a document whose shape is right."""
    unread = list(_unreadable(data))
    yield from unread
    if unread:
        return
    document = parse_document(data)
    conditions = list(_conditions(document))
    wrong = list(_wrong_names(document, conditions))
    yield from wrong
    if wrong:
        return
    proof = _Proof(document)
    for condition in conditions:
        yield from _strange(document, condition)
        yield from proof.of_condition(condition)
    yield from proof.of_pages()


def _unreadable(data: Mapping[str, Any]) -> Iterator[Problem]:
    for page in data["pages"]:
        owners = [(Place(page=page["name"]), page)]
        owners += [(Place((), page["name"], e["name"]), e) for e in page["elements"]]
        for place, owner in owners:
            for name in ("visibleIf", "requiredIf"):
                try:
                    if (owner.get(name) or "").strip():
                        parse(owner[name])
                except ExpressionError as error:
                    yield place.problem("condition", name, error.message)


def _conditions(document: Document) -> Iterator[Condition]:
    earlier: set[str] = set()
    for page in document.pages:
        if page.visible_if is not None:
            place = Place(page=page.name)
            yield Condition(place, "visibleIf", page.visible_if, frozenset(earlier))
        for question in page.questions:
            place = Place((), page.name, question.name)
            for name, ast in _of(question):
                yield Condition(place, name, ast, frozenset(earlier))
            earlier.add(question.name)


def _of(question: Question) -> Iterator[tuple[str, Ast]]:
    if question.visible_if is not None:
        yield "visibleIf", question.visible_if
    if question.required_if is not None:
        yield "requiredIf", question.required_if


def _wrong_names(document: Document, conditions: Sequence[Condition]) -> Iterator[Problem]:
    hangs = _hangs_on(document)
    for condition in conditions:
        place, own = condition.place, condition.place.question
        for name in sorted(names(condition.ast)):
            head, _dot, part = name.partition(".")
            question = document.question(head)
            values = {"name": name, "own": own or place.page, "head": head, "row": ""}
            if question is None or not question.is_asked:
                message = _("No question is called “%(head)s”. Name one that comes earlier.")
                yield place.problem("forward", condition.property, message % values)
            elif part not in (question.parts or ("",)):
                message = (
                    _(
                        "“%(name)s” is no single answer. Name a row of the question, as in "
                        "“%(head)s.%(row)s”."
                    )
                    if question.parts
                    else _("“%(head)s” has no parts. Name it without the point.")
                )
                values["row"] = next(iter(question.parts), "")
                yield place.problem("condition", condition.property, message % values)
            elif head == own:
                message = _("The condition names the question itself. Name an earlier one.")
                yield place.problem("cycle", condition.property, message)
            elif head not in condition.may_name and (own or head) in _closure(hangs, hangs[head]):
                message = _(
                    "“%(own)s” waits for “%(head)s”, and “%(head)s” waits for “%(own)s”. "
                    "Take one of the conditions out."
                )
                yield place.problem("cycle", condition.property, message % values)
            elif head not in condition.may_name:
                message = _(
                    "“%(head)s” comes later than “%(own)s”. Name an earlier question, or move it."
                )
                yield place.problem("forward", condition.property, message % values)


def _hangs_on(document: Document) -> Mapping[str, frozenset[str]]:
    """Question -> the questions that its own conditions and its page's name."""
    hangs: dict[str, frozenset[str]] = {}
    for page in document.pages:
        for question in page.questions:
            asts = [page.visible_if, question.visible_if, question.required_if]
            hangs[question.name] = frozenset(
                name.partition(".")[0] for ast in asts if ast is not None for name in names(ast)
            )
    return hangs


def _closure(hangs: Mapping[str, frozenset[str]], start: Iterable[str]) -> frozenset[str]:
    """All questions that these hang on, themselves and through others."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(hangs.get(name, ()))
    return frozenset(seen)


def _strange(document: Document, condition: Condition) -> Iterator[Problem]:
    """A value that its question never has: mostly a typing error, so it is said, not refused."""
    for word, name, literals in comparisons(condition.ast):
        question = document.question(name.partition(".")[0])
        if question is not None and word in {"==", "!=", "in"}:
            for literal in strange_literals(question, literals):
                message = _("“%(name)s” is never “%(value)s”. Check the value.")
                values = {"name": name, "value": literal}
                yield condition.place.problem(
                    "value", condition.property, message % values, is_error=False
                )


class _Proof:
    """Tries what can be answered, page by page, for as much of it as a condition hangs on."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pages = {q.name: page for page in document.pages for q in page.questions}
        self.hangs = _hangs_on(document)
        self.dead: set[str] = set()  # pages and questions whose own condition never holds

    def of_condition(self, condition: Condition) -> Iterator[Problem]:
        place = condition.place
        asts = [condition.ast]
        if place.question and (ast := self.pages[place.question].visible_if) is not None:
            asts.append(ast)
        if condition.property == "requiredIf":
            own = self.document.question(place.question)
            asts += [own.visible_if] if own and own.visible_if is not None else []
        holds = self.can_hold(asts)
        if holds is None:
            message = _("Whether this condition can hold was not found out: it hangs on too much.")
            yield place.problem("unknown", condition.property, message, is_error=False)
        elif not holds:
            if condition.property == "visibleIf":
                self.dead.add(place.question or f"page {place.page}")
            message = _(
                "This condition never holds, whatever is answered before. Change it, or take out "
                "what it hides."
            )
            yield place.problem("never", condition.property, message)

    def of_pages(self) -> Iterator[Problem]:
        for page in self.document.pages:
            if self._is_dead(page):
                message = _("Nobody can reach this page. Change its condition, or take it out.")
                yield Place(page=page.name).problem("unreachable", "visibleIf", message)

    def _is_dead(self, page: Page) -> bool:
        return f"page {page.name}" in self.dead or all(q.name in self.dead for q in page.questions)

    def can_hold(self, asts: Sequence[Ast]) -> bool | None:
        """Whether some way to answer makes all of these hold; None where that is too much work."""
        named = _closure(
            self.hangs, {name.partition(".")[0] for ast in asts for name in names(ast)}
        )
        wanted = [question for question in self.document.questions if question.name in named]
        told = list(asts)
        for question in wanted:
            page = self.pages[question.name]
            told += [
                ast
                for ast in (page.visible_if, question.visible_if, question.required_if)
                if ast is not None
            ]
        try:
            options = {q.name: possible_values(q, told) for q in wanted}
        except Unknown:
            return None
        self._tried = 0
        try:
            return self._try(wanted, options, {}, asts)
        except Unknown:
            return None

    def _try(
        self,
        left: Sequence[Question],
        options: Mapping[str, Ways],
        chosen: dict[str, object],
        asts: Sequence[Ast],
    ) -> bool:
        self._tried += 1
        if self._tried > MAX_TRIED:
            raise Unknown
        if not left:
            return all(evaluate(ast, chosen.get) for ast in asts)
        question, *rest = left
        return any(
            self._try(rest, options, {**chosen, **values}, asts)
            for values in self._ways(question, options[question.name], chosen)
        )

    def _ways(
        self, question: Question, options: Ways, chosen: dict[str, object]
    ) -> Iterator[Mapping[str, object]]:
        conditions = (self.pages[question.name].visible_if, question.visible_if)
        if not all(ast is None or evaluate(ast, chosen.get) for ast in conditions):
            yield {}
            return
        yield from options
        needed = question.required or (
            question.required_if is not None and evaluate(question.required_if, chosen.get)
        )
        if not needed:
            yield {}
