"""What the team sees of its links for end users."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from annotation.link_forms import ExtendLinkForm
from annotation.link_tokens import path_of
from annotation.models import RatingLink, Study
from annotation.services.links import why_shut


@dataclass(frozen=True)
class LinkLine:
    """A link with how far it is; the counts come with its row."""

    link: RatingLink
    path: str
    shut: str
    """Why nobody can join any more, as an opener is told; empty while it is open."""

    @property
    def rated(self) -> int:
        return int(self.link.rated or 0)  # type: ignore[attr-defined]

    @property
    def erased(self) -> int:
        return int(self.link.erased)  # type: ignore[attr-defined]

    @property
    def extend_form(self) -> ExtendLinkForm:
        return ExtendLinkForm.of(self.link)


def link_lines(study: Study, now: datetime) -> list[LinkLine]:
    """The newest first."""
    links = _counted(study.links.select_related("study")).order_by("-pk")
    return [LinkLine(link, path_of(link), why_shut(link, now)) for link in links]


def _counted(links: QuerySet[RatingLink]) -> QuerySet[RatingLink]:
    chairs = "participations__rater__study_raters"
    return links.annotate(
        rated=Sum(f"{chairs}__n_submitted"),
        erased=Count("participations", filter=~Q(participations__erased_at=None), distinct=True),
    )
