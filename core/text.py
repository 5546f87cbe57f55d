"""Text that both databases can hold and every page can show."""

import hashlib
from typing import Any

import orjson

NUL = "\x00"


def storable(text: str) -> bool:
    """PostgreSQL refuses NUL, UTF-8 has no lone surrogates; SQLite would take both. So: neither."""
    if NUL in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def canonical(value: Any) -> bytes:
    """The one UTF-8 JSON of a value, sorted and without spaces: what content hashes cover."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()
