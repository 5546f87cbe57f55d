"""SurveyJS's JSON in and out: the subset that both know, and a list of all that is left out.

Nothing is dropped in silence: whatever of a file is not understood is named, with its place.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError
from core.expressions import ExpressionError, parse
from surveys.document_problems import LOCALE, NAME, VALUE, shown
from surveys.questions import Type

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


def from_surveyjs(data: object) -> tuple[dict[str, Any], list[str]]:
    """A document of ours, and a sentence for each thing of theirs that it does not hold."""
    return _Importer(data).document()


class _Importer:
    def __init__(self, data: object) -> None:
        if not isinstance(data, Mapping):
            raise InvalidError(_("This is no survey of SurveyJS: it is not an object."))
        self.data = data
        self.left_out: list[str] = []
        self.names: dict[str, str] = {}
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
        number = len(self.names) + 1
        name = self._name(element.get("name"), f"question{number}")
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
        made |= self._own(kind, element, here)
        return without_nothing(made)

    def _own(self, kind: str, element: Mapping[str, Any], here: str) -> dict[str, Any]:
        match kind:
            case "radiogroup" | "dropdown" | "checkbox" | "ranking":
                return self._choices(element, here)
            case "rating":
                return self._rating(element, here)
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
        return {
            name: value for name, value in own.items() if type(value) is int or name == "inputType"
        }

    def _choices(self, element: Mapping[str, Any], here: str) -> dict[str, Any]:
        choices = self._options(element.get("choices"), f"{here}.choices")
        if element.get("showOtherItem") or element.get("hasOther"):
            text = self._words(element.get("otherText"), here) or {"en": "Other", "ja": "その他"}
            choices.append({"value": "other", "text": text, "other": True})
        if element.get("showNoneItem") or element.get("hasNone"):
            text = self._words(element.get("noneText"), here)
            text = text or {"en": "None of these", "ja": "あてはまるものはない"}
            choices.append({"value": "none", "text": text, "exclusive": True})
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

    def _rating(self, element: Mapping[str, Any], here: str) -> dict[str, Any]:
        if element.get("rateValues"):
            values = self._options(element["rateValues"], f"{here}.rateValues")
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

    def _options(self, given: object, here: str) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for at, option in enumerate(given if isinstance(given, list) else []):
            value = option.get("value") if isinstance(option, Mapping) else option
            if not isinstance(value, str | int | float):
                self._leave(f"{here}[{at}]")
                continue
            if isinstance(option, Mapping):
                self._unknown(option, frozenset({"value", "text"}), f"{here}[{at}]")
            words = self._words(option.get("text"), here) if isinstance(option, Mapping) else {}
            key = str(value) if VALUE.fullmatch(str(value)) else f"option{at + 1}"
            if key != str(value):
                message = _("%(place)s: value “%(value)s” is called “%(key)s” here.")
                values = {"place": f"{here}[{at}]", "value": shown(value), "key": key}
                self.left_out.append(message % values)
            made.append({"value": key, "text": words or {self.default: shown(str(value))}})
        return made

    def _condition(self, text: object, here: str) -> str | None:
        """Their comparisons in our words; what is more than that is left out and named."""
        if not isinstance(text, str) or not text.strip():
            return None
        mended = re.sub(r"\{([^}]+)\}", lambda found: self._known(found[1]), text)
        mended = re.sub(r"(?<![<>=!])=(?!=)", "==", mended).replace("<>", "!=")
        mended = re.sub(r"\bnotempty\b", "is not empty", mended)
        mended = re.sub(r"(?<!is )(?<!is not )\bempty\b", "is empty", mended)
        mended = re.sub(r"\banyof\s*\[([^\]]*)\]", r"in (\1)", mended)
        mended = re.sub(r"\bnotcontains\b\s*\[?([^\]\s]+)\]?", r"!= \1", mended)
        mended = re.sub(r"\b(?:contains|allof)\b\s*\[?([^\]\s]+)\]?", r"== \1", mended)
        mended = re.sub(r"!(?=\s*\()", "not ", mended)
        mended = mended.replace("&&", " and ").replace("||", " or ")
        try:
            parse(mended)
        except ExpressionError:
            self.left_out.append(
                _("%(place)s: condition “%(condition)s” says more than ours can. Write it anew.")
                % {"place": here, "condition": shown(text)}
            )
            return None
        return mended

    def _known(self, name: str) -> str:
        return self.names.get(name, name)

    def _name(self, name: object, fallback: str) -> str:
        text = name if isinstance(name, str) else ""
        made = text if NAME.fullmatch(text) else re.sub(r"[^A-Za-z0-9_]", "_", text)[:50]
        if not NAME.fullmatch(made) or made in self.names.values():
            made = fallback
        while made in self.names.values():
            made += "_"
        self.names[text or made] = made
        return made

    def _words(self, value: object, here: str) -> dict[str, str]:
        if isinstance(value, str):
            return {self.default: value} if value.strip() else {}
        if not isinstance(value, Mapping):
            return {}
        words: dict[str, str] = {}
        for locale, text in value.items():
            tag = self.default if locale == DEFAULT else self._locale(locale)
            if isinstance(text, str) and text.strip():
                words[tag] = text
                if tag not in self.locales:
                    self.locales.append(tag)
        return words

    def _plain(self, value: object, here: str) -> dict[str, str]:
        words = self._words(value, here)
        if any(MARKUP.search(text) for text in words.values()):
            self.left_out.append(_("%(place)s: the markup was taken out.") % {"place": here})
        return {locale: MARKUP.sub("", text).strip() for locale, text in words.items()}

    def _locale(self, tag: object) -> str:
        return tag if isinstance(tag, str) and LOCALE.fullmatch(tag) else "en"

    def _unknown(self, data: Mapping[str, Any], known: frozenset[str], here: str) -> None:
        for name in data:
            if name not in known:
                self._leave(f"{here}.{shown(name)}" if here else shown(name))

    def _leave(self, place: str) -> None:
        self.left_out.append(_("%(place)s is not known here and was left out.") % {"place": place})
