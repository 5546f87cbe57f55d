"""What the builder calls the parts of a survey, and what a problem's path is in those words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _

from core.phrases import enumerated
from surveys.questions import HIGHEST, LOWEST, POINTS, THUMBS, Type


def points_of(element: Mapping[str, Any]) -> Sequence[str]:
    kind = element.get("type")
    if kind == Type.THUMB:
        return tuple(reversed(THUMBS))
    low, high = POINTS.get(str(kind), (element.get("min"), element.get("max")))
    if type(low) is not int or type(high) is not int:
        return ()
    if not LOWEST <= low <= high <= HIGHEST or high - low > 10:
        return ()
    return tuple(str(point) for point in range(low, high + 1))


def point_name(point: str) -> str:
    names = {"up": _("thumb up"), "down": _("thumb down")}
    return names.get(point, point)


def own_texts() -> dict[str, str]:
    return {
        "a": _("Answer A"),
        "b": _("Answer B"),
        "service": _("What it is called in the sentences"),
    }


def list_words() -> dict[str, tuple[str, str, str]]:
    """Of each list its name, its button, and one of its members."""
    return {
        "choices": (_("Choices"), _("Add a choice"), _("choice %(n)d")),
        "rows": (_("Rows"), _("Add a row"), _("row %(n)d")),
        "columns": (_("Columns"), _("Add a column"), _("column %(n)d")),
    }


def language_name(tag: str) -> str:
    """In its own words where they are known."""
    try:
        return str(get_language_info(tag)["name_local"])
    except KeyError:
        return tag


def told(path: str) -> str:
    """A problem's path in the reader's words: choice 2, text, English."""
    parts = []
    for name, number in re.findall(r"([A-Za-z][A-Za-z0-9_-]*|-?[0-9]+)(?:\[(\d+)\])?", path):
        if number and name in list_words():
            parts.append(list_words()[name][2] % {"n": int(number) + 1})
        elif number and name == "items":
            parts.append(_("sentence %(n)d") % {"n": int(number) + 1})
        else:
            parts.append(part_names().get(name) or language_name(name))
    return enumerated(parts)


def part_names() -> dict[str, str]:
    return {
        "title": _("title"),
        "description": _("words under it"),
        "thanks": _("words after the last page"),
        "text": _("text"),
        "value": _("key"),
        "name": _("name"),
        "type": _("type"),
        "labels": _("label"),
        "choices": _("choices"),
        "rows": _("rows"),
        "columns": _("columns"),
        "min": _("lowest"),
        "max": _("highest"),
        "visibleIf": _("shown only if"),
        "requiredIf": _("must be answered if"),
        "translations": _("translation"),
        "source": _("source"),
        "items": pgettext("of a questionnaire", "items"),
        "locales": _("languages"),
        "pages": _("pages"),
        "elements": _("questions"),
        "up": _("thumb up"),
        "down": _("thumb down"),
    }
