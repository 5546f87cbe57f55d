"""What the team sees of links to a survey."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from surveys.link_forms import ExtendLinkForm
from surveys.models import Survey, SurveyLink
from surveys.survey_link_tokens import token_of


@dataclass(frozen=True)
class LinkLine:
    link: SurveyLink
    address: str
    shut: str
    """Why nobody can begin by it any more; empty while it is open."""

    @property
    def extend_form(self) -> ExtendLinkForm:
        """The ids of several on a page differ."""
        return ExtendLinkForm(
            initial={"quota": self.link.quota, "days": 14}, auto_id=f"link-{self.link.pk}-%s"
        )


def found_links(survey: Survey, search: str) -> "QuerySet[SurveyLink]":
    """The newest first; every word stands in the name, or in whom the link is for."""
    links = survey.links.order_by("-pk")
    for word in search.split():
        links = links.filter(Q(name__icontains=word) | Q(subject__icontains=word))
    return links


def link_lines(
    links: Iterable[SurveyLink], survey: Survey, site: str, now: datetime
) -> Iterator[LinkLine]:
    """`site` is the address of this installation, with its last slash."""
    for link in links:
        path = reverse("surveys:hosted_link", args=[survey.slug, token_of(link)])
        yield LinkLine(link, f"{site.rstrip('/')}{path}", why_shut(link, now))


def why_shut(link: SurveyLink, now: datetime) -> str:
    if link.revoked_at:
        return _("withdrawn")
    if now >= link.expires_at:
        return _("expired")
    return _("used up") if link.n_used >= link.quota else ""
