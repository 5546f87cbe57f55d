"""Open texts of responses without addresses and numbers, where the project masks them."""

from collections.abc import Callable, Mapping
from typing import Any

from surveys.documents import Document
from surveys.models import FeedbackRules
from surveys.questions import COMMENT, TEXT_TYPES
from surveys.scrubbing import scrubbed

Scrub = Callable[[str], str]


def scrub_of(project: int) -> Scrub:
    """What texts of a project go through before they are stored."""
    if FeedbackRules.objects.filter(project=project, scrub=False).exists():
        return str
    return scrubbed


def scrubbed_answers(
    scrub: Scrub, document: Document, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Texts, and the words beside “other”; what was chosen stays as it is."""
    texts = {question.name for question in document.questions if question.type in TEXT_TYPES}
    return {
        name: scrub(value)
        if isinstance(value, str) and (name in texts or name.endswith(COMMENT))
        else value
        for name, value in answers.items()
    }
