"""What one criterion says of those before it: the condition to show it, the base of a total."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotation.rubric_problems import RubricProblem, unknown_fields
from core.expressions import ExpressionError, comparisons, parse
from core.scales import Kind
from core.text import storable

MAX_CONDITION = 500
INTEGER = re.compile(r"-?[0-9]{1,6}")
ORDER = frozenset({"<", "<=", ">", ">="})


def relation_problems(
    path: str, data: Mapping[str, Any], earlier: Mapping[str, Mapping[str, Any]]
) -> Iterator[RubricProblem]:
    """What a criterion says of those before it: `show_if` and `derived`."""
    peers = {
        key: criterion
        for key, criterion in earlier.items()
        if criterion.get("target", "conversation") == data.get("target", "conversation")
    }
    show_if, derived = data.get("show_if", ""), data.get("derived")
    if not isinstance(show_if, str) or len(show_if) > MAX_CONDITION or not storable(show_if):
        message = _("A condition is a text of at most %(limit)d characters.")
        yield RubricProblem(f"{path}.show_if", message % {"limit": MAX_CONDITION})
    elif show_if.strip():
        yield from _condition(f"{path}.show_if", show_if, peers)
    if derived is not None:
        yield from _derived(f"{path}.derived", data, derived, peers)


def _condition(
    path: str, text: str, peers: Mapping[str, Mapping[str, Any]]
) -> Iterator[RubricProblem]:
    try:
        ast = parse(text)
    except ExpressionError as refusal:
        yield RubricProblem(path, refusal.message)
        return
    for operator, name, literals in comparisons(ast):
        if name not in peers:
            yield RubricProblem(
                path,
                _("“%(name)s” is no earlier criterion of the same unit. Move it up or rename it.")
                % {"name": name},
            )
            continue
        keys = _point_keys(peers[name])
        if operator in ORDER and keys and not all(INTEGER.fullmatch(key) for key in keys):
            yield RubricProblem(
                path,
                _("The points of “%(name)s” are words, which “%(operator)s” cannot order. Use in.")
                % {"name": name, "operator": operator},
            )
        elif operator not in ORDER and keys:
            for literal in literals:
                if str(literal) not in keys:
                    yield RubricProblem(
                        path,
                        _("“%(literal)s” is no point of “%(name)s” (%(points)s).")
                        % {"literal": literal, "name": name, "points": ", ".join(keys)},
                    )


def _derived(
    path: str, data: Mapping[str, Any], derived: object, peers: Mapping[str, Mapping[str, Any]]
) -> Iterator[RubricProblem]:
    fields = derived if isinstance(derived, Mapping) else {}
    base, floor = fields.get("base"), fields.get("floor")
    yield from unknown_fields(path, fields, ("base", "floor"))
    if not isinstance(base, str) or base not in peers:
        yield RubricProblem(
            path,
            _("The base “%(base)s” is no earlier criterion of the same unit.")
            % {"base": base if isinstance(base, str) else ""},
        )
        return
    keys, own = _point_keys(peers[base]), _point_keys(data)
    numbers = [int(key) for key in keys if INTEGER.fullmatch(key)]
    reaches_all = (
        type(floor) is int
        and len(numbers) == len(keys) > 0
        and all(str(n) in own for n in range(floor, max(floor, *numbers) + 1))
    )
    if not reaches_all:
        yield RubricProblem(
            path,
            _(
                "A total needs a base with whole numbers as points, "
                "and all of them from the floor up as its own points."
            ),
        )


def _point_keys(data: Mapping[str, Any]) -> tuple[str, ...]:
    points = data.get("points")
    if isinstance(points, list) and points:
        return tuple(str(p.get("key")) for p in points if isinstance(p, Mapping))
    return ("no", "yes") if data.get("kind") == Kind.BINARY else ()
