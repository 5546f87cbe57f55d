"""Which criteria no item of a study can ask, whatever its raters answer.

A rubric may be wider than what a study puts before raters: where three answers are put in order
nobody is asked how clear the difference of two is, and a passage is not judged where there is none.
Such a criterion has no ratings because of the items, not because they are still to come.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from annotation.answers import Question, questions_of
from annotation.criteria import ask_of_conversation
from annotation.models import Criterion, Study
from annotation.rubric_cache import criteria_of
from core.expressions import Ast

LOOKED = 2_000
"""Items that are read where their conversations decide; of a larger study nothing is claimed."""


def never_asked(study: Study, of: Iterable[Criterion]) -> list[Criterion]:
    """Of these criteria the ones that no item can ask; totals are computed and never asked."""
    suspects = [one for one in of if not one.derived]
    left = {one.key for one in suspects}
    is_empty = True
    for questions in _asked_by_items(study) if left else ():
        is_empty = False
        left -= possible(questions)
        if not left:
            break
    return [] if is_empty else [one for one in suspects if one.key in left]


def _asked_by_items(study: Study) -> Iterator[list[Question]]:
    """The questions of every kind of item that the study holds."""
    criteria = criteria_of(study.rubric_version)
    items = study.items.order_by()
    if not ask_of_conversation(criteria):
        for n_answers in items.values_list("n_answers", flat=True).distinct():
            yield questions_of(criteria, (), n_answers=n_answers)
        return
    if study.next_seq > LOOKED + 1:
        return
    read = items.values_list("n_answers", "conversation__turns", "conversation__guidance")
    for n_answers, turns, guidance in read.iterator(chunk_size=100):
        yield questions_of(criteria, turns, guidance, study.excluded_turns, n_answers)


def possible(questions: Sequence[Question]) -> set[str]:
    """Keys of the criteria that some answers bring up, in the order in which they are asked."""
    by_unit: dict[tuple[int, int], set[str]] = {}
    for question in questions:
        before = by_unit.setdefault(question.unit, set())
        if question.condition is None or could_be(question.condition, before)[0]:
            before.add(question.criterion.key)
    return set().union(*by_unit.values())


def could_be(ast: Ast, names: Collection[str]) -> tuple[bool, bool]:
    """Whether an expression can be true, and whether false, if only these names have values.

    Every comparison with something empty is false (`core.expressions`).

    >>> could_be(["not", ["==", "preference", "tie"]], ())
    (True, False)
    """
    word, *operands = ast
    if word == "not":
        true, false = could_be(operands[0], names)
        return false, true
    if word in ("and", "or"):
        parts = [could_be(part, names) for part in operands]
        both, some = (all, any) if word == "and" else (any, all)
        return both(true for true, _false in parts), some(false for _true, false in parts)
    is_known = operands[0] in names
    return (True, is_known) if word == "empty" else (is_known, True)
