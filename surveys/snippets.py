"""What the team copies into its own pages to ask there."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape

from surveys.models import Survey, WidgetKey
from surveys.views.widget_files import manifest


def live_key(survey: Survey) -> WidgetKey | None:
    """A key of the survey's project that its pages can use; the oldest, which most of them do."""
    keys = WidgetKey.objects.filter(project=survey.project, revoked_at=None)
    return keys.order_by("pk").first()


def in_page_snippet(request: HttpRequest, survey: Survey, key: WidgetKey | None) -> str:
    """The element, which asks by itself when the page says that the conversation is over."""
    version = manifest()["current"]
    file = request.build_absolute_uri(reverse("surveys:widget_file", args=[version, "survey.js"]))
    integrity = manifest()["versions"][version]["survey.js"]["integrity"]
    return (
        f'<script defer src="{file}"\n'
        f'        integrity="{integrity}"\n'
        '        crossorigin="anonymous"></script>\n'
        f'<touchstone-survey project-key="{key.key if key else "pk_…"}"\n'
        f'                   survey="{survey.slug}" trigger="conversation-end"\n'
        '                   conversation="c_91" token="eyJ…"></touchstone-survey>'
    )


def frame_snippet(request: HttpRequest, survey: Survey) -> str:
    address = request.build_absolute_uri(reverse("surveys:hosted", args=[survey.slug]))
    return (
        f'<iframe src="{address}"\n        title="{escape(survey.name)}" width="100%" '
        'height="640"\n        referrerpolicy="strict-origin" loading="lazy"></iframe>'
    )
