"""End users for tests: a link to a study, and somebody who came by it."""

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.consent import DEFAULT
from annotation.link_tokens import new_code, path_of
from annotation.models import Participation, RatingLink, Study, StudyRater
from annotation.services.links import join, make_link
from tests import factories


def link_to(study: Study, **fields: Any) -> RatingLink:
    """Open for a fortnight from now, for five people with three items each."""
    facts = {"name": "Panel", "quota": 5, "items_each": 3, "minutes": 5, "days": 14} | fields
    facts.setdefault("now", timezone.now())
    return make_link(
        actor=study.created_by or factories.make_user(), study=study, consent=DEFAULT, **facts
    )


def joined(
    link: RatingLink, *, code: str = "", language: str = "en", now: datetime | None = None
) -> tuple[Participation, StudyRater]:
    """Somebody new, and their place in the study."""
    came = join(link=link, code=code or new_code(), language=language, now=now or timezone.now())
    chair = StudyRater.objects.select_related("study", "rater").get(rater=came.rater)
    return came, chair


def by_link(link: RatingLink) -> tuple[Client, str]:
    """A browser that opened the link and agreed; and the code of its receipt."""
    client = Client()
    page = client.get(path_of(link))
    code = page.context["code"]
    answer = client.post(f"{path_of(link)}join/", {"code": code})
    assert answer.status_code == 302, answer.content
    assert answer.url == reverse("annotation:receipt", args=[code])
    return client, code
