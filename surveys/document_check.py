"""Everything that is wrong with a survey's document: its shape, and then its logic."""

from typing import Any, cast

from surveys.document_problems import Problem
from surveys.document_shape import shape_problems
from surveys.reachability import logic_problems


def document_problems(data: object) -> list[Problem]:
    """Every problem, in the order of the document's parts; logic is read from a whole shape."""
    found = list(shape_problems(data))
    if any(problem.breaks_shape for problem in found):
        return found
    return found + list(logic_problems(cast(dict[str, Any], data)))


def errors_of(problems: list[Problem]) -> list[Problem]:
    """Those that keep a draft from being published."""
    return [problem for problem in problems if problem.is_error]
