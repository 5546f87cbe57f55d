"""The rubrics one can start from; each is a file in the shape of `annotation.rubric_shape`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.errors import NotFoundError

TEMPLATES = (
    "good_dialogue",
    "grounded_answer",
    "retrieved_passage",
    "per_task",
    "dialogue_breakdown",
    "harm",
    "attribute_swap",
    "preference",
    "summary",
)
"""The keys of all templates, in the order in which they are offered."""


def template(key: str) -> dict[str, Any]:
    """A fresh copy of one template."""
    if key not in TEMPLATES:
        raise NotFoundError(
            _("There is no rubric template “%(key)s”. The templates are: %(keys)s.")
            % {"key": key, "keys": ", ".join(TEMPLATES)}
        )
    rubric: dict[str, Any] = json.loads(_text(key))
    return rubric


@cache
def _text(key: str) -> str:
    return (Path(__file__).parent / f"{key}.json").read_text(encoding="utf-8")
