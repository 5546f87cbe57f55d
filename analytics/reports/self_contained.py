"""A report as one HTML file: styles inside, nothing to load, no script."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

SHEETS = ("tokens", "base", "components", "figures")
HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{styles}
</style>
</head>
<body>
"""


def self_contained(
    template: str, context: Mapping[str, Any], request: HttpRequest, *, title: str
) -> str:
    """Render a template into a file that reads the same anywhere.

    Everything is unfolded, also where the page shows one of several, and links lead back to the
    installation that made the report.
    """
    rendered: str = render_to_string(template, dict(context), request)
    together = re.sub(r'(<details[^>]*?) name="[^"]*"', r"\1", rendered)
    unfolded = re.sub(r"<details([^>]*?)(?: open)?>", r"<details\1 open>", together)
    home = request.build_absolute_uri("/").rstrip("/")
    body = re.sub(r'(href=")/(?!/)', rf"\1{home}/", unfolded)
    head = HEAD.format(
        language=get_language() or "en",
        title=escape(title),
        styles="\n".join(map(_sheet, SHEETS)),
    )
    return f"{head}{body}</body>\n</html>\n"


def _sheet(name: str) -> str:
    """A style sheet as it is; fonts that it names come from the reader's machine."""
    found = finders.find(f"css/{name}.css")
    if not isinstance(found, str):
        raise LookupError(f"Style sheet css/{name}.css is missing; collect the static files.")
    return re.sub(r"@font-face\s*{[^}]*}", "", Path(found).read_text(encoding="utf-8"))
