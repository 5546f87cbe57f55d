"""Links to a survey: made, extended, withdrawn. Opening one uses nothing up; answering does."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.models import User
from core.errors import DomainError, InvalidError
from core.text import canonical
from surveys.models import Survey, SurveyLink

MAX_CONTEXT = 4_000
MAX_LINKS = 1_000


@transaction.atomic
def make_link(
    *,
    actor: User | None,
    survey: Survey,
    name: str,
    days: int,
    now: datetime,
    quota: int = 1,
    subject: str = "",
    context: Mapping[str, Any] | None = None,
) -> SurveyLink:
    """One link; `subject` is whom it is for, as the application calls them."""
    [link] = make_links(
        actor=actor,
        survey=survey,
        names=[name],
        days=days,
        now=now,
        quota=quota,
        subject=subject,
        context=context,
    )
    return link


@transaction.atomic
def make_links(
    *,
    actor: User | None,
    survey: Survey,
    names: list[str],
    days: int,
    now: datetime,
    quota: int = 1,
    subject: str = "",
    context: Mapping[str, Any] | None = None,
) -> list[SurveyLink]:
    """A link for each name: single-use ones are made by the hundred."""
    if survey.state == Survey.State.CLOSED or survey.imported:
        raise DomainError(_("“%(survey)s” takes no answers any more.") % {"survey": survey})
    if not 1 <= len(names) <= MAX_LINKS:
        raise InvalidError(
            _("%(n)d links were asked for, and 1 to %(limit)d can be made at once.")
            % {"n": len(names), "limit": MAX_LINKS}
        )
    if subject and quota != 1:
        raise InvalidError(
            _("A link for one person named in advance is for one use. Set the quota to 1.")
        )
    if len(canonical(dict(context or {}))) > MAX_CONTEXT:
        raise InvalidError(
            _("The context of a link has up to %(limit)d bytes. Shorten it.")
            % {"limit": MAX_CONTEXT}
        )
    links = SurveyLink.objects.bulk_create(
        SurveyLink(
            survey=survey,
            name=name,
            quota=quota,
            subject=subject,
            context=dict(context or {}),
            created_by=actor,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        for name in names
    )
    record(
        actor, "survey_link.made", target=links[0], project=survey.project,
        links=len(links), people=quota, days=days,
    )  # fmt: skip
    return links


@transaction.atomic
def extend_link(
    *, actor: User, link: SurveyLink, quota: int, days: int, now: datetime
) -> SurveyLink:
    """Let more people answer, or for longer; `days` count from now."""
    link = _locked(link)
    if link.revoked_at:
        raise DomainError(_("This link was withdrawn. Make a new one."))
    if quota < link.n_used:
        words = ngettext(
            "%(n)d person has answered already, so it cannot be for fewer.",
            "%(n)d people have answered already, so it cannot be for fewer.",
            link.n_used,
        ) % {"n": link.n_used}
        raise InvalidError(words, fields={"quota": words})
    link.quota, link.expires_at = quota, now + timedelta(days=days)
    link.save(update_fields=["quota", "expires_at"])
    record(
        actor, "survey_link.extended", target=link, project=link.survey.project,
        people=quota, days=days,
    )  # fmt: skip
    return link


@transaction.atomic
def revoke_link(*, actor: User, link: SurveyLink, now: datetime) -> None:
    """Let nobody answer by it any more; what came stays."""
    link = _locked(link)
    if link.revoked_at is None:
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        record(actor, "survey_link.revoked", target=link, project=link.survey.project)


def _locked(link: SurveyLink) -> SurveyLink:
    return (
        SurveyLink.objects.select_for_update(of=("self",))
        .select_related("survey__project")
        .get(pk=link.pk)
    )
