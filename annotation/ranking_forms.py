"""A ranking as a form sends it: a rank for each place of the page, `q.KEY.PLACE`."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotation.answers import Answer, Question
from annotation.criteria import spoken
from annotation.rankings import answers_of
from core.http import whole

CHOSEN, CANNOT, WHY = "q.", "cannot.", "why."


def ranked(questions: Sequence[Question]) -> Iterator[tuple[str, list[Question]]]:
    """The questions about every two answers, by the key of their criterion."""
    asked = sorted(
        (question for question in questions if question.is_ranked),
        key=lambda question: (question.criterion.position, question.unit),
    )
    for key, group in groupby(asked, key=lambda question: question.criterion.key):
        yield key, list(group)


def field_of(key: str, place: int) -> str:
    return f"{CHOSEN}{key}.{place}"


def fields_of(questions: Sequence[Question], n_answers: int) -> set[str]:
    """What a page with rankings may send."""
    return {
        name
        for key, _questions in ranked(questions)
        for name in (
            CANNOT + key,
            WHY + key,
            *(field_of(key, place) for place in range(n_answers)),
        )
    }


def read_rankings(
    data: QueryDict, questions: Sequence[Question], order: Sequence[int]
) -> dict[str, Answer]:
    """The answers about every two answers; `order` says which position stands at which place."""
    answers: dict[str, Answer] = {}
    for key, asked in ranked(questions):
        if data.get(CANNOT + key):
            said = Answer(cannot_judge=True, why=data.get(WHY + key, ""))
            answers |= {question.name: said for question in asked}
            continue
        ranks: list[int | None] = [None] * len(order)
        for place, position in enumerate(order):
            ranks[position] = whole(data.get(field_of(key, place), ""))
        answers |= answers_of(asked, ranks)
    return answers


def told_once(
    errors: Mapping[str, str], questions: Sequence[Question], answers: Mapping[str, Answer]
) -> dict[str, str]:
    """A ranking that is not whole lacks many pairs, which is one thing to mend."""
    told = dict(errors)
    for key, asked in ranked(questions):
        wrong = {one.name: told.pop(one.name) for one in asked if one.name in told}
        if not wrong:
            continue
        facts = {"name": spoken(asked[0].criterion.name, key)}
        lacking = _("Not every answer has a place in “%(name)s”. Put all of them in order.") % facts
        told[key] = next((wrong[name] for name in wrong if name in answers), lacking)
    return told
