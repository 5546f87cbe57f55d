"""How figures are written: no estimate without its interval, a true minus sign, no NaN."""

import math
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
NONE = "\N{EN DASH}"
"""Stands where nothing can be estimated; the reason belongs beside it."""


def is_japanese() -> bool:
    return (get_language() or "").startswith("ja")


def number(value: Any) -> float | None:
    """The finite number that a template was given, or None."""
    try:
        result = float(value)
    except (TypeError, ValueError):
        return None
    return result if math.isfinite(result) else None


def written(value: float, digits: int, *, sign: bool = False) -> str:
    text = f"{abs(value):,.{digits}f}"
    if not any(figure in "123456789" for figure in text):
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def estimate(value: Any, digits: int = 2) -> str:
    """`{{ alpha|estimate }}`: 0.47."""
    found = number(value)
    return NONE if found is None else written(found, digits)


def signed(value: Any, digits: int = 2) -> str:
    """`{{ severity|signed }}`: +0.26, for differences."""
    found = number(value)
    return NONE if found is None else written(found, digits, sign=True)


def percent(value: Any, digits: int = 0) -> str:
    """`{{ share|percent }}` of a share between 0 and 1: 59 %, and 59% in Japanese."""
    found = number(value)
    if found is None:
        return NONE
    return written(100 * found, digits) + ("" if is_japanese() else NO_BREAK) + "%"


def points(value: Any) -> str:
    """`{{ difference|points }}` of two shares, in percentage points: +12."""
    found = number(value)
    return NONE if found is None else written(100 * found, 0, sign=True)


def bounds(estimated: Any) -> tuple[float | None, float | None]:
    """Low and high of a pair, a mapping, or anything that has them."""
    if isinstance(estimated, Mapping):
        return number(estimated.get("low")), number(estimated.get("high"))
    if isinstance(estimated, list | tuple) and len(estimated) == 2:
        return number(estimated[0]), number(estimated[1])
    return number(getattr(estimated, "low", None)), number(getattr(estimated, "high", None))


def span(low: str, high: str) -> str:
    """0.37 to 0.56, or 0.37〜0.56 on a Japanese page."""
    return f"{low}〜{high}" if is_japanese() else f"{low} to {high}"


def interval(estimated: Any, form: str | int = 2) -> str:
    """`{{ result|interval }}`; `form` is digits, "percent", "signed" or "points"; empty without.

    Example:
        >>> interval((-0.09, 0.18)), interval({"low": 0.547, "high": 0.644}, "percent")
        ('−0.09 to 0.18', '55 to 64')
    """
    low, high = bounds(estimated)
    if low is None or high is None:
        return ""
    if form == "percent":
        return span(written(100 * low, 0), written(100 * high, 0))
    if form == "points":
        return span(written(100 * low, 0, sign=True), written(100 * high, 0, sign=True))
    if form == "signed":
        return span(written(low, 2, sign=True), written(high, 2, sign=True))
    return span(written(low, int(form)), written(high, int(form)))


def thousands(value: Any) -> str:
    """`{{ count|thousands }}`: 5,656."""
    found = number(value)
    return NONE if found is None else written(found, 0)


def duration(value: Any) -> str:
    """Seconds as people say them: 48 s, 2 min 11 s, 1 h 24 min, 3 days."""
    found = number(value)
    if found is None:
        return NONE
    if 0 < found < 10 and found != int(found):
        return _("%(seconds)s s") % {"seconds": written(found, 1)}
    seconds = round(found)
    if seconds < 60:
        return _("%(seconds)s s") % {"seconds": seconds}
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        if not seconds:
            return _("%(minutes)s min") % {"minutes": minutes}
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        if not minutes:
            return _("%(hours)s h") % {"hours": hours}
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    days = round(hours / 24)
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
