"""Which rows gold items are asked by, and made of."""

from collections.abc import Collection

from django.db.models import Q

WRITTEN_FROM = (
    "dataset",
    "approved_by",
    "candidate__item__study__rubric_version__rubric",
    "candidate__item__conversation__variant",
    "candidate__item__conversation__run",
    "candidate__item__conversation_b__variant",
    "candidate__item__draw",
)
"""What `gold.writing` reads of a gold item besides its verdicts, to be selected with it."""


def showing(conversations: Collection[int]) -> Q:
    """The gold items that show one of these conversations, at whichever place."""
    item = "candidate__item__"
    return (
        Q(**{f"{item}conversation__in": conversations})
        | Q(**{f"{item}conversation_b__in": conversations})
        | Q(**{f"{item}answers__conversation__in": conversations})
    )
