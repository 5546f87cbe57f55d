"""What a finder gives, and the text in the form it reads."""

import re
from typing import NamedTuple

_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F), ord(" "))
_HYPHENS = dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE63), ord("-"))
FOLDED = {**_PLAIN, **_SPACES, **_HYPHENS, 0xFF70: 0x30FC}
TO_FOLD = re.compile(f"[{re.escape(''.join(map(chr, FOLDED)))}]")


class Span(NamedTuple):
    """Where personal data stands in a text, in code points, and of what kind it is."""

    start: int
    end: int
    kind: str

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def folded(text: str) -> str:
    """The text with the plain signs for full-width and half-width ones; places stay the same.

    >>> folded("０３−１２３４")
    '03-1234'
    """
    return text.translate(FOLDED) if not text.isascii() and TO_FOLD.search(text) else text
