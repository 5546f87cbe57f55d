"""Personal data in a text, by its form: e-mail, telephones, cards, My Number, addresses, names.

It proposes and a person decides, so it would rather show one too many than miss one; but dates,
prices, ISBNs and order numbers are not taken for telephones. Full-width characters count as the
plain ones they stand for. Every pattern is bounded, so time grows with the text and no faster.

A name is found only if it is on the list: see `core.personal.names`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from core.personal.addresses import addresses_in
from core.personal.emails import emails_in
from core.personal.names import names_in
from core.personal.numbers import numbers_in
from core.personal.spans import Span, folded

__all__ = ["FINDER", "Span", "find"]

FINDER = "2"
"""Raised when the finder finds something else, so that scans made by the former are out of date."""


HINT = re.compile("[0-9@〒〇一二三四五六七八九十百]")
"""One of these is in all that is found by its form; most of what people say holds none."""


def find(text: str, names: Sequence[str] = ()) -> list[Span]:
    """The spans that show personal data, in order; none overlaps another.

    >>> [(one.kind, one.of(text)) for text in ["Mail yuki@example.co.jp or call 090-1234-5678."]
    ...  for one in find(text)]
    [('email', 'yuki@example.co.jp'), ('phone', '090-1234-5678')]
    """
    plain = folded(text)
    found: Iterator[Span] = names_in(plain, tuple(names))
    if HINT.search(plain):
        found = chain(emails_in(plain), addresses_in(plain), numbers_in(plain), found)
    kept: list[Span] = []
    for one in sorted(found, key=lambda span: (span.start, -span.end)):
        if not kept or kept[-1].end <= one.start:
            kept.append(one)
        elif one.end - one.start > kept[-1].end - kept[-1].start:
            kept[-1] = one
    return kept
