"""What comments may hold of people who did not mean to leave it: masked before it is stored.

Addresses, telephone numbers and cards are found by their form, so what looks like one is masked too
and a name never is. `TOUCHSTONE_SCRUBBER` names a function of the operator's that goes over the
rest: it takes a text and gives the text to store.
"""

import re
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

EMAIL = re.compile(r"[\w.+-]{1,64}[@＠][\w-]{1,63}(?:[.．][\w-]{1,63}){1,8}")
BETWEEN = r"[ \u3000.()（）\u2010-\u2015\u2212\uff0d\u30fc-]"
GROUP = re.compile(r"\d+")
RUN = re.compile(rf"[+＋]?[(（]?\d+(?:{BETWEEN}{{1,3}}\d+)*")
DATE = re.compile(rf"(?:19|20)\d\d{BETWEEN}(?:0?[1-9]|1[0-2]){BETWEEN}")
AT_HOME, ABROAD, CARD = range(9, 12), range(9, 16), range(13, 20)
MOST_GROUPS = 7


def scrubbed(text: str) -> str:
    """A comment as it is stored.

    >>> masked("Write to yuki@example.co.jp or call 090-1234-5678, order 4711.")
    'Write to [email] or call [phone], order 4711.'
    """
    own = own_scrubber(settings.SCRUBBER)
    text = masked(text)
    return own(text) if own else text


def masked(text: str) -> str:
    return RUN.sub(_without_numbers, EMAIL.sub("[email]", text))


def _without_numbers(found: re.Match[str]) -> str:
    """Groups of digits that stand together, with each longest number among them masked."""
    text = found[0]
    groups = [
        (0 if not n else one.start(), one.end()) for n, one in enumerate(GROUP.finditer(text))
    ]
    kept, done, first = [], 0, 0
    while first < len(groups):
        start = groups[first][0]
        for last in range(min(first + MOST_GROUPS, len(groups)) - 1, first - 1, -1):
            end = groups[last][1]
            if name := _kind_of(text[start:end], last - first + 1):
                kept.append(f"{text[done:start]}[{name}]")
                done, first = end, last
                break
        first += 1
    return "".join(kept) + text[done:]


def _kind_of(text: str, n_groups: int) -> str:
    """A card by its check digit; a telephone by how it begins, or by being written in groups."""
    digits = [int(one) for one in text if one.isdecimal()]
    if len(digits) in CARD and _checks(digits):
        return "card"
    is_abroad = text[0] in "+＋" or digits[:2] == [0, 0]
    is_grouped = digits[0] == 0 or text[0] in "(（" or n_groups >= 3
    is_phone = (is_abroad and len(digits) in ABROAD) or (is_grouped and len(digits) in AT_HOME)
    return "phone" if is_phone and not DATE.match(text) else ""


def _checks(digits: list[int]) -> bool:
    """The sum of Luhn (ISO/IEC 7812-1)."""
    doubled = [sum(divmod(2 * one, 10)) for one in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


@cache
def own_scrubber(path: str) -> Callable[[str], str] | None:
    """The operator's function; one that cannot be imported stops the first comment loudly."""
    if not path:
        return None
    found: Callable[[str], str] = import_string(path)
    return found
