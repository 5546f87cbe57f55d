"""Turns that are only words are written out without a template, to the same markup."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from core.templatetags import dialogue as subject
from core.templatetags.dialogue import dialogue


@dataclass
class Said:
    number: int
    role: str
    content: str
    tool_calls: list[Any] = field(default_factory=list)
    passages: list[Any] = field(default_factory=list)


TURNS = [
    Said(0, "system", "Be brief."),
    Said(1, "user", "One <b>\n\ntwo & *three*"),
    Said(2, "assistant", "**Bold** <script>alert(1)</script>\n\n1. a\n2. b"),
    Said(3, "user", "返品できますか。\u202eabc"),
    Said(4, "assistant", "", tool_calls=[{"name": "look_up", "arguments": "{}"}]),
    Said(5, "tool", '{"a": 1}'),
    Said(6, "assistant", "It is.", passages=[{"text": "Two days."}]),
    Said(7, "user", ""),
]


def without_gaps(html: str) -> str:
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", html)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("rated", [None, 2])
def test_it_reads_as_the_templates_would_render_it(language, rated):
    with translation.override(language):
        shown = dialogue(TURNS, blind=True, rated=rated)
        template = render_to_string(
            "components/_conversation.html",
            {"turns": TURNS, "blind": True, "show_system": True, "rated": rated},
        )
    assert without_gaps(shown) == without_gaps(template.strip())


def test_plain_turns_need_no_template(monkeypatch):
    monkeypatch.setattr(subject, "render_to_string", lambda *_: pytest.fail("a template"))
    assert "two &amp; *three*" in dialogue(TURNS[1:4], blind=True)
