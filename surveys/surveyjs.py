"""SurveyJS's JSON in and out: the subset that both know, and a list of all that is left out.

Nothing is dropped in silence: whatever of a file is not understood is named, with its place.
"""

import re
from collections.abc import Collection, Mapping
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError
from surveys.document_problems import LOCALE, NAME, VALUE, shown
from surveys.questions import Type
from surveys.surveyjs_conditions import Known, in_our_words

DEFAULT = "default"
"""What SurveyJS calls the language of a text that names none."""

SURVEY = frozenset({"title", "description", "locale", "pages", "elements", "completedHtml"})
PAGE = frozenset({"name", "title", "description", "visibleIf", "elements"})
COMMON = frozenset(
    {"type", "name", "title", "description", "isRequired", "visibleIf", "requiredIf"}
)
OF_TYPE: Mapping[str, frozenset[str]] = {
    "text": frozenset({"maxLength", "inputType", "min", "max"}),
    "comment": frozenset({"maxLength"}),
    "radiogroup": frozenset({"choices", "choicesOrder", "showOtherItem", "hasOther", "otherText"}),
    "dropdown": frozenset({"choices", "choicesOrder", "showOtherItem", "hasOther", "otherText"}),
    "checkbox": frozenset(
        {
            "choices", "choicesOrder", "showOtherItem", "hasOther", "otherText", "showNoneItem",
            "hasNone", "noneText", "minSelectedChoices", "maxSelectedChoices",
        }
    ),
    "rating": frozenset(
        {"rateMin", "rateMax", "rateCount", "rateValues", "rateType",
         "minRateDescription", "maxRateDescription"}
    ),
    "boolean": frozenset({"labelTrue", "labelFalse"}),
    "matrix": frozenset({"rows", "columns", "rowOrder", "isAllRowRequired"}),
    "ranking": frozenset({"choices", "choicesOrder"}),
    "html": frozenset({"html"}),
}  # fmt: skip
TYPES: Mapping[str, str] = {
    "text": Type.SHORT_TEXT,
    "comment": Type.LONG_TEXT,
    "radiogroup": Type.SINGLE,
    "dropdown": Type.SINGLE,
    "checkbox": Type.MULTI,
    "rating": Type.SCALE,
    "boolean": Type.SINGLE,
    "matrix": Type.MATRIX,
    "ranking": Type.RANKING,
}
MARKUP = re.compile(r"<[^>]{0,500}>")


def without_nothing(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is not said is left away; a bound of 0 is said.

    >>> without_nothing({"min": 0, "labels": {}, "isRequired": False, "description": None})
    {'min': 0}
    """
    return {
        name: value
        for name, value in data.items()
        if value is not None and value is not False and value not in ({}, [])
    }


def free_of(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def from_surveyjs(data: object) -> tuple[dict[str, Any], list[str]]:
    """A document of ours, and a sentence for each thing of theirs that it does not hold."""
    return _Importer(data).document()


class _Importer:
    def __init__(self, data: object) -> None:
        if not isinstance(data, Mapping):
            raise InvalidError(_("This is no survey of SurveyJS: it is not an object."))
        self.data = data
        self.left_out: list[str] = []
        self.known = Known()
        self.default = self._locale(data.get("locale"))
        self.locales: list[str] = [self.default]

    def document(self) -> tuple[dict[str, Any], list[str]]:
        pages = self.data.get("pages")
        if not isinstance(pages, list):
            pages = [{"elements": self.data.get("elements")}]
        made = []
        for number, page in enumerate(pages, 1):
            if isinstance(page, Mapping):
                self._unknown(page, PAGE, f"pages[{number - 1}]")
                made.append(self._page(page, number))
            else:
                self._leave(f"pages[{number - 1}]")
        made = [page for page in made if page["elements"]]
        if not made:
            raise InvalidError(
                _("This is no survey of SurveyJS that can be read: it has no question we know.")
            )
        self._unknown(self.data, SURVEY, "")
        document = {
            "title": self._words(self.data.get("title"), "title") or {self.default: "…"},
            "description": self._words(self.data.get("description"), "description"),
            "pages": made,
            "thanks": self._plain(self.data.get("completedHtml"), "completedHtml"),
        }
        document["locales"] = self.locales
        return {name: value for name, value in document.items() if value}, self.left_out

    def _page(self, page: Mapping[str, Any], number: int) -> dict[str, Any]:
        here = f"pages[{number - 1}]"
        elements = page.get("elements") if isinstance(page.get("elements"), list) else []
        made = {
            "name": self._name(page.get("name"), f"page{number}"),
            "title": self._words(page.get("title"), f"{here}.title"),
            "description": self._words(page.get("description"), f"{here}.description"),
            "visibleIf": self._condition(page.get("visibleIf"), f"{here}.visibleIf"),
            "elements": [
                question
                for at, element in enumerate(elements or [])
                if (question := self._element(element, f"{here}.elements[{at}]"))
            ],
        }
        return {name: value for name, value in made.items() if value or name == "elements"}

    def _element(self, element: object, here: str) -> dict[str, Any] | None:
        kind = element.get("type") if isinstance(element, Mapping) else None
        if not isinstance(element, Mapping) or not isinstance(kind, str) or kind not in OF_TYPE:
            name = element.get("name") if isinstance(element, Mapping) else ""
            self.left_out.append(
                _("%(place)s: question “%(name)s” of type “%(type)s” is not known here.")
                % {"place": here, "name": shown(name or ""), "type": shown(kind or "")}
            )
            return None
        self._unknown(element, COMMON | OF_TYPE[kind], here)
        number = len(self.known.names) + 1
        name = self._name(element.get("name"), f"question{number}")
        if element.get("name") not in (None, name):
            self.left_out.append(
                _("%(place)s: question “%(name)s” is called “%(key)s” here.")
                % {"place": here, "name": shown(element["name"]), "key": name}
            )
        title = self._words(element.get("title"), f"{here}.title")
        made: dict[str, Any] = {
            "type": TYPES.get(kind, Type.STATEMENT),
            "name": name,
            "title": title or {self.default: shown(element.get("name") or name)},
            "description": self._words(element.get("description"), f"{here}.description"),
            "isRequired": element.get("isRequired") is True,
            "visibleIf": self._condition(element.get("visibleIf"), f"{here}.visibleIf"),
            "requiredIf": self._condition(element.get("requiredIf"), f"{here}.requiredIf"),
        }
        made |= self._own(kind, element, here, name)
        if made["type"] == Type.MULTI:
            self.known.several.add(name)
        return without_nothing(made)

    def _own(self, kind: str, element: Mapping[str, Any], here: str, name: str) -> dict[str, Any]:
        match kind:
            case "radiogroup" | "dropdown" | "checkbox" | "ranking":
                return self._choices(element, here, name)
            case "rating":
                return self._rating(element, here, name)
            case "boolean":
                yes = self._words(element.get("labelTrue"), here) or {"en": "Yes", "ja": "はい"}
                no = self._words(element.get("labelFalse"), here) or {"en": "No", "ja": "いいえ"}
                return {"choices": [{"value": "true", "text": yes}, {"value": "false", "text": no}]}
            case "matrix":
                order = "random" if element.get("rowOrder") == "random" else None
                if element.get("isRequired") and not element.get("isAllRowRequired"):
                    self.left_out.append(
                        _("%(place)s: here a required matrix needs every row.") % {"place": here}
                    )
                return {
                    "rows": self._options(element.get("rows"), f"{here}.rows"),
                    "columns": self._options(element.get("columns"), f"{here}.columns"),
                    "rowsOrder": order,
                    "isRequired": bool(
                        element.get("isRequired") or element.get("isAllRowRequired")
                    ),
                }
            case "html":
                return {"title": self._plain(element.get("html"), f"{here}.html")}
            case _:
                return self._text(kind, element, here)

    def _text(self, kind: str, element: Mapping[str, Any], here: str) -> dict[str, Any]:
        own = {"maxLength": element.get("maxLength")}
        wanted = element.get("inputType")
        if kind == "text" and wanted == "number":
            own |= {"inputType": "number", "min": element.get("min"), "max": element.get("max")}
        elif wanted not in (None, "text"):
            self._leave(f"{here}.inputType")
        for bound in ("maxLength", "min", "max"):
            value = own.get(bound)
            if bound == "maxLength" and value in (0, -1):  # as long as one likes
                own.pop(bound)
            elif value is not None and type(value) is not int:
                self._leave(f"{here}.{bound}")
                own.pop(bound)
        return own

    def _choices(self, element: Mapping[str, Any], here: str, name: str) -> dict[str, Any]:
        choices = self._options(element.get("choices"), f"{here}.choices", name)
        taken = {choice["value"] for choice in choices}
        if element.get("showOtherItem") or element.get("hasOther"):
            text = self._words(element.get("otherText"), here) or {"en": "Other", "ja": "その他"}
            choices.append({"value": free_of("other", taken), "text": text, "other": True})
        if element.get("showNoneItem") or element.get("hasNone"):
            text = self._words(element.get("noneText"), here)
            text = text or {"en": "None of these", "ja": "あてはまるものはない"}
            choices.append({"value": free_of("none", taken), "text": text, "exclusive": True})
        order = element.get("choicesOrder")
        if order not in (None, "none", "random"):
            self._leave(f"{here}.choicesOrder")
        bounds = {
            name: element[name]
            for name in ("minSelectedChoices", "maxSelectedChoices")
            if type(element.get(name)) is int and element[name] > 0
        }
        return {
            "choices": choices,
            "choicesOrder": "random" if order == "random" else None,
            **bounds,
        }

    def _rating(self, element: Mapping[str, Any], here: str, name: str) -> dict[str, Any]:
        if element.get("rateValues"):
            values = self._options(element["rateValues"], f"{here}.rateValues", name)
            return {"type": Type.SINGLE, "choices": values}
        low, count = element.get("rateMin", 1), element.get("rateCount")
        counted = low + count - 1 if type(low) is type(count) is int else 5
        high = element.get("rateMax", counted)
        if element.get("rateType") in ("stars", "smileys") and (low, high) == (1, 5):
            return {"type": Type.STAR}
        ends = {
            str(low): self._words(element.get("minRateDescription"), here),
            str(high): self._words(element.get("maxRateDescription"), here),
        }
        labels = {point: words for point, words in ends.items() if words}
        return {"min": low, "max": high, "labels": labels}

    def _options(self, given: object, here: str, question: str = "") -> list[dict[str, Any]]:
        """With a value of its own each; conditions on `question` are told what it is called."""
        made: list[dict[str, Any]] = []
        taken: set[str] = set()
        for at, option in enumerate(given if isinstance(given, list) else []):
            value = option.get("value") if isinstance(option, Mapping) else option
            if not isinstance(value, str | int | float):
                self._leave(f"{here}[{at}]")
                continue
            if isinstance(option, Mapping):
                self._unknown(option, frozenset({"value", "text"}), f"{here}[{at}]")
            words = self._words(option.get("text"), here) if isinstance(option, Mapping) else {}
            theirs = str(value).lower() if isinstance(value, bool) else str(value)
            fits = VALUE.fullmatch(theirs) and theirs not in taken
            key = theirs if fits else free_of(f"option{at + 1}", taken)
            taken.add(key)
            if key != theirs:
                message = _("%(place)s: value “%(value)s” is called “%(key)s” here.")
                values = {"place": f"{here}[{at}]", "value": shown(theirs), "key": key}
                self.left_out.append(message % values)
                self.known.values.setdefault(question, {}).setdefault(theirs, key)
            made.append({"value": key, "text": words or {self.default: shown(theirs)}})
        return made

    def _condition(self, text: object, here: str) -> str | None:
        """Their comparisons in our words; what is more than that is left out and named."""
        if not isinstance(text, str) or not text.strip():
            return None
        ours = in_our_words(text, self.known)
        if ours is None:
            self.left_out.append(
                _("%(place)s: condition “%(condition)s” says more than ours can. Write it anew.")
                % {"place": here, "condition": shown(text)}
            )
        return ours

    def _name(self, name: object, fallback: str) -> str:
        text = name if isinstance(name, str) else ""
        made = text if NAME.fullmatch(text) else re.sub(r"[^A-Za-z0-9_]", "_", text)[:50]
        names = self.known.names
        if not NAME.fullmatch(made) or made in names.values():
            made = fallback
        made = free_of(made, names.values())
        names[text or made] = made
        return made

    def _words(self, value: object, here: str) -> dict[str, str]:
        if isinstance(value, str):
            return {self.default: value} if value.strip() else {}
        if not isinstance(value, Mapping):
            return {}
        words: dict[str, str] = {}
        for locale, text in value.items():
            tag = self.default if locale == DEFAULT else locale
            if not isinstance(tag, str) or not LOCALE.fullmatch(tag):
                self._leave(f"{here}.{shown(tag)}")
            elif isinstance(text, str) and text.strip():
                words[tag] = text
                if tag not in self.locales:
                    self.locales.append(tag)
        return words

    def _plain(self, value: object, here: str) -> dict[str, str]:
        words = self._words(value, here)
        if any(MARKUP.search(text) for text in words.values()):
            self.left_out.append(_("%(place)s: the markup was taken out.") % {"place": here})
        return {locale: unescape(MARKUP.sub("", text)).strip() for locale, text in words.items()}

    def _locale(self, tag: object) -> str:
        return tag if isinstance(tag, str) and LOCALE.fullmatch(tag) else "en"

    def _unknown(self, data: Mapping[str, Any], known: frozenset[str], here: str) -> None:
        for name in data:
            if name not in known:
                self._leave(f"{here}.{shown(name)}" if here else shown(name))

    def _leave(self, place: str) -> None:
        self.left_out.append(_("%(place)s is not known here and was left out.") % {"place": place})
