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
    ("gold", "gold:datasets", _("Gold"), May.READ),
)


def place(request: HttpRequest) -> dict[str, Any]:
    """Pages of a project put their `Place` on the request; others have no navigation."""
    here: Place | None = getattr(request, "place", None)
    if here is None:
        return {"place": None, "nav_links": []}
    current = getattr(request, "nav", "")
    links = [
        {"url": reverse(url, args=[here.project.uid]), "label": label, "current": name == current}
        for name, url, label, may in NAV
        if here.may(may)
    ]
    return {"place": here, "project": here.project, "nav_links": links}
