"""Hiding what was hidden of a conversation in texts that repeat it: examples, corrected answers.

Such a text keeps no places of its own, so the words themselves are sought.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from conversations.spans import Hidden, Words, texts_in

CUT_OFF = "…"


class Hiding(NamedTuple):
    """What stood in a conversation, and what stands there instead."""

    words: str
    label: str


def hidings_in(conversation: Words, cuts: Iterable[Hidden]) -> list[Hiding]:
    """What these cuts hide of the words as they are stored."""
    if not (cuts := list(cuts)):
        return []
    texts = {(one.turn, one.part): one.text for one in texts_in(conversation)}
    found = {
        Hiding(texts.get((cut.turn, cut.part), "")[cut.start : cut.end].strip(), cut.label)
        for cut in cuts
    }
    return sorted(one for one in found if one.words)


def without(text: str, hidings: Sequence[Hiding]) -> str:
    """The text with labels in the place of the words, the longest first.

    >>> without("Ann Lee, ann, Anna, and An…", [Hiding("Ann Lee", "[name]"), Hiding("Ann", "[n]")])
    '[name], ann, Anna, and [name]'
    """
    for hiding in sorted(hidings, key=lambda one: -len(one.words)):
        text = hiding.label.join(_pattern(hiding.words).split(text))
    return text


def _pattern(words: str) -> re.Pattern[str]:
    """Of Latin letters and digits whole words alone; an excerpt may break off within them."""
    starts = "(?<![A-Za-z0-9])" if re.match("[A-Za-z0-9]", words) else ""
    ends = "(?![A-Za-z0-9])" if re.search("[A-Za-z0-9]$", words) else ""
    begun = (re.escape(words[:n]) + CUT_OFF for n in range(len(words) - 1, 1, -1))
    return re.compile(starts + "(?:" + "|".join((re.escape(words) + ends, *begun)) + ")")
