"""Texts within free JSON, such as metadata: found by their path, and hidden there.

A path is kept as one word, its names joined by dots; a dot in a name is written ~1 and a tilde ~0.
A word that would be too long to store gives way to a digest of it. Numbers are no texts: without
their groups and the nought in front they are ids, and a tenth of ids has the check digit of a card.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from core.text import digest

LONGEST = 60


def leaves_of(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Each text with the word of its path, in order.

    >>> list(leaves_of({"who": {"tel.": "090"}, "tags": ["a", 1, ""]}))
    [('who.tel~1', '090'), ('tags.0', 'a')]
    """
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves_of(inner, (*path, str(name)))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves_of(inner, (*path, str(place)))
    elif value and isinstance(value, str):
        yield word_of(path), value


def changed_leaves(value: Any, new: Mapping[str, str], path: tuple[str, ...] = ()) -> Any:
    """A copy in which the texts at these words are others."""
    if isinstance(value, Mapping):
        return {name: changed_leaves(one, new, (*path, str(name))) for name, one in value.items()}
    if isinstance(value, list):
        return [changed_leaves(one, new, (*path, str(place))) for place, one in enumerate(value)]
    return new.get(word_of(path), value) if isinstance(value, str) else value


def word_of(path: tuple[str, ...]) -> str:
    word = ".".join(name.replace("~", "~0").replace(".", "~1") for name in path)
    return word if len(word) <= LONGEST else f"~{digest(list(path))[: LONGEST - 1]}"
