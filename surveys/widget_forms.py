"""Forms of the widget's pages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.instruments import BUILT_IN, LONGEST_WORDS, REASONS_OF, WORDS_OF_ELEMENT
from surveys.models import WidgetKey
from surveys.reason_words import REASON_WORDS

MOST_ORIGINS = 50
LINE = re.compile(
    r"(?P<locale>[A-Za-z]{2,3}(-[A-Za-z0-9]{2,6})?)\.(?P<name>\w+)\s*=\s*(?P<text>.+)"
)
OWN_REASON_LINE = re.compile(r"(?P<key>\w+)\s*=\s*(?P<en>[^|]+)(\|(?P<ja>[^|]+))?")
LOCALES = (("en", _("English")), ("ja", _("Japanese")))
CAPTIONS: Mapping[str, Any] = {
    "ask": _("Name of the two thumbs"),
    "up": _("Thumb up"),
    "down": _("Thumb down"),
    "sent": _("When it was sent"),
    "why_down": _("Above the reasons"),
    "why_up": _("Above the reasons of a thumb up"),
    "comment": _("At the comment"),
    "note": _("About personal data"),
    "send": _("Button that sends"),
    "undo": _("Button that takes back"),
    "waiting": _("Without a network"),
    "error": _("When it was refused"),
}


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Such as the page or the app that holds it.")
    )
    origins = forms.CharField(
        label=_("Sites that may send"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One a line: https://app.example.com. Without any, whoever copies the key may send; "
            "what your server signed is taken from everywhere."
        ),
    )

    @classmethod
    def of(cls, key: WidgetKey) -> "KeyForm":
        return cls(initial={"name": key.name, "origins": "\n".join(key.origins)})

    def clean_origins(self) -> list[str]:
        lines = [line.strip().rstrip("/") for line in self.cleaned_data["origins"].splitlines()]
        origins = [origin.lower() for origin in lines if origin]
        if len(origins) > MOST_ORIGINS:
            raise ValidationError(
                _("A key names at most %(most)d sites."), params={"most": MOST_ORIGINS}
            )
        for origin in origins:
            if not is_origin(origin):
                raise ValidationError(
                    _("“%(origin)s” is no site. Write it as https://app.example.com."),
                    params={"origin": origin},
                )
        return origins


def is_origin(text: str) -> bool:
    """Scheme, host and perhaps a port, as browsers send it."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError:
        return False
    is_bare = text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_bare


def own_reasons_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "One a line, a key that reports show and its words in English and Japanese: "
            "wrong_price = Wrong price | 価格が違う"
        ),
    )


def _own_keys(value: str, reasons: Mapping[str, Sequence[str]]) -> list[str]:
    return [key for key in reasons[value] if key not in REASONS_OF[value]]


def _own_line(key: str, words: Mapping[str, Mapping[str, str]]) -> str:
    texts = [words.get(locale, {}).get(key, "") for locale, _language in LOCALES]
    return f"{key} = {' | '.join(filter(None, texts))}"


def _own_reasons(text: str) -> list[tuple[str, str, str]]:
    """Key, English and Japanese; what is worded once is read in both."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = OWN_REASON_LINE.fullmatch(line)
        if match is None:
            raise ValidationError(
                _("“%(line)s” is not understood. Write: wrong_price = Wrong price | 価格が違う"),
                params={"line": line[:80]},
            )
        en = match["en"].strip()
        found.append((match["key"], en, (match["ja"] or en).strip()))
    return found


class InstrumentForm(forms.Form):
    down = forms.MultipleChoiceField(
        label=_("Reasons of a thumb down"),
        required=False,
        choices=[(key, REASON_WORDS[key]) for key in REASONS_OF["down"]],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Shown in an order of chance, “other” last. Without any, none are asked."),
    )
    up = forms.MultipleChoiceField(
        label=_("Reasons of a thumb up"),
        required=False,
        choices=[(key, REASON_WORDS[key]) for key in REASONS_OF["up"]],
        widget=forms.CheckboxSelectMultiple,
    )
    own_down = own_reasons_field(_("Reasons of your own for a thumb down"))
    own_up = own_reasons_field(_("Reasons of your own for a thumb up"))
    comment = forms.BooleanField(label=_("Offer a place for a comment"), required=False)

    def __init__(self, data: Any = None, *, settings: Mapping[str, Any]) -> None:
        reasons, own = settings["reasons"], settings["words"]
        lines = {
            f"own_{value}": "\n".join(_own_line(key, own) for key in _own_keys(value, reasons))
            for value in REASONS_OF
        }
        super().__init__(data, initial={**reasons, **lines, "comment": settings["comment"]})
        for locale, language in LOCALES:
            for name in (*WORDS_OF_ELEMENT, "why_up"):
                self.fields[f"{locale}-{name}"] = forms.CharField(
                    label=_("%(text)s (%(language)s)")
                    % {"text": CAPTIONS[name], "language": language},
                    required=False,
                    max_length=LONGEST_WORDS,
                    initial=own.get(locale, {}).get(name, BUILT_IN[locale][name]),
                    widget=forms.TextInput(attrs={"lang": locale}),
                )
        fields = {*CAPTIONS, *(key for value in REASONS_OF for key in _own_keys(value, reasons))}
        shown = {f"{locale}-{name}" for locale, _language in LOCALES for name in fields}
        others = [
            f"{locale}.{name} = {text}"
            for locale, texts in own.items()
            for name, text in texts.items()
            if f"{locale}-{name}" not in shown
        ]
        self.fields["others"] = forms.CharField(
            label=_("Other texts and languages"),
            required=False,
            max_length=20_000,
            initial="\n".join(others),
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("One a line: fr.up = Bonne réponse, or en.too_long = Too long."),
        )
        self.fields["note"] = forms.CharField(
            label=_("What changes, for your team"),
            required=False,
            max_length=200,
            help_text=_("Charts draw a line here, with these words."),
        )

    def first_fields(self) -> list[forms.BoundField]:
        """Reasons and the comment, which are the same in every language."""
        return [self[name] for name in ("down", "up", "own_down", "own_up", "comment")]

    def texts(self) -> list[list[forms.BoundField]]:
        """Each text of the element in every language, to stand side by side."""
        return [
            [self[f"{locale}-{name}"] for locale, _language in LOCALES]
            for name in (*WORDS_OF_ELEMENT, "why_up")
        ]

    def last_fields(self) -> list[forms.BoundField]:
        return [self["others"], self["note"]]

    def clean_own_down(self) -> list[tuple[str, str, str]]:
        return _own_reasons(self.cleaned_data["own_down"])

    def clean_own_up(self) -> list[tuple[str, str, str]]:
        return _own_reasons(self.cleaned_data["own_up"])

    def clean_others(self) -> list[tuple[str, str, str]]:
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["others"].splitlines())):
            match = LINE.fullmatch(line)
            if match is None:
                raise ValidationError(
                    _("“%(line)s” is not understood. Write: fr.up = Bonne réponse."),
                    params={"line": line[:80]},
                )
            found.append((match["locale"], match["name"], match["text"].strip()))
        return found

    def chosen(self) -> dict[str, Any]:
        """What `publish_instrument` takes."""
        said = self.cleaned_data
        words: dict[str, dict[str, str]] = {locale: {} for locale, _language in LOCALES}
        for locale, _language in LOCALES:
            for name in (*WORDS_OF_ELEMENT, "why_up"):
                words[locale][name] = said[f"{locale}-{name}"].strip()
        for locale, name, text in said["others"]:
            words.setdefault(locale, {})[name] = text
        reasons = {value: [*said[value]] for value in REASONS_OF}
        for value, keys in reasons.items():
            for key, en, ja in said[f"own_{value}"]:
                keys.append(key)
                words["en"][key], words["ja"][key] = en, ja
        return {
            "reasons": reasons,
            "words": words,
            "comment": said["comment"],
            "note": said["note"],
        }
