"""What the team copies into its own pages to ask there."""

from django.http import HttpRequest
from django.urls import reverse

from surveys.models import Survey, WidgetKey

EVERGREEN = "/w/1/survey.js"
"""The newest file of the first version; `surveys:widget` has the pinned one with its hash."""


def in_page_snippet(request: HttpRequest, survey: Survey) -> str:
    """The element, which asks by itself when the page says that the chat is over."""
    key = WidgetKey.objects.filter(project=survey.project, revoked_at=None).order_by("pk").first()
    site = request.build_absolute_uri("/").rstrip("/")
    return (
        f'<script defer src="{site}{EVERGREEN}"></script>\n'
        f'<touchstone-survey project-key="{key.key if key else "pk_…"}" '
        f'survey="{survey.slug}"\n                   trigger="conversation-end" '
        'conversation="c_91" token="eyJ…"></touchstone-survey>'
    )


def frame_snippet(request: HttpRequest, survey: Survey) -> str:
    address = request.build_absolute_uri(reverse("surveys:hosted", args=[survey.slug]))
    return (
        f'<iframe src="{address}" title="{survey.name.replace(chr(34), "")}" width="100%" '
        'height="640"\n        referrerpolicy="strict-origin" loading="lazy"></iframe>'
    )
