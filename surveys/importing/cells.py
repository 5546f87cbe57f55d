"""Cells of other people's files: what is the same word, what is a number, what is no answer."""

import re
import unicodedata
from collections.abc import Container

_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"(-?[0-9]{1,12})(?:\.0+)?")
_NUMBER_WITH_WORDS = re.compile(
    r"(-?[0-9]{1,3})\s*(?:[-\u2013\u2014:=.)(,、：（]|点|stars?\b|points?\b)\s*\S?.*"
)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?")

NO_ANSWER = frozenset(
    {
        "n/a",
        "na",
        "n.a.",
        "not applicable",
        "don't know",
        "do not know",
        "no answer",
        "no opinion",
        "prefer not to say",
        "-",
        "\u2013",
        "\u2014",
        "該当なし",
        "該当しない",
        "わからない",
        "分からない",
        "無回答",
        "未回答",
        "回答なし",
    }
)
"""On a scale these are no point; among words they may be an answer."""
NOT_CHOSEN = frozenset({"0", "no", "false", "unchecked", "not selected", "いいえ"})
"""What some tools write where an option of several was left alone."""

BETWEEN = (";", "；", "|", "\n", "、", ",")
"""What stands between several choices in one cell; tried in this order."""


def tidy(cell: str) -> str:
    """The cell as it is read: without spaces around it, hard spaces made plain, lines kept."""
    text = cell.replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n")
    return text.strip().strip("\ufeff\u3000").strip()


def one_line(cell: str) -> str:
    return _SPACES.sub(" ", tidy(cell))


def sameness(cell: str) -> str:
    """Two cells are the same word when this is equal: width, case and spaces do not count."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", cell)).strip().casefold()


def whole_number(cell: str) -> int | None:
    """The number of a cell: 10, １０, 10.0, and “10 - strongly agree”."""
    text = sameness(cell)
    found = _NUMBER.fullmatch(text) or _NUMBER_WITH_WORDS.fullmatch(text)
    return int(found[1]) if found else None


def decimal(cell: str) -> float | None:
    text = sameness(cell).replace(",", "")
    return float(text) if _DECIMAL.fullmatch(text) else None


def pieces_of(cell: str, sign: str) -> list[str]:
    return [piece for one in cell.split(sign) if (piece := one_line(one))]


def chosen_in(cell: str, known: Container[str]) -> list[str] | None:
    """The known words that a cell holds, None where it holds anything else.

    A word may hold the sign that stands between words: the longest that is known is taken.

    >>> chosen_in("Chat, Mail, or phone", {"chat", "mail, or phone"})
    ['chat', 'mail, or phone']
    """
    for sign in BETWEEN:
        found = _matched(pieces_of(cell, sign), sign, known)
        if found:
            return found
    return None


def _matched(pieces: list[str], sign: str, known: Container[str]) -> list[str] | None:
    found, at = [], 0
    while at < len(pieces):
        for end in range(len(pieces), at, -1):
            word = sameness(f"{sign} ".join(pieces[at:end]))
            if word in known:
                found.append(word)
                at = end
                break
        else:
            return None
    return found
