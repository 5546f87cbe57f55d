"""The surveys one can start from: questions with their sources, rights and pitfalls."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import NotFoundError
from surveys.survey_words import Words, said

KEYS = (
    "csat_chat",
    "nps",
    "ces2",
    "sus",
    "two_items",
    "answer_quality",
    "feature_interview",
)
"""In the order in which they are offered."""


@dataclass(frozen=True)
class SurveyTemplate:
    """One template; its words are for managers, in the language that is active."""

    key: str
    seconds: int  # that answering takes, roughly
    document: dict[str, Any]
    names: Words
    purposes: Words
    all_rights: Words
    all_pitfalls: tuple[Words, ...]

    @property
    def name(self) -> str:
        return _here(self.names)

    @property
    def purpose(self) -> str:
        return _here(self.purposes)

    @property
    def rights(self) -> str:
        return _here(self.all_rights)

    @property
    def pitfalls(self) -> list[str]:
        return [_here(words) for words in self.all_pitfalls]


def survey_template(key: str) -> SurveyTemplate:
    """A fresh copy of one template."""
    if key not in KEYS:
        raise NotFoundError(
            _("There is no survey template “%(key)s”. The templates are: %(keys)s.")
            % {"key": key, "keys": ", ".join(KEYS)}
        )
    data = json.loads(_text(key))
    return SurveyTemplate(
        key=key,
        seconds=data["seconds"],
        document=data["document"],
        names=data["name"],
        purposes=data["purpose"],
        all_rights=data["rights"],
        all_pitfalls=tuple(data["pitfalls"]),
    )


def survey_templates() -> list[SurveyTemplate]:
    return [survey_template(key) for key in KEYS]


@cache
def _text(key: str) -> str:
    return (Path(__file__).parent / f"{key}.json").read_text(encoding="utf-8")


def _here(words: Words) -> str:
    return said(words, get_language() or "en", "en")
