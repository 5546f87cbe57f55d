"""Whether all of a survey can be reached and it ends, proven from what can be answered.

A condition may name earlier questions only, so a survey always moves on: what comes is decided by
what was answered, and the last page ends it. What is left to prove is that every condition can
hold. For that, every combination of values of the questions it hangs on is tried, one value for all
that the conditions cannot tell apart (`surveys.possible_values`). That may be more than can be
tried while somebody waits, so the work on a whole survey is limited, and what was not proven within
it is said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.expressions import Ast, ExpressionError, comparisons, evaluate, names, parse
from core.templatetags.numerals import thousands
from surveys.document_problems import Place, Problem
from surveys.documents import Document, Page, parse_document
from surveys.possible_values import Atom, Unknown, Ways, possible_values, strange_literals
from surveys.questions import Question

MAX_STEPS = 1_000_000
"""Comparisons made for all conditions of a survey: what one person waits for, a few seconds."""
AT_FIRST = 5_000
"""For each condition to begin with, so that hard ones take nothing from the easy ones."""


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
    for condition, holds in zip(conditions, proof.of_conditions(conditions), strict=True):
        yield from _strange(document, condition)
        yield from proof.told(condition, holds)
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


@dataclass
class _Steps:
    """How much work is left, for all and for the condition at hand."""

    left: int
    now: int = 0

    def grant(self, steps: int) -> None:
        self.now = min(steps, self.left)

    def take(self, steps: int) -> None:
        self.left -= steps
        self.now -= steps
        if self.now < 0:
            raise Unknown


@dataclass
class _Read:
    """What a condition compares, read once."""

    ast: Ast
    atoms: list[tuple[str, Atom]] = field(init=False)

    def __post_init__(self) -> None:
        self.atoms = [(name, (word, told)) for word, name, told in comparisons(self.ast)]

    @property
    def names(self) -> Iterator[str]:
        return (name.partition(".")[0] for name, _atom in self.atoms)


class _Proof:
    """Tries what can be answered, page by page, for as much of it as a condition hangs on."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pages = {q.name: page for page in document.pages for q in page.questions}
        self.hangs = _hangs_on(document)
        self.dead: set[str] = set()  # pages and questions whose own condition never holds
        self.steps = _Steps(MAX_STEPS)
        self.read: dict[int, _Read] = {}

    def of_conditions(self, conditions: Sequence[Condition]) -> list[bool | None]:
        """Whether each can hold; None where that was not found out with the work allowed."""
        at_first = min(AT_FIRST, MAX_STEPS // (2 * len(conditions) + 1))
        found = [self.of_condition(condition, at_first) for condition in conditions]
        hard = [number for number, holds in enumerate(found) if holds is None]
        for done, number in enumerate(hard):
            share = self.steps.left // (len(hard) - done)
            found[number] = self.of_condition(conditions[number], share)
        return found

    def of_condition(self, condition: Condition, steps: int) -> bool | None:
        place = condition.place
        asts = [condition.ast]
        if place.question and (ast := self.pages[place.question].visible_if) is not None:
            asts.append(ast)
        if condition.property == "requiredIf":
            own = self.document.question(place.question)
            asts += [own.visible_if] if own and own.visible_if is not None else []
        self.steps.grant(steps)
        try:
            return self.can_hold([self._read(ast) for ast in asts])
        except Unknown:
            return None

    def told(self, condition: Condition, holds: bool | None) -> Iterator[Problem]:
        place = condition.place
        if holds is None:
            message = _(
                "Whether this condition can hold could not be proven within %(steps)s comparisons: "
                "it hangs on too much. Try it in the preview, or make it simpler."
            ) % {"steps": thousands(MAX_STEPS)}
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

    def _read(self, ast: Ast) -> _Read:
        if id(ast) not in self.read:
            self.read[id(ast)] = _Read(ast)
        return self.read[id(ast)]

    def can_hold(self, wanted: Sequence[_Read]) -> bool:
        """Whether some way to answer makes all of these hold; raises Unknown above the work."""
        named = _closure(self.hangs, (name for one in wanted for name in one.names))
        questions = [question for question in self.document.questions if question.name in named]
        told: dict[int, _Read] = {id(one.ast): one for one in wanted}
        for question in questions:
            page = self.pages[question.name]
            for ast in (page.visible_if, question.visible_if, question.required_if):
                if ast is not None:
                    told[id(ast)] = self._read(ast)
        compared: dict[str, dict[Atom, None]] = {}
        for one in told.values():
            for name, atom in one.atoms:
                compared.setdefault(name, {})[atom] = None
        self.steps.take(sum(map(len, compared.values())))
        options = {q.name: possible_values(q, compared, self.steps.take) for q in questions}
        return self._try(questions, options, {}, wanted)

    def _try(
        self,
        left: Sequence[Question],
        options: Mapping[str, Ways],
        chosen: dict[str, object],
        wanted: Sequence[_Read],
    ) -> bool:
        self.steps.take(1)
        if not left:
            return all(self._holds(one.ast, chosen) for one in wanted)
        question, *rest = left
        return any(
            self._try(rest, options, {**chosen, **values}, wanted)
            for values in self._ways(question, options[question.name], chosen)
        )

    def _ways(
        self, question: Question, options: Ways, chosen: dict[str, object]
    ) -> Iterator[Mapping[str, object]]:
        conditions = (self.pages[question.name].visible_if, question.visible_if)
        if not all(ast is None or self._holds(ast, chosen) for ast in conditions):
            yield {}
            return
        yield from options
        needed = question.required or (
            question.required_if is not None and self._holds(question.required_if, chosen)
        )
        if not needed:
            yield {}

    def _holds(self, ast: Ast, chosen: dict[str, object]) -> bool:
        self.steps.take(len(self._read(ast).atoms))
        return evaluate(ast, chosen.get)
