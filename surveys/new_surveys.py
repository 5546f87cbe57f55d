"""What a new survey begins with, where it begins with no template."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError
from surveys.questions import Type
from surveys.surveyjs import from_surveyjs

Document = dict[str, Any]


def blank_document() -> Document:
    """One page with one question, so that there is something to change."""
    question = {"type": Type.CSAT.value, "name": "satisfied", "title": {}, "isRequired": True}
    return {
        "title": {},
        "locales": ["ja", "en"],
        "pages": [{"name": "page_1", "elements": [question]}],
    }


def document_from(data: object) -> tuple[Document, list[str]]:
    """A document of ours as it is, or what SurveyJS made of it; and what was left out, in words."""
    if not isinstance(data, Mapping):
        raise InvalidError(_("A survey's document is a JSON object with pages. Send one."))
    if "locales" not in data:
        return from_surveyjs(data)
    return dict(data), []
