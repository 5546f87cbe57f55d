"""How words and sentences follow one another in the reader's language."""

from collections.abc import Iterable

from django.utils.translation import pgettext

from core.templatetags.numerals import is_japanese


def enumerated(words: Iterable[object]) -> str:
    """Words one beside the other: a, b, c."""
    return pgettext("list", ", ").join(map(str, words))


def consecutive(sentences: Iterable[object]) -> str:
    """Sentences one after the other; in Japanese the full stop is the gap."""
    return ("" if is_japanese() else " ").join(map(str, sentences))
