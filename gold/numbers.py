"""One JSON of a value on both databases.

PostgreSQL keeps a JSON number as a decimal and gives it back written out: 1e16 comes back as a
whole number, -0.0 without its sign. What is hashed and exported must not depend on that.
"""

from decimal import Decimal
from typing import Any

WRITTEN_OUT = 1e16
"""From here on Python writes a float with an exponent, and PostgreSQL reads a whole number."""
SMALLEST, LARGEST = -(2**63), 2**64 - 1
"""What the canonical JSON holds as a whole number; beyond it stands the number's text."""


def even(value: Any) -> Any:
    """The value as either database would give it back.

    >>> even({"p": 1.0, "q": [-0.0, 1e16, 1e22]})
    {'p': 1.0, 'q': [0.0, 10000000000000000, '10000000000000000000000']}
    """
    if isinstance(value, dict):
        return {key: even(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [even(one) for one in value]
    if isinstance(value, float):
        return even_float(value)
    if isinstance(value, int) and not SMALLEST <= value <= LARGEST:
        return str(value)
    return value


def even_float(value: float) -> Any:
    if value == 0:
        return 0.0
    return value if abs(value) < WRITTEN_OUT else even(int(Decimal(repr(value))))
