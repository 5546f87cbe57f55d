"""Forms of the widget's pages."""

import re
from collections.abc import Mapping
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
    comment = forms.BooleanField(label=_("Offer a place for a comment"), required=False)

    def __init__(self, data: Any = None, *, settings: Mapping[str, Any]) -> None:
        reasons, own = settings["reasons"], settings["words"]
        super().__init__(data, initial={**reasons, "comment": settings["comment"]})
        for locale, language in LOCALES:
            for name in (*WORDS_OF_ELEMENT, "why_up"):
                self.fields[f"{locale}-{name}"] = forms.CharField(
                    label=f"{CAPTIONS[name]} ({language})",
                    required=False,
                    max_length=LONGEST_WORDS,
                    initial=own.get(locale, {}).get(name, BUILT_IN[locale][name]),
                    widget=forms.TextInput(attrs={"lang": locale}),
                )
        shown = {f"{locale}-{name}" for locale, _language in LOCALES for name in CAPTIONS}
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
        return {
            "reasons": {"up": said["up"], "down": said["down"]},
            "words": words,
            "comment": said["comment"],
            "note": said["note"],
        }
