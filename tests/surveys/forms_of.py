"""Documents, published surveys and posted pages, for tests of surveys."""

import html
import re
from typing import Any

from accounts.models import Project
from surveys.models import Survey
from surveys.services.surveys import create_survey, publish_survey
from tests.factories import NOON, make_project

WORDS = {"en": "Words", "ja": "言葉"}


def question(kind: str, name: str, **own: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "title": {"en": f"Q {name}", "ja": f"問 {name}"}, **own}


def options(*values: str, **flags: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"value": value, "text": {"en": value, "ja": f"「{value}」"}, **flags.get(value, {})}
        for value in values
    ]


def document(*pages: list[dict[str, Any]] | dict[str, Any], **own: Any) -> dict[str, Any]:
    """Pages p0, p1, ...: each a list of questions, or a page without its name."""
    whole = [page if isinstance(page, dict) else {"elements": page} for page in pages]
    return {
        "title": {"en": "A survey", "ja": "アンケート"},
        "locales": ["en", "ja"],
        "pages": [{"name": f"p{number}", **page} for number, page in enumerate(whole)],
    } | own


def every_type() -> dict[str, Any]:
    """All fifteen, on two pages."""
    return document(
        [
            question("thumb", "thumb"),
            question("star", "star"),
            question("scale", "scale", min=0, max=4, labels={"0": WORDS, "4": WORDS}),
            question("csat", "csat"),
            question("ces", "ces"),
            question("nps", "nps"),
            question("sus", "two", items="two_items"),
        ],
        [
            question("single", "single", choices=options("a", "b", "z", z={"other": True})),
            question(
                "multi",
                "multi",
                choices=options("a", "b", "c", "none", none={"exclusive": True}),
                choicesOrder="random",
                maxSelectedChoices=2,
            ),
            question("matrix", "grid", rows=options("r", "s"), columns=options("1", "2", "3")),
            question("ranking", "rank", choices=options("x", "y", "w")),
            question("short_text", "age", inputType="number", min=0, max=120),
            question("long_text", "more"),
            question("pairwise", "pair", a=WORDS, b=WORDS, choicesOrder="random"),
            question("statement", "agree", consent=True),
        ],
    )


def make_survey(data: dict[str, Any] | None = None, project: Project | None = None) -> Survey:
    """A live survey; one required question on a page and a text on the next if none is given."""
    data = data or document(
        [question("csat", "satisfied", isRequired=True)], [question("long_text", "more")]
    )
    survey = create_survey(
        actor=None, project=project or make_project(), name="After the chat", document=data
    )
    publish_survey(actor=None, survey=survey, now=NOON)
    return Survey.objects.get(pk=survey.pk)


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's form, as a browser sends them back."""
    found = re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}
