"""A conversation to read, as HTML, without a template for the turns that are only words.

Most turns are: a role and what was said. `components/_turn.html` says how every turn looks; here
the commonest kind is written out, because the template's includes and conditions take forty times
as long. A test holds the two to the same markup.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags.prose import language_of, turn_text, verbatim


class Turn(Protocol):
    number: int
    role: str
    content: str
    tool_calls: Any
    passages: Any


def dialogue(turns: Iterable[Turn], *, blind: bool, rated: int | None = None) -> SafeString:
    """The turns in their order; `rated` is the number of the one that is asked about."""
    who = {"assistant": _("Assistant"), "user": _("User")}
    articles = [
        _words(turn, who[turn.role])
        if turn.number != rated and _is_only_words(turn)
        else render_to_string(
            "components/_turn.html",
            {"turn": turn, "number": turn.number, "blind": blind, "rated": rated},
        )
        for turn in turns
    ]
    return mark_safe(f'<div class="dialogue">{"".join(articles)}</div>')  # noqa: S308  # escaped


def _is_only_words(turn: Turn) -> bool:
    is_spoken = turn.role == "user" or turn.role == "assistant"
    return is_spoken and bool(turn.content.strip()) and not turn.tool_calls and not turn.passages


def _words(turn: Turn, who: str) -> str:
    is_answer = turn.role == "assistant"
    return (
        f'<article class="turn {turn.role}" id="turn-{turn.number:d}">'
        f'<div class="who">{who}</div>'
        '<div class="said">'
        f'<div class="prose" dir="auto" lang="{language_of(turn.content)}">'
        f"{turn_text(turn.content) if is_answer else verbatim(turn.content)}</div>"
        "</div></article>\n"
    )
