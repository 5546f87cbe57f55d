"""Where the reader stands: the project's name and its places, for the bar of every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import May, Place

#: Entries of a project's navigation: name, URL name, words, who may go there. Names of URLs, not
#: imports: the floors above own the pages.
NAV = (
    ("home", "gold:home", _("Home"), May.BELONG),
    ("conversations", "conversations:list", _("Conversations"), May.READ),
    ("rubrics", "annotation:rubrics", _("Rubrics"), May.READ),
    ("studies", "annotation:studies", _("Studies"), May.READ),
    ("agreement", "analytics:reports", _("Agreement"), May.READ),
    ("feedback", "analytics:feedback", _("Feedback"), May.READ),
    ("surveys", "surveys:surveys", _("Surveys"), May.READ),
    ("gold", "gold:datasets", _("Gold"), May.READ),
)

#: The places within one of these: URL name, words, who may go there.
PARTS = {
    "feedback": (
        ("analytics:feedback", _("Overview"), May.READ),
        ("analytics:feedback_words", _("What they wrote"), May.READ),
        ("analytics:compare", _("Compare variants"), May.READ),
        ("analytics:loop", _("Thumbs and verdicts"), May.READ),
        ("surveys:routes", _("To raters"), May.READ),
        ("surveys:widgets", _("Widget"), May.MANAGE),
        ("surveys:webhooks", _("Webhooks"), May.MANAGE),
        ("surveys:privacy", _("What is kept"), May.ADMINISTER),
    )
}


def team_link(here: Place) -> dict[str, Any] | None:
    """Whoever has one project is led past the list of projects, from which a team is reached."""
    if not here.may(May.READ):
        return None
    label = _("Projects and people") if here.may(May.ADMINISTER) else _("All projects")
    return {"url": f"{reverse('accounts:start')}?all", "label": label}


def place(request: HttpRequest) -> dict[str, Any]:
    """Pages of a project put their `Place` on the request; others have no navigation."""
    here: Place | None = getattr(request, "place", None)
    if here is None:
        return {"place": None, "nav_links": [], "nav_parts": [], "team_link": None}
    current = getattr(request, "nav", "")
    links = [
        {"url": reverse(url, args=[here.project.uid]), "label": label, "current": name == current}
        for name, url, label, may in NAV
        if here.may(may)
    ]
    match = request.resolver_match
    parts = [
        {
            "url": reverse(url, args=[here.project.uid]),
            "label": label,
            "current": match is not None and url == match.view_name,
        }
        for url, label, may in PARTS.get(current, ())
        if here.may(may)
    ]
    return {
        "place": here,
        "project": here.project,
        "nav_links": links,
        "nav_parts": parts,
        "team_link": team_link(here),
    }
