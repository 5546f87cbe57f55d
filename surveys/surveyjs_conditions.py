"""Conditions of SurveyJS in our words: those that ours can say, and no others.

What stands in quotes is put aside first: an equals sign or a word of theirs in it is no operator.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from core.expressions import ExpressionError, parse

NAMED = re.compile(r"""\{([^}]+)\}|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", re.DOTALL)
ASIDE = re.compile("\ue000([0-9]+)\ue001")
OF_SEVERAL = re.compile(r"([\w.]+)\s+(?:notcontains|contains|allof)\b")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass
class Known:
    """What questions and their options are called here.

    Attributes:
        names: Ours by theirs.
        values: By our name of a question, our values by theirs where the two differ.
        several: Our names of questions of which several options may be chosen.
    """

    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)


def in_our_words(text: str, known: Known) -> str | None:
    """The same condition; None where it says more than ours can.

    >>> known = Known({"why not": "why_not"}, {"why_not": {"too salty": "option2"}}, {"why_not"})
    >>> in_our_words("{why not} contains 'too salty' and {n} = 'a = b'", known)
    "why_not == 'option2' and n == 'a = b'"
    """
    bare, quoted = _put_aside(text, known)
    if _asks_for_parts_of_words(bare, known.several):
        return None
    mended = re.sub(r"(?<![<>=!])=(?!=)", "==", bare).replace("<>", "!=")
    mended = re.sub(r"\bnotempty\b", "is not empty", mended)
    mended = re.sub(r"(?<!is )(?<!is not )\bempty\b", "is empty", mended)
    mended = re.sub(r"\banyof\s*\[([^\]]*)\]", r"in (\1)", mended)
    mended = re.sub(r"\bnotcontains\b\s*\[?([^\]\s]+)\]?", r"!= \1", mended)
    mended = re.sub(r"\b(?:contains|allof)\b\s*\[?([^\]\s]+)\]?", r"== \1", mended)
    mended = re.sub(r"!(?=\s*\()", "not ", mended)
    mended = mended.replace("&&", " and ").replace("||", " or ")
    found = ASIDE.sub(lambda place: quoted[int(place[1])], mended)
    try:
        parse(found)
    except ExpressionError:
        return None
    return found


def _put_aside(text: str, known: Known) -> tuple[str, list[str]]:
    """Names as ours, and words in quotes as numbers; a value is one of the question before it."""
    quoted: list[str] = []
    asked = ""

    def each(found: re.Match[str]) -> str:
        nonlocal asked
        if found[1] is not None:
            asked = known.names.get(found[1], found[1])
            return asked
        value = ESCAPED.sub(r"\1", found[2][1:-1])
        ours = known.values.get(asked, {}).get(value)
        quoted.append(f"'{ours}'" if ours else found[2])
        return f"\ue000{len(quoted) - 1}\ue001"

    return NAMED.sub(each, text), quoted


def _asks_for_parts_of_words(text: str, several: Collection[str]) -> bool:
    """Of one answer, `contains` asks for a part of its words, which no comparison of ours does."""
    return any(found[1] not in several for found in OF_SEVERAL.finditer(text))
