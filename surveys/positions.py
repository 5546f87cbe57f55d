"""How an answer is written in an event, and where it stands on its scale.

Numbers keep themselves; what has no number gets the place at which it is counted: thumb down 0 and
up 1, pairs a 0, b 1, tie 2 and both bad 3. A choice and words are counted as given, 0; which choice
it was stands beside it.
"""

from collections.abc import Mapping
from typing import Any

from surveys.models.events import Kind

RANGES: Mapping[str, tuple[int, int]] = {
    Kind.STAR5: (1, 5),
    Kind.CSAT: (1, 5),
    Kind.CES: (1, 7),
    Kind.NPS: (0, 10),
    Kind.SCALE: (0, 10),
}
NAMED: Mapping[str, tuple[str, ...]] = {
    Kind.THUMB: ("down", "up"),
    Kind.PAIRWISE: ("a", "b", "tie", "both_bad"),
}
GIVEN = "given"
"""The value of words: that there are some. The words are the event's comment."""

LONGEST_CHOICE = 64
HIGHEST = 10


class NoSuchValueError(ValueError):
    """A value that its kind of feedback does not have."""


def allowed(kind: str) -> str:
    """The values of a kind, for a sentence.

    >>> allowed("thumb"), allowed("ces")
    ('down, up', '1, 2, 3, 4, 5, 6, 7')
    """
    if kind in RANGES:
        low, high = RANGES[kind]
        return ", ".join(str(number) for number in range(low, high + 1))
    return ", ".join(NAMED.get(kind, (GIVEN,)))


def stored_value(kind: str, value: Any) -> str:
    """What an event keeps of a value that came in as text or number.

    >>> stored_value("nps", 9), stored_value("nps", "9"), stored_value("thumb", "up")
    ('9', '9', 'up')
    """
    if kind in RANGES:
        return str(_number(kind, value))
    if kind in NAMED:
        if isinstance(value, str) and value in NAMED[kind]:
            return value
        raise NoSuchValueError
    if kind == Kind.TEXT:
        if value in (None, "", GIVEN):
            return GIVEN
        raise NoSuchValueError
    if kind == Kind.CHOICE and isinstance(value, str) and 0 < len(value) <= LONGEST_CHOICE:
        return value
    raise NoSuchValueError


def _number(kind: str, value: Any) -> int:
    """Whole numbers only, and the digits of one; a 4.5 is no star, nor is `true`."""
    if isinstance(value, str) and len(value) <= 2 and value.isascii() and value.isdigit():
        value = int(value)
    low, high = RANGES[kind]
    if type(value) is int and low <= value <= high:
        return value
    raise NoSuchValueError


def position_of(kind: str, value: str) -> int:
    """Where a stored value stands: the number of `CurrentFeedback.value`.

    >>> position_of("thumb", "up"), position_of("ces", "7"), position_of("choice", "too_long")
    (1, 7, 0)
    """
    if kind in RANGES:
        return int(value)
    return NAMED[kind].index(value) if kind in NAMED else 0


def words_of(kind: str, value: str) -> str:
    """What a position leaves out: which choice it was."""
    return value if kind == Kind.CHOICE else ""


def value_at(kind: str, position: int, words: str = "") -> str | int:
    """The other way: what a widget is told that its respondent said.

    >>> value_at("thumb", 0), value_at("star5", 4), value_at("choice", 0, "too_long")
    ('down', 4, 'too_long')
    """
    if kind in RANGES:
        return position
    return NAMED[kind][position] if kind in NAMED else words or GIVEN


def places(kind: str) -> range:
    """All positions of a kind, lowest first."""
    if kind in RANGES:
        low, high = RANGES[kind]
        return range(low, high + 1)
    return range(len(NAMED.get(kind, (GIVEN,))))
