"""Telephones, cards and My Number: runs of digits, told apart by length, check digit and groups.

A number begins and ends where its run of digits does, or at a space within it: what is joined by
hyphens or dots belongs together, so no part of an ISBN or of a date is taken for a telephone.
"""

import re
from collections.abc import Iterator

from core.personal.spans import Span

RUN = re.compile(r"[0-9][0-9]*(?:[ .()\u30fc-]{1,3}[0-9]+)*")
BEFORE_RUN = ("+ (", "+(", "+ ", "+", "(")
GROUP = re.compile(r"[0-9]+")
SHORTEST, LONGEST, MOST_GROUPS = 9, 32, 7
"""Digits of the shortest number, signs of the longest, and its groups."""
LONGEST_BEFORE = 3

SPOKEN = re.compile(r"(?:tel|fax|phone|mobile|cell)[.:/ ]{0,2}\+?\Z", re.IGNORECASE)
WITHIN_A_CODE = re.compile(r"(?:[A-Za-z0-9_#$¥€£=,.\\-]|[A-Za-z]/)\Z")
COUNTED = re.compile(
    r"(?!ext|x[0-9])[A-Za-z_%@]|[,.:][0-9]| ?(?:円|ドル|ユーロ|元|個|件|yen|JPY|USD|EUR)"
)
NUMBERED = re.compile(
    r"(?:(?:ISBN|ISSN|JAN|EAN)(?:-?1[03])?"
    r"|(?:注文|受注|伝票|追跡|送り状|問い合わせ|問合せ|受付|予約|会員|口座|商品|管理|型)"
    r"(?:番号|番|コード|ID)"
    r"|\b(?:order|invoice|tracking|ref|reference|ticket|case|account|item|sku)"
    r"(?:[ _](?:no|number|id))?)\.?[はが]?[\"':=# ]{0,4}\Z",
    re.IGNORECASE,
)
LOOK_BACK = 24

AT_HOME = frozenset(
    {
        *((2, 4, 4), (3, 3, 4), (4, 2, 4), (5, 1, 4), (3, 4, 4), (4, 3, 3), (4, 3, 4), (5, 3, 3)),
        *((2, 8), (3, 7), (3, 8), (4, 6), (4, 7), (5, 6), (2, 2, 2, 2, 2)),
    }
)
"""How telephones are grouped that begin with 0: Japan, and most of Europe."""
UNGROUPED = re.compile(r"0[1-9][0-9]{8}|0(?:[25-9]0|800)[0-9]{7,8}")
AMERICAN = re.compile(r"1?[2-9][0-9]{2}[2-9][0-9]{6}")
CHINESE = re.compile(r"1[3-9][0-9]{9}")

CARD_GROUPS = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), *((4, 4, 4, 4, n) for n in (1, 2, 3))})
CARD = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"
    r"|5[0-8][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|35(?:2[89]|[3-8][0-9])[0-9]{12}"
    r"|6[0-9]{15,18}"
)
SHAPES = frozenset(
    {*AT_HOME, *CARD_GROUPS, *((n,) for n in range(10, 20)), (4, 4, 4), (3, 3, 4), (1, 3, 3, 4)}
)
ABROAD = ("+", "00", "010")
TIME = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]")


def numbers_in(plain: str) -> Iterator[Span]:
    for run in RUN.finditer(plain):
        begin, end = run.span()
        if end - begin >= SHORTEST:
            before = plain[max(0, begin - LONGEST_BEFORE) : begin]
            begin -= len(next(filter(before.endswith, BEFORE_RUN), ""))
            yield from _in_run(plain, begin, end)


def _in_run(plain: str, begin: int, end_of_run: int) -> Iterator[Span]:
    """The longest number from each place where one may begin; then from behind it again."""
    groups = [one.span() for one in GROUP.finditer(plain, begin, end_of_run)]
    sizes = [end - start for start, end in groups]
    if sum(sizes) < SHORTEST:
        return
    first = 0
    while first < len(groups):
        start = groups[first][0] if first else begin
        last, kind = first, ""
        if _may_begin(plain, start, is_first=not first):
            is_abroad = plain.startswith(ABROAD, start)
            for last in range(min(first + MOST_GROUPS, len(groups)) - 1, first - 1, -1):
                shape = tuple(sizes[first : last + 1])
                if is_abroad or (shape in SHAPES and not _goes_on(sizes, shape, first, last)):
                    end = groups[last][1]
                    if kind := _kind_at(plain, start, end, is_last=last == len(groups) - 1):
                        yield Span(start, end, kind)
                        break
        first = last + 1


def _goes_on(sizes: list[int], shape: tuple[int, ...], first: int, last: int) -> bool:
    """Whether three groups of four are part of four, as most of the wrong cards would be."""
    return shape == (4, 4, 4) and 4 in (
        *sizes[max(0, first - 1) : first],
        *sizes[last + 1 : last + 2],
    )


def _kind_at(plain: str, start: int, end: int, *, is_last: bool) -> str:
    if end - start > LONGEST or not _may_end(plain, end, is_last=is_last):
        return ""
    before = plain[max(0, start - LOOK_BACK) : start]
    return _kind_of(plain[start:end], is_numbered=bool(NUMBERED.search(before)))


def _may_begin(plain: str, start: int, *, is_first: bool) -> bool:
    if not is_first:
        return plain[start - 1] == " " or plain[start - 2 : start] == " ("
    before = plain[max(0, start - LOOK_BACK) : start]
    return bool(SPOKEN.search(before)) or not WITHIN_A_CODE.search(before)


def _may_end(plain: str, end: int, *, is_last: bool) -> bool:
    return not COUNTED.match(plain, end) if is_last else plain[end] in " )"


def _kind_of(written: str, *, is_numbered: bool) -> str:
    groups = GROUP.findall(written)
    digits = "".join(groups)
    sizes = tuple(map(len, groups))
    between = set(GROUP.split(written)[1:-1])
    is_even = len(between) < 2 and between <= {" ", "-", "\u30fc"}
    if is_even and _is_card(digits, sizes):
        return "card"
    if is_numbered:
        return ""
    if is_even and sizes in {(12,), (4, 4, 4)} and _is_my_number(digits):
        return "my_number"
    return "phone" if _is_phone(written, digits, sizes) else ""


def _is_card(digits: str, sizes: tuple[int, ...]) -> bool:
    if not CARD.fullmatch(digits) or (len(sizes) > 1 and sizes not in CARD_GROUPS):
        return False
    is_barcode = len(digits) == 13 and digits[:2] in {"45", "49"} and _is_ean(digits)
    return not is_barcode and passes_luhn(digits)


def _is_phone(written: str, digits: str, sizes: tuple[int, ...]) -> bool:
    if written[0] == "+":
        return SHORTEST <= len(digits) <= 15 and digits[0] != "0"
    if len(sizes) == 1:
        return bool(UNGROUPED.fullmatch(digits))
    if digits[:2] == "00" or (digits[:3] == "010" and len(digits) > 11):
        return len(sizes) >= 3 and 11 <= len(digits) <= 16
    if digits[0] == "0":
        return sizes in AT_HOME
    if sizes in {(3, 3, 4), (1, 3, 3, 4)}:
        return bool(AMERICAN.fullmatch(digits))
    return sizes == (3, 4, 4) and bool(CHINESE.fullmatch(digits))


def passes_luhn(digits: str) -> bool:
    """The check digit of cards (ISO/IEC 7812-1).

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    values = [int(one) for one in digits]
    doubled = [sum(divmod(2 * one, 10)) for one in values[-2::-2]]
    return (sum(doubled) + sum(values[-1::-2])) % 10 == 0


def _is_ean(digits: str) -> bool:
    values = [int(one) for one in digits]
    return (sum(values[::2]) + 3 * sum(values[1::2])) % 10 == 0


def _is_my_number(digits: str) -> bool:
    """The check digit of the Individual Number; a time written in twelve digits is none."""
    if len(set(digits)) == 1 or TIME.fullmatch(digits):
        return False
    return my_number_check(digits[:11]) == int(digits[11])


def my_number_check(digits: str) -> int:
    """The twelfth digit that belongs to the first eleven (Ordinance 85 of 2014, article 5).

    >>> my_number_check("12345678901")
    8
    """
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(weight * int(one) for weight, one in zip(weights, digits, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest
