"""What can be wrong with one property of a survey's document, whatever JSON put there."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.phrases import labelled
from core.text import storable

MAX_TEXT = 5_000
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
VALUE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
BLANK = re.compile(r"\{[a-z_]{1,40}\}")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong; `path` is that of the property, such as "choices[2].text"."""

    rule: str
    message: str
    page: str = ""
    question: str = ""
    path: str = ""
    is_error: bool = True

    @property
    def breaks_shape(self) -> bool:
        """Whether the document cannot even be read; a text that is missing is only missing."""
        return self.is_error and self.rule in {"shape", "name", "range"}

    def __str__(self) -> str:
        """The whole sentence: where, then what."""
        values = {
            "page": self.page,
            "question": self.question,
            "path": self.path,
            "message": self.message,
        }
        if self.question and self.path:
            return _("Page “%(page)s”, question “%(question)s”, %(path)s: %(message)s") % values
        if self.question:
            return _("Page “%(page)s”, question “%(question)s”: %(message)s") % values
        if self.page and self.path:
            return _("Page “%(page)s”, %(path)s: %(message)s") % values
        if self.page:
            return _("Page “%(page)s”: %(message)s") % values
        return labelled(self.path, self.message) if self.path else self.message


@dataclass(frozen=True)
class Place:
    """Whose properties are looked at, in which languages the survey speaks."""

    locales: tuple[str, ...] = ()
    page: str = ""
    question: str = ""

    def problem(self, rule: str, property_: str, message: str, *, is_error: bool = True) -> Problem:
        return Problem(rule, message, self.page, self.question, property_, is_error)


def shape(place: Place, property_: str, message: str) -> Problem:
    return place.problem("shape", property_, message)


def shown(value: object) -> str:
    """What was found, short and safe to store, for a sentence."""
    text = value if isinstance(value, str) else repr(value)
    return text[:60] if storable(text) else ""


def unknown_properties(
    place: Place, prefix: str, data: Mapping[str, Any], known: Collection[str]
) -> Iterator[Problem]:
    for name in data:
        if name not in known:
            yield shape(
                place,
                prefix + shown(name),
                _("“%(name)s” is not known here. Known are: %(known)s.")
                % {"name": shown(name), "known": ", ".join(known)},
            )


def name_problems(place: Place, property_: str, name: object) -> Iterator[Problem]:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        yield place.problem(
            "name",
            property_,
            _(
                "Name “%(name)s” is not 1 to 60 ASCII letters, digits and “_” that begin with a "
                "letter. Change it."
            )
            % {"name": shown(name)},
        )


def word_problems(
    place: Place,
    property_: str,
    value: object,
    *,
    required: bool = False,
    built_in: frozenset[str] = frozenset(),
    max_length: int = MAX_TEXT,
) -> Iterator[Problem]:
    """Words are needed in all languages of the survey, save where the product has its own."""
    if value is None and not required:
        return
    if not isinstance(value, Mapping):
        yield shape(place, property_, _("Words are an object of texts by language, such as “ja”."))
        return
    there = set(built_in)
    for locale, text in value.items():
        here = f"{property_}.{shown(locale)}"
        if not isinstance(locale, str) or not LOCALE.fullmatch(locale):
            yield shape(place, here, _("“%(locale)s” is no language.") % {"locale": shown(locale)})
        elif not isinstance(text, str) or not storable(text):
            yield shape(place, here, _("A text holds characters only, no NUL and no half ones."))
        elif len(text) > max_length:
            message = _("The text has %(n)d characters, and %(limit)d are allowed. Shorten it.")
            yield shape(place, here, message % {"n": len(text), "limit": max_length})
        elif text.strip():
            there.add(locale)
            if found := BLANK.search(text):
                message = _("The text still holds %(blank)s. Write what belongs in its place.")
                yield place.problem("words", here, message % {"blank": found[0]})
    if not there and not required:
        return
    for locale in place.locales:
        if locale not in there:
            message = _("The text in “%(locale)s” is missing. Write it, or take the language out.")
            yield place.problem("words", f"{property_}.{locale}", message % {"locale": locale})


def flag_problems(place: Place, property_: str, value: object) -> Iterator[Problem]:
    if value is not None and not isinstance(value, bool):
        yield shape(place, property_, _("This is either true or false."))


def whole_problems(
    place: Place, property_: str, value: object, low: int, high: int
) -> Iterator[Problem]:
    if type(value) is not int or not low <= value <= high:
        yield place.problem(
            "range",
            property_,
            _("“%(value)s” is no whole number from %(low)d to %(high)d.")
            % {"value": shown(value), "low": low, "high": high},
        )


def choice_problems(
    place: Place, property_: str, value: object, allowed: tuple[str, ...]
) -> Iterator[Problem]:
    if value not in allowed:
        yield shape(
            place,
            property_,
            _("“%(value)s” is none of %(allowed)s.")
            % {"value": shown(value), "allowed": ", ".join(allowed)},
        )
