"""Which properties a question of each type takes, and whether they are well made."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.expressions import MAX_LENGTH
from core.text import storable
from surveys import survey_words
from surveys.document_problems import (
    VALUE,
    Place,
    Problem,
    choice_problems,
    flag_problems,
    name_problems,
    shape,
    shown,
    unknown_properties,
    whole_problems,
    word_problems,
)
from surveys.questions import HIGHEST, LOWEST, POINTS, THUMBS, Type

ORDERS = ("none", "random")
INPUTS = ("text", "number")
MAX_POINTS = 11
MAX_SHORT, SHORT = 500, 200
MAX_LONG, LONG = 10_000, 2_000
MAX_NUMBER = 10**12
MAX_CHOICES, MAX_ROWS, MAX_COLUMNS = 100, 50, 11


class Property(NamedTuple):
    """What one property holds: `kind` names a check below, the rest is what that kind asks."""

    kind: str
    required: bool = False
    low: int = 0
    high: int = 0
    allowed: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()


WORDS = Property("words")
SAID = Property("words", required=True)
FLAG = Property("flag")
CONDITION = Property("condition")
LABELS = Property("labels")
ORDER = Property("one", allowed=ORDERS)
COMMON: Mapping[str, Property] = {
    "type": Property("one", required=True, allowed=tuple(Type.values)),
    "name": Property("name", required=True),
    "title": SAID,
    "description": WORDS,
    "isRequired": FLAG,
    "visibleIf": CONDITION,
    "requiredIf": CONDITION,
}


def _options(low: int, high: int, *flags: str) -> Property:
    return Property("options", required=True, low=low, high=high, flags=frozenset(flags))


OWN: Mapping[str, Mapping[str, Property]] = {
    Type.THUMB: {"labels": LABELS},
    Type.STAR: {},
    Type.SCALE: {
        "min": Property("whole", required=True, low=LOWEST, high=HIGHEST),
        "max": Property("whole", required=True, low=LOWEST, high=HIGHEST),
        "labels": LABELS,
    },
    Type.CSAT: {"labels": LABELS},
    Type.CES: {"labels": LABELS},
    Type.NPS: {"labels": LABELS},
    Type.SUS: {
        "items": Property("one", required=True, allowed=tuple(survey_words.ITEMS)),
        "service": WORDS,
        "translations": Property("translations"),
        "labels": LABELS,
    },
    Type.SINGLE: {"choices": _options(1, MAX_CHOICES, "other", "exclusive"), "choicesOrder": ORDER},
    Type.MULTI: {
        "choices": _options(1, MAX_CHOICES, "other", "exclusive"),
        "choicesOrder": ORDER,
        "minSelectedChoices": Property("whole", low=0, high=MAX_CHOICES),
        "maxSelectedChoices": Property("whole", low=1, high=MAX_CHOICES),
    },
    Type.MATRIX: {
        "rows": _options(1, MAX_ROWS, "reversed"),
        "columns": _options(2, MAX_COLUMNS),
        "rowsOrder": ORDER,
    },
    Type.RANKING: {"choices": _options(2, 20), "choicesOrder": ORDER},
    Type.SHORT_TEXT: {
        "maxLength": Property("whole", low=1, high=MAX_SHORT),
        "inputType": Property("one", allowed=INPUTS),
        "min": Property("whole", low=-MAX_NUMBER, high=MAX_NUMBER),
        "max": Property("whole", low=-MAX_NUMBER, high=MAX_NUMBER),
    },
    Type.LONG_TEXT: {"maxLength": Property("whole", low=1, high=MAX_LONG)},
    Type.PAIRWISE: {"a": SAID, "b": SAID, "choicesOrder": ORDER},
    Type.STATEMENT: {"consent": FLAG},
}


def question_problems(place: Place, data: Mapping[str, Any]) -> Iterator[Problem]:
    kind = data.get("type")
    if not isinstance(kind, str) or kind not in OWN:
        yield from choice_problems(place, "type", kind, COMMON["type"].allowed)
        return
    properties = {**COMMON, **OWN[kind]}
    yield from unknown_properties(place, "", data, properties)
    found: list[Problem] = []
    for name, wanted in properties.items():
        value = data.get(name)
        if value is None and not wanted.required:
            continue
        found += _checked(place, name, value, wanted, data)
    yield from found
    if not any(problem.rule in {"shape", "range"} for problem in found):
        yield from _together(place, data)


def _checked(
    place: Place, name: str, value: object, wanted: Property, data: Mapping[str, Any]
) -> Iterator[Problem]:
    match wanted.kind:
        case "words":
            built_in = survey_words.SERVICE.get(str(data.get("items")), {})
            known = frozenset(built_in) if name == "service" else frozenset[str]()
            yield from word_problems(place, name, value, required=wanted.required, built_in=known)
        case "flag":
            yield from flag_problems(place, name, value)
        case "one":
            yield from choice_problems(place, name, value, wanted.allowed)
        case "whole":
            yield from whole_problems(place, name, value, wanted.low, wanted.high)
        case "name":
            yield from name_problems(place, name, value)
        case "condition":
            yield from condition_problems(place, name, value)
        case "options":
            yield from _option_problems(place, name, value, wanted)
        case "labels":
            yield from _label_problems(place, name, value, data)
        case "translations":
            yield from _translation_problems(place, name, value)


def condition_problems(place: Place, property_: str, value: object) -> Iterator[Problem]:
    """Its shape; what it says is `surveys.reachability`'s."""
    if not isinstance(value, str) or not storable(value) or len(value) > MAX_LENGTH:
        message = _("A condition is a text of up to %(limit)d characters.")
        yield shape(place, property_, message % {"limit": MAX_LENGTH})


def _option_problems(
    place: Place, property_: str, value: object, wanted: Property
) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(option, Mapping) for option in value):
        yield shape(place, property_, _("This is a list of objects with “value” and “text”."))
        return
    if not wanted.low <= len(value) <= wanted.high:
        message = _("There are %(n)d, and between %(low)d and %(high)d are allowed.")
        values = {"n": len(value), "low": wanted.low, "high": wanted.high}
        yield place.problem("range", property_, message % values)
    seen: set[str] = set()
    for number, option in enumerate(value):
        here = f"{property_}[{number}]"
        yield from unknown_properties(
            place, f"{here}.", option, ("value", "text", *sorted(wanted.flags))
        )
        key = option.get("value")
        if not isinstance(key, str) or not VALUE.fullmatch(key):
            message = _("Value “%(value)s” is not 1 to 60 ASCII letters, digits, “_”, “.” or “-”.")
            yield shape(place, f"{here}.value", message % {"value": shown(key)})
        elif key in seen:
            message = _("Value “%(value)s” is there twice. Change one.")
            yield place.problem("name", f"{here}.value", message % {"value": key})
        else:
            seen.add(key)
        yield from word_problems(place, f"{here}.text", option.get("text"), required=True)
        for flag in sorted(wanted.flags):
            yield from flag_problems(place, f"{here}.{flag}", option.get(flag))
    if sum(1 for option in value if option.get("other") is True) > 1:
        message = _("Only one choice of a question has a text box beside it.")
        yield place.problem("range", property_, message)


def _label_problems(
    place: Place, property_: str, value: object, data: Mapping[str, Any]
) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield shape(place, property_, _("Labels are an object of words by point."))
        return
    allowed = _points(data)
    built_in = survey_words.LABELS.get(str(data["type"]), {})
    for point, words in value.items():
        here = f"{property_}.{shown(point)}"
        if point not in allowed:
            message = _("“%(point)s” is no point of this question (%(points)s).")
            values = {"point": shown(point), "points": ", ".join(allowed)}
            yield place.problem("range", here, message % values)
        else:
            known = frozenset(built_in.get(point, {}))
            yield from word_problems(place, here, words, built_in=known)


def _points(data: Mapping[str, Any]) -> tuple[str, ...]:
    if data["type"] == Type.THUMB:
        return THUMBS
    low, high = POINTS.get(data["type"], (data.get("min"), data.get("max")))
    if type(low) is not int or type(high) is not int or high - low > HIGHEST - LOWEST:
        return ()
    return tuple(str(point) for point in range(low, high + 1))


def _translation_problems(place: Place, property_: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield shape(place, property_, _("Translations are an object by language, such as “ja”."))
        return
    for locale, translation in value.items():
        here = f"{property_}.{shown(locale)}"
        if not isinstance(translation, Mapping) or set(translation) != {"items", "source"}:
            yield shape(place, here, _("A translation has “items” and “source”."))
            continue
        texts = [translation["source"]]
        if isinstance(translation["items"], list):
            texts += translation["items"]
        well_made = isinstance(translation["items"], list) and all(
            isinstance(text, str) and storable(text) and len(text) <= MAX_SHORT for text in texts
        )
        if not well_made:
            message = _("Items are a list of texts and the source is one, up to %(limit)d each.")
            yield shape(place, here, message % {"limit": MAX_SHORT})


def _together(place: Place, data: Mapping[str, Any]) -> Iterator[Problem]:
    """What only several properties together can break."""
    match data["type"]:
        case Type.SCALE:
            n = data["max"] - data["min"] + 1
            if not 2 <= n <= MAX_POINTS:
                message = _("A scale has 2 to %(limit)d points. This one has %(n)d.")
                yield place.problem("range", "max", message % {"limit": MAX_POINTS, "n": max(n, 0)})
        case Type.SHORT_TEXT:
            low, high = data.get("min"), data.get("max")
            if low is not None and high is not None and low > high:
                yield place.problem("range", "max", _("The maximum is below the minimum."))
            if data.get("inputType") != "number" and (low is not None or high is not None):
                message = _("Bounds are for numbers. Set “inputType” to “number”.")
                yield place.problem("range", "min", message)
        case Type.MULTI:
            plain = [choice for choice in data["choices"] if not choice.get("exclusive")]
            low, high = data.get("minSelectedChoices") or 0, data.get("maxSelectedChoices")
            if low > len(plain) or (high is not None and low > high):
                message = _("Nobody can choose %(low)d of these. Lower the minimum.")
                yield place.problem("range", "minSelectedChoices", message % {"low": low})
        case Type.SUS:
            yield from _block_problems(place, data)
        case Type.THUMB | Type.CSAT | Type.CES | Type.NPS:
            yield from _unlabelled(place, data)


def _block_problems(place: Place, data: Mapping[str, Any]) -> Iterator[Problem]:
    items = survey_words.ITEMS[data["items"]]
    for locale in place.locales:
        translation = (data.get("translations") or {}).get(locale)
        here = f"translations.{locale}"
        if translation is None and any(locale not in words for words in items.values()):
            message = _(
                "There are no validated sentences in “%(locale)s”. Enter a translation and name "
                "its source, or take the language out."
            )
            yield place.problem("translation", here, message % {"locale": locale})
        elif translation is not None:
            texts = [text for text in translation["items"] if text.strip()]
            if len(texts) != len(items) or not translation["source"].strip():
                message = _("A translation has %(n)d sentences, and its source is named.")
                yield place.problem("translation", here, message % {"n": len(items)})
    yield from _unlabelled(place, data)


def _unlabelled(place: Place, data: Mapping[str, Any]) -> Iterator[Problem]:
    """A language in which the product has no labels of its own, and the document none either."""
    own = data.get("labels") or {}
    for point, words in survey_words.LABELS[data["type"]].items():
        if point in own:
            continue
        for locale in place.locales:
            if locale not in words:
                message = _("The label of %(point)s in “%(locale)s” is missing. Write it.")
                yield place.problem(
                    "words", f"labels.{point}", message % {"point": point, "locale": locale}
                )
