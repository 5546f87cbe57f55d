"""Text that both databases can hold and every page can show."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import orjson

NUL = "\x00"
SMALLEST, LARGEST = -(2**63), 2**64 - 1
"""Of whole numbers that the canonical JSON has."""


def storable(text: str) -> bool:
    """PostgreSQL refuses NUL, UTF-8 has no lone surrogates; SQLite would take both. So: neither."""
    if NUL in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def storable_value(value: Any) -> bool:
    """The same of all that a value of JSON holds: its texts, its names and its numbers.

    >>> storable_value({"a": [1, "b"]}), storable_value({"a": ["b\\0"]}), storable_value(10**20)
    (True, False, False)
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if not storable(one):
                return False
        elif isinstance(one, Mapping):
            waiting += [*one, *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, float):
            if not math.isfinite(one):
                return False
        elif isinstance(one, int) and not SMALLEST <= one <= LARGEST:
            return False
    return True


def canonical(value: Any) -> bytes:
    """The one UTF-8 JSON of a value, sorted and without spaces: what content hashes cover."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def written(value: Any) -> bytes:
    """The JSON of what came in and may hold what no database stores: canonical if it can be."""
    try:
        return canonical(value)
    except TypeError:
        return json.dumps(value, sort_keys=True).encode()


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()
