"""How words and sentences follow one another in the reader's language."""

from collections.abc import Iterable

from django.utils.translation import pgettext

from core.templatetags.numerals import is_japanese


def comma() -> str:
    """Between words one beside the other."""
    return pgettext("list", ", ")


def colon() -> str:
    """Between a name and what is said of it."""
    return pgettext("label", ": ")


def enumerated(words: Iterable[object]) -> str:
    """Words one beside the other: a, b, c."""
    return comma().join(map(str, words))


def labelled(name: object, words: object) -> str:
    """What is said of something, after its name: a: b."""
    return f"{name}{colon()}{words}"


def consecutive(sentences: Iterable[object]) -> str:
    """Sentences one after the other; in Japanese the full stop is the gap."""
    return ("" if is_japanese() else " ").join(map(str, sentences))
