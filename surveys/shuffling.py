"""In which order one response is shown what comes in random order.

Each question is dealt by a generator that is seeded with the response's own 122 random bits, hence
every permutation is as likely as any other, the page shows the same order when it comes again, and
nothing has to be kept before there is an answer. What was shown is stored with the answers.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from random import Random
from uuid import UUID

from surveys.documents import Document
from surveys.questions import Option, Question

Order = dict[str, list[str]]


def order_for(document: Document, uid: UUID) -> Order:
    """Question name -> the values of its options as this response is shown them."""
    return {
        question.name: _permutation(question, uid)
        for question in document.questions
        if question.is_random
    }


def shown_order(question: Question, order: Mapping[str, Sequence[str]]) -> tuple[Option, ...]:
    """The question's options in the order of a response; those that it does not name come last."""
    places = {value: place for place, value in enumerate(order.get(question.name, ()))}
    return tuple(sorted(question.shuffled, key=lambda o: places.get(o.value, len(places))))


def known_order(document: Document, order: object) -> Order:
    """Of an order that a browser says it showed: what is a permutation of a question's options."""
    if not isinstance(order, Mapping):
        return {}
    known: Order = {}
    for question in document.questions:
        given = order.get(question.name)
        values = {option.value for option in question.shuffled}
        if (
            isinstance(given, list)
            and len(given) == len(values)
            and all(isinstance(value, str) for value in given)
            and set(given) == values
        ):
            known[question.name] = list(given)
    return known


def _permutation(question: Question, uid: UUID) -> list[str]:
    seed = sha256(f"{uid.hex}.{question.name}".encode()).digest()
    random = Random(int.from_bytes(seed))  # noqa: S311 - an order, not a secret
    moving = [option.value for option in question.shuffled if not option.stays]
    random.shuffle(moving)
    return moving + [option.value for option in question.shuffled if option.stays]
