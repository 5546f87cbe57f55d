"""Cells of other people's files: what is the same word, what is a number, what is no answer."""

import re
import unicodedata

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
