"""Where a statement's text leaves places for values, and how each side writes them."""

import re
from functools import lru_cache

PLACE = re.compile(r"(?<!%)%s")
NAMED = re.compile(r"%\((\w+)\)s")


def positional(named: str) -> tuple[str, list[str]]:
    """A statement that names its values, with places in a row instead, and what goes into each.

    >>> positional("a = %(b)s AND c = %(b)s")
    ('a = %s AND c = %s', ['b', 'b'])
    """
    return NAMED.sub("%s", named), NAMED.findall(named)


@lru_cache(512)
def with_numbers(text: str) -> bytes:
    """As PostgreSQL itself takes it.

    >>> with_numbers("a = %s AND b LIKE '%%x' AND c = %s")
    b"a = $1 AND b LIKE '%x' AND c = $2"
    """
    first, *parts = PLACE.split(text)
    numbered = "".join(f"${number}{part}" for number, part in enumerate(parts, 1))
    return (first + numbered).replace("%%", "%").encode()
