"""Single values as files write them: numbers as text, N/A, times in three spellings."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from conversations.importers.base import MAX_KEY, MAX_NAME, RefusedError

_NOTHING = frozenset({"", "-", "n/a", "na", "nan", "none", "null", "#n/a"})
_MILLISECONDS = 1e11
"""Seconds since 1970 stay below this until the year 5138; larger numbers are milliseconds."""

_EXACT = 2**53
"""From here on a float no longer tells neighbouring whole numbers apart, as ids must be."""

_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
_KANA = re.compile(r"[\u3041-\u309f\u30a1-\u30ff\uff66-\uff9f]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_FOREIGN = re.compile(r"[^\x00-\x7f\u2000-\u206f\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
_SAMPLE = 4000


def is_nothing(value: Any) -> bool:
    """Whether a value says that there is none."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _NOTHING)


def text(value: Any, field: str) -> str:
    """Text, where a number is taken for the text it was meant to be."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and abs(value) >= _EXACT:
        raise RefusedError(
            "number_too_large",
            _("Field %(field)s holds a number too large to keep its digits. Write it as text.")
            % {"field": field},
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise RefusedError(
        "wrong_type",
        _("Field %(field)s holds %(kind)s; it must be text. Map another field to it.")
        % {"field": field, "kind": kind_of(value)},
    )


def objects(value: Any, field: str) -> list[dict[str, Any]]:
    """A list of objects; nothing is one without any."""
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    raise RefusedError(
        "wrong_type", _("Field %(field)s is no list of objects. Correct it.") % {"field": field}
    )


def an_object(value: Any, field: str) -> dict[str, Any]:
    """An object; nothing is an empty one."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise RefusedError(
        "wrong_type",
        _("Field %(field)s holds %(kind)s; it must be an object. Correct it.")
        % {"field": field, "kind": kind_of(value)},
    )


def key(value: Any, field: str) -> str:
    """An identifier: text of bounded length without spaces around it."""
    found = text(value, field).strip()
    return found if len(found) <= MAX_KEY else _refuse_length(found, field, MAX_KEY)


def short(value: Any, field: str) -> str:
    """A name that is shown in lists, such as a model's."""
    found = text(value, field).strip()
    return found if len(found) <= MAX_NAME else _refuse_length(found, field, MAX_NAME)


def _refuse_length(found: str, field: str, limit: int) -> NoReturn:
    raise RefusedError(
        "key_too_long",
        _("Field %(field)s has %(size)s characters; it may have %(limit)s. Shorten it.")
        % {"field": field, "size": len(found), "limit": limit},
    )


def number(value: Any, field: str) -> float | None:
    """A finite number; text that holds one is one, and N/A is none."""
    if is_nothing(value) or (isinstance(value, float) and math.isnan(value)):
        return None
    try:
        if isinstance(value, bool):
            raise ValueError
        found = float(_without_commas(value) if isinstance(value, str) else value)
    except (TypeError, ValueError):
        found = math.inf
    if not math.isfinite(found):
        raise RefusedError(
            "not_a_number",
            _("Field %(field)s holds %(value)s; it must be a number or empty. Correct it.")
            % {"field": field, "value": repr(value)[:60]},
        )
    return found


def _without_commas(text: str) -> str:
    """Commas that part thousands go; another one parts nothing that could be told for sure."""
    text = text.strip()
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def positive(value: Any, field: str) -> float | None:
    """A number that counts or measures something, so not below 0."""
    found = number(value, field)
    if found is not None and not 0 <= found < 2**31:
        raise RefusedError(
            "out_of_range",
            _("Field %(field)s is %(value)s; it must be from 0 to 2,147,483,647. Correct it.")
            % {"field": field, "value": found},
        )
    return found


def whole(value: Any, field: str) -> int | None:
    """The same, rounded to a whole number."""
    found = positive(value, field)
    return None if found is None else round(found)


def time(value: Any, field: str) -> datetime | None:
    """A moment: ISO 8601, or seconds or milliseconds since 1970. Without a zone it is UTC."""
    if is_nothing(value):
        return None
    try:
        if isinstance(value, bool):  # which is a number to Python, and so a second of 1970
            raise TypeError
        if isinstance(value, str) and not _is_number(value):
            found = datetime.fromisoformat(value.strip().replace("/", "-"))
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        else:
            seconds = float(value)
            seconds = seconds / 1000 if abs(seconds) > _MILLISECONDS else seconds
            found = datetime.fromtimestamp(seconds, UTC)
        _has_a_day_around(found)
        return found
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise RefusedError(
            "not_a_time",
            _(
                "Field %(field)s holds %(value)s, which is no time. Write it as "
                "2026-05-01T09:30:00+09:00 or as seconds since 1970."
            )
            % {"field": field, "value": repr(value)[:60]},
        ) from error


def _has_a_day_around(moment: datetime) -> None:
    """Raise OverflowError at the ends of the calendar, where some time zones have no such time."""
    _before, _after = moment - timedelta(days=1), moment + timedelta(days=1)


def language_code(value: Any) -> str:
    """``ja-JP`` is ``ja``."""
    return re.split(r"[-_]", text(value, "language").strip().lower())[0][:10]


def guess_language(sample: str) -> str:
    """``ja``, ``en`` or nothing: kana decide for Japanese, plain Latin letters for English.

    A guess only sorts and pre-selects, so it is cheap and silent where it is not plain: Chinese
    has no kana, and accented letters speak against English.
    """
    sample = sample[:_SAMPLE]
    if sample.isascii():
        return "en" if _LATIN.search(sample) else ""
    kana = len(_KANA.findall(sample))
    latin = len(_LATIN.findall(sample))
    if kana and kana * 4 >= len(_HAN.findall(sample)) and kana * 4 >= latin:
        return "ja"
    return "en" if latin and len(_FOREIGN.findall(sample)) * 200 <= latin else ""


def kind_of(value: Any) -> str:
    """What JSON calls the type of a value."""
    names = {dict: _("an object"), list: _("a list"), bool: _("true or false")}
    if value is None:
        return _("null")
    return names.get(type(value)) or (_("text") if isinstance(value, str) else _("a number"))


def _is_number(value: str) -> bool:
    return value.strip().replace(".", "", 1).lstrip("-").isdigit()
