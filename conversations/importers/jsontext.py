"""One JSON text to an object, fast when it is good and explained when it is not."""

import json
import math
import re
from typing import Any, NoReturn

import orjson
from django.utils.translation import gettext as _

from conversations.importers.base import Limits, RefusedError
from conversations.importers.elements import too_deep
from conversations.importers.encodings import lone_surrogate, not_utf8, nul
from core.text import LARGEST, SMALLEST

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def parse(raw: bytes, limits: Limits) -> Any:
    """The value of a JSON text that holds only what both databases can store.

    The tests on the raw bytes are cheap and let almost every line pass without a walk through
    its values: nesting cannot be deeper than there are brackets, and NUL must be written out.
    """
    brackets = raw.count(b"{") + raw.count(b"[")
    if brackets > limits.parts:
        _check_parts(raw, brackets, limits)
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        value = _second_look(raw, error)
    if brackets > limits.depth:
        _check_depth(value, limits)
    if b"\\u0000" in raw:
        check_storable(value)
    return value


def check_storable(value: Any) -> None:
    """Refuse NUL and lone surrogates anywhere in a value, keys included."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if "\x00" in item:
                raise nul()
            try:
                item.encode("utf-8")
            except UnicodeEncodeError:
                raise lone_surrogate() from None
        elif isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _check_parts(raw: bytes, brackets: int, limits: Limits) -> None:
    """Before the parser, because three bytes of a text become a list of seventy."""
    strings = (found[0] for found in _STRING.finditer(raw))
    parts = brackets - sum(text.count(b"{") + text.count(b"[") for text in strings)
    if parts > limits.parts:
        raise RefusedError(
            "too_many_parts",
            _(
                "The record is made of %(parts)s objects and lists; a record may have %(limit)s. "
                "Split the conversation, or leave out what is not text."
            )
            % {"parts": f"{parts:,}", "limit": f"{limits.parts:,}"},
        )


def _check_depth(value: Any, limits: Limits) -> None:
    level = [value]
    for _depth in range(limits.depth + 1):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise too_deep(limits)


def _second_look(raw: bytes, error: orjson.JSONDecodeError) -> Any:
    """Explain what the parser refused; take control characters, which are text to us."""
    if b"\x00" in raw:
        raise nul()
    if refusal := not_utf8(raw):
        raise refusal
    text = str(error)
    if "surrogate" in text:
        raise lone_surrogate()
    if "depth limit" in text:
        raise too_deep(Limits())
    if "control character" in text:
        try:
            value = _SLOW.decode(raw.decode())
        except (ValueError, RecursionError):
            pass
        else:
            check_storable(value)
            return value
    raise RefusedError(
        "not_json",
        _("The line is not JSON from character %(place)s on: %(detail)s. Correct it there.")
        % {"place": error.pos + 1, "detail": error.msg},
    )


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _whole(text: str) -> int | float:
    number = int(text)
    return number if SMALLEST <= number <= LARGEST else _number(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_SLOW = json.JSONDecoder(
    strict=False, parse_float=_number, parse_int=_whole, parse_constant=_no_constant
)
"""Its numbers are those of the quick parser, which has none without end or with too many digits."""
