"""Several answers put in order: ranks of answers, and the pairs that a ranking consists of.

An answer is known by its position in the item, and a rank counts from 1, the best; equal ranks are
a tie. Which answer stands where on a page is the assignment's (`display["order"]`).
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from annotation.answers import Answer, Question
from annotation.criteria import SIDES

MOST_ANSWERS = 9
"""A digit of the keyboard for each."""
Ranks = Sequence[int | None]
"""By position; None: the answer has no place yet, and those that have stand before it."""


def letter(place: int) -> str:
    """What a page calls the answer that it shows as the n-th."""
    return chr(ord("A") + place)


def outcomes_of(ranks: Ranks) -> dict[tuple[int, int], str]:
    """Each two positions with the side that is better; two answers without a place have none.

    >>> outcomes_of([2, 1, 2])
    {(0, 1): 'b', (0, 2): 'tie', (1, 2): 'a'}
    """
    found = {}
    for first, second in combinations(range(len(ranks)), 2):
        one, other = ranks[first], ranks[second]
        if one is None and other is None:
            continue
        if one is not None and one == other:
            found[first, second] = "tie"
        else:
            is_first = other is None or (one is not None and one < other)
            found[first, second] = "a" if is_first else "b"
    return found


def ranks_of(outcomes: Mapping[tuple[int, int], str], n_answers: int) -> list[int | None]:
    """The ranks behind outcomes, as `outcomes_of` tells them: two equal firsts are 1 and 1, then 3.

    >>> ranks_of({(0, 1): "b", (0, 2): "tie", (1, 2): "a"}, 3)
    [2, 1, 2]
    """
    better = [0] * n_answers
    met = [0] * n_answers
    for (first, second), side in outcomes.items():
        met[first] += 1
        met[second] += 1
        if side in SIDES:
            better[second if side == "a" else first] += 1
    return [
        better[position] + 1 if met[position] == n_answers - 1 else None
        for position in range(n_answers)
    ]


def answers_of(questions: Sequence[Question], ranks: Ranks) -> dict[str, Answer]:
    """The answers to one criterion's questions about every two answers."""
    outcomes = outcomes_of(ranks)
    return {
        question.name: Answer(outcomes[unit])
        for question in questions
        if (unit := tuple(question.unit)) in outcomes
    }


def ranks_in(
    questions: Sequence[Question], answers: Mapping[str, Answer], n_answers: int
) -> list[int | None]:
    """The ranks that such answers amount to."""
    outcomes = {
        (question.unit.turn, question.unit.passage): str(answers[question.name].chosen)
        for question in questions
        if question.name in answers and not answers[question.name].cannot_judge
    }
    return ranks_of(outcomes, n_answers)


def in_words(ranks: Ranks, order: Sequence[int]) -> str:
    """A ranking by the letters of its page: B > A = C."""
    by_rank: dict[int, list[str]] = {}
    for place, position in enumerate(order):
        rank = ranks[position]
        if rank is not None:
            by_rank.setdefault(rank, []).append(letter(place))
    return " > ".join(" = ".join(by_rank[rank]) for rank in sorted(by_rank))
