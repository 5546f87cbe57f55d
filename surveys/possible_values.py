"""What a question can be answered with, as far as some conditions can tell the answers apart.

Eleven points and the condition `score <= 6` make two classes: one value stands for each. So a proof
over all answers looks at few, and at free text too: at each text that a condition names, and at one
that none does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import isfinite
from typing import Any

from core.expressions import Ast, Literal, evaluate
from surveys.questions import SIDES, THUMBS, Question, Type

MAX_CLASSES = 12
ANOTHER = "\N{BULLET}"
"""A text that no condition names."""

Atom = tuple[str, tuple[Literal, ...]]
Take = Callable[[int], None]


@dataclass(frozen=True)
class Ways:
    """Made while they are read: twelve rows of a matrix have more of them than can be held."""

    of_parts: Sequence[Sequence[tuple[str, object]]]

    def __iter__(self) -> Iterator[Mapping[str, object]]:
        return (dict(way) for way in product(*self.of_parts))


class Unknown(Exception):  # noqa: N818 - an answer, not an error
    """There are too many ways to answer, or text is put in order."""


def possible_values(
    question: Question, compared: Mapping[str, Iterable[Atom]], take: Take = lambda _n: None
) -> Ways:
    """Ways to answer, each as name -> value (`name.part` for each part), without leaving it empty.

    `compared` holds what the conditions compare each name with; `take` is told of each comparison
    that is made here, and may raise `Unknown`.
    A part may be empty where the question is not required; an empty question is the caller's case.
    """
    parts = question.parts or ("",)
    ways: list[list[tuple[str, object]]] = []
    for part in parts:
        name = f"{question.name}.{part}" if part else question.name
        atoms = list(compared.get(name, ()))
        if not atoms:
            if not part:
                return Ways([[(name, _anything(question))]])
            continue
        values = [(name, value) for value in _classes(question, atoms, take)]
        ways.append(values if question.required or not part else [*values, (name, None)])
    if len(ways) > MAX_CLASSES:
        raise Unknown
    return Ways(ways)


def strange_literals(question: Question, literals: Sequence[Literal]) -> Iterator[Literal]:
    """Those that no answer to the question equals."""
    known = _single_values(question)
    if known is None:
        return
    for literal in literals:
        if not any(evaluate(["==", "x", literal], {"x": value}.get) for value in known):
            yield literal


def _anything(question: Question) -> object:
    values = _single_values(question)
    return values[0] if values else ANOTHER


def _single_values(question: Question) -> Sequence[object] | None:
    """The values one answer (or one member, or one part) has; None: any text or number."""
    match question.type:
        case Type.THUMB:
            return THUMBS
        case Type.PAIRWISE:
            return SIDES
        case Type.STATEMENT:
            return (True,)
        case Type.MATRIX:
            return [column.value for column in question.columns]
        case Type.SINGLE | Type.MULTI | Type.RANKING:
            return [choice.value for choice in question.choices]
        case _:
            return question.points or None


def _classes(question: Question, atoms: Sequence[Atom], take: Take) -> list[object]:
    if question.type == Type.RANKING:
        return [[choice.value for choice in question.choices]]
    if question.type == Type.MULTI:
        return list(_sets(question, atoms, take))
    values = _single_values(question)
    if values is None:
        values = _numbers(question, atoms) if question.is_number else _texts(question, atoms)
    return list(_told_apart(values, atoms, take).values())


def _told_apart(values: Sequence[object], atoms: Sequence[Atom], take: Take) -> dict[Any, object]:
    """One value for each way in which the comparisons come out."""
    classes: dict[Any, object] = {}
    for value in values:
        take(len(atoms))
        classes.setdefault(_outcome(value, atoms), value)
    return classes


def _outcome(value: object, atoms: Sequence[Atom]) -> tuple[bool, ...]:
    return tuple(evaluate(_node(word, literals), {"x": value}.get) for word, literals in atoms)


def _node(word: str, literals: tuple[Literal, ...]) -> Ast:
    if word == "empty":
        return ["empty", "x"]
    return ["in", "x", list(literals)] if word == "in" else [word, "x", literals[0]]


def _sets(question: Question, atoms: Sequence[Atom], take: Take) -> Iterator[object]:
    """Sets of choices with different outcomes, as many members as the question allows."""
    plain = [choice.value for choice in question.choices if not choice.exclusive]
    for choice in question.choices:
        if choice.exclusive:
            yield [choice.value]
    classes: dict[tuple[bool, ...], list[str]] = {}
    for value in plain:
        take(len(atoms))
        classes.setdefault(_outcome([value], atoms), []).append(value)
    groups = list(classes.values())
    if len(groups) > MAX_CLASSES:
        raise Unknown
    at_most = len(plain) if question.at_most is None else question.at_most
    for taken in product((False, True), repeat=len(groups)):
        take(1)
        members = [group for group, is_in in zip(groups, taken, strict=True) if is_in]
        enough = sum(len(group) for group in members) >= max(question.at_least, 1)
        if members and enough and len(members) <= at_most:
            yield [group[0] for group in members]


def _numbers(question: Question, atoms: Sequence[Atom]) -> list[object]:
    named = sorted(
        {float(literal) for _word, literals in atoms for literal in literals if _is_number(literal)}
    )
    between = [(low + high) / 2 for low, high in pairwise(named)]
    low = question.minimum if question.minimum is not None else min(named, default=0.0) - 1
    high = question.maximum if question.maximum is not None else max(named, default=0.0) + 1
    return [n for n in [*named, *between, float(low), float(high)] if low <= n <= high]


def _texts(question: Question, atoms: Sequence[Atom]) -> list[object]:
    if any(word not in {"==", "!=", "in", "empty"} for word, _literals in atoms):
        raise Unknown
    named = {str(literal) for _word, literals in atoms for literal in literals}
    return [ANOTHER, *sorted(text for text in named if len(text) <= question.max_length)]


def _is_number(literal: Literal) -> bool:
    try:
        return isfinite(float(literal))
    except ValueError:
        return False
