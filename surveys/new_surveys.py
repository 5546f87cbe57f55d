"""What a new survey begins with, where it begins with no template."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import InvalidError
from core.templatetags.numerals import thousands
from surveys.questions import Type
from surveys.surveyjs import from_surveyjs

Document = dict[str, Any]
NAMED = 20
"""Of what was left out, so many things are said; a file of another tool may hold hundreds."""


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


def left_out_note(sentences: Sequence[str]) -> SafeString:
    """All that was left out as one message, a line each."""
    head = ngettext(
        "%(shown)s thing was not taken over as it was:",
        "%(shown)s things were not taken over as they were:",
        len(sentences),
    ) % {"shown": thousands(len(sentences))}
    lines = list(sentences[:NAMED])
    if (rest := len(sentences) - NAMED) > 0:
        more = ngettext("… and %(shown)s more.", "… and %(shown)s more.", rest)
        lines.append(more % {"shown": thousands(rest)})
    return format_html("{}{}", head, format_html_join("", "<br>{}", ((one,) for one in lines)))
