"""Links for end users: made, extended, withdrawn; and joining by one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.consent import consent_hash
from annotation.link_tokens import receipt_hash
from annotation.models import Participation, Rater, RaterKind, RatingLink, Study
from annotation.services.studies import name_rater
from core.errors import DomainError, InvalidError
from core.models import new_uid
from core.phrases import consecutive


@transaction.atomic
def make_link(
    *,
    actor: User,
    study: Study,
    name: str,
    quota: int,
    items_each: int,
    minutes: int,
    days: int,
    consent: Mapping[str, str],
    now: datetime,
) -> RatingLink:
    """Let so many end users rate so many items each for so many days."""
    refuse_links(study)
    link = RatingLink.objects.create(
        study=study,
        name=name,
        quota=quota,
        items_each=items_each,
        minutes=minutes,
        consent=dict(consent),
        created_by=actor,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(
        actor, "link.made", target=link, project=study.project,
        people=quota, items=items_each, days=days,
    )  # fmt: skip
    return link


def refuse_links(study: Study) -> None:
    """Who comes by a link comes late and unknown; not every study can take such raters."""
    if problem := why_no_links(study):
        raise DomainError(problem)


def why_no_links(study: Study) -> str:
    """Why end users cannot rate in a study; empty where they can."""
    if study.state == Study.State.CLOSED or study.imported:
        return _("Study “%(study)s” takes no more ratings.") % {"study": study}
    if study.purpose != Study.Purpose.RATING:
        return _(
            "End users rate in ordinary studies only: a training, a calibration and a set of "
            "control items are for raters whom the team knows."
        )
    if study.policy == Study.Policy.BLOCKS:
        return _(
            "Balanced blocks are laid out for the raters who are on the list when the study "
            "opens, and end users come later. Make a study with another order for them."
        )
    if study.requires_id:
        return _(
            "This study asks for a qualification, which end users cannot have. Make a study "
            "without one for them."
        )
    return ""


@transaction.atomic
def extend_link(
    *, actor: User, link: RatingLink, quota: int, days: int, now: datetime
) -> RatingLink:
    """Let more people in, or for longer; `days` count from now."""
    link = _locked(link)
    if link.revoked_at:
        raise DomainError(_("This link was withdrawn. Make a new one."))
    if quota < link.n_joined:
        words = _("%(n)d people have joined already, so it cannot be for fewer.") % {
            "n": link.n_joined
        }
        raise InvalidError(words, fields={"quota": words})
    link.quota, link.expires_at = quota, now + timedelta(days=days)
    link.save(update_fields=["quota", "expires_at"])
    record(actor, "link.extended", target=link, project=link.study.project, people=quota, days=days)
    return link


@transaction.atomic
def revoke_link(*, actor: User, link: RatingLink, now: datetime) -> None:
    """Let nobody in any more, and give no more items to those who came; what they gave stays."""
    link = _locked(link)
    if link.revoked_at:
        return
    link.revoked_at = now
    link.save(update_fields=["revoked_at"])
    record(actor, "link.revoked", target=link, project=link.study.project)


@transaction.atomic
def join(*, link: RatingLink, code: str, language: str, now: datetime) -> Participation:
    """Make whoever agreed a rater of the study; sent twice with one code, it is one person."""
    link = _locked(link)
    came = link.participations.filter(receipt_hash=receipt_hash(code), erased_at=None).first()
    if came is not None:
        return came
    if reason := why_shut(link, now):
        raise DomainError(reason)
    link.n_joined += 1
    link.save(update_fields=["n_joined"])
    rater = Rater.objects.create(
        project=link.study.project,
        kind=RaterKind.RESPONDENT,
        key=str(new_uid()),
        display_name=f"{link.name} #{link.n_joined}",
    )
    name_rater(actor=None, study=link.study, rater=rater, cap=link.items_each)
    return Participation.objects.create(
        link=link,
        rater=rater,
        language=language,
        consent_hash=consent_hash(language, link.consent[language]),
        consented_at=now,
        receipt_hash=receipt_hash(code),
    )


def why_shut(link: RatingLink, now: datetime) -> str:
    """Why nobody can join by the link, as its opener is told; empty while it is open."""
    if over := why_over(link, now):
        return over
    match link.study.state:
        case Study.State.DRAFT:
            return _("Rating has not begun yet. Open this link again later.")
        case Study.State.PAUSED:
            return _("Rating is paused at the moment. Open this link again later.")
        case Study.State.CLOSED:
            return _("Rating is over. Thank you for your interest.")
    if why_no_links(link.study):
        return _("Nobody can take part by this link at the moment. Ask whoever sent it to you.")
    if link.n_joined < link.quota:
        return ""
    if link.quota == 1:
        return _(
            "This link is for one person and has been used. If that was you, go on from your "
            "receipt."
        )
    return _("As many people have joined as were asked. Thank you for your interest.")


def why_over(link: RatingLink, now: datetime) -> str:
    """Why the link lets nobody in any more, and what to do."""
    over = over_words(link, now)
    return over and consecutive([over, _("If you need a new one, ask whoever sent it to you.")])


def over_words(link: RatingLink, now: datetime) -> str:
    """What has become of the link, for those who joined by it too; empty while it is open."""
    if link.revoked_at:
        return _("This link was withdrawn.")
    if now >= link.expires_at:
        until = timezone.localtime(link.expires_at)
        return _("This link expired on %(date)s at %(time)s.") % {
            "date": date_format(until, "SHORT_DATE_FORMAT"),
            "time": date_format(until, "H:i"),
        }
    return ""


def _locked(link: RatingLink) -> RatingLink:
    """People who join at once come one after the other, so none comes beyond the quota."""
    return (
        RatingLink.objects.select_for_update(of=("self",))
        .select_related("study__project")
        .get(pk=link.pk)
    )
