"""What can happen to a survey: made, written, published, paused, closed, copied."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from core.errors import DomainError, InvalidError
from core.text import digest
from surveys.document_check import document_problems, errors_of
from surveys.documents import refuse_large
from surveys.models import Survey, SurveyVersion

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
SHOWN_PROBLEMS = 20


@transaction.atomic
def create_survey(
    *,
    actor: User | None,
    project: Project,
    name: str,
    document: Mapping[str, Any],
    template: str = "",
    imported: bool = False,
) -> Survey:
    """A survey with the draft of its first version."""
    refuse_large(document)
    survey = Survey.objects.create(
        project=project,
        name=name,
        slug=_new_slug(name),
        salt=secrets.token_hex(16),
        imported=imported,
        created_by=actor,
    )
    SurveyVersion.objects.create(survey=survey, number=1, document=dict(document))
    record(actor, "survey.made", target=survey, project=project, template=template)
    return survey


@transaction.atomic
def save_draft(
    *,
    actor: User,
    survey: Survey,
    document: Mapping[str, Any],
    now: datetime,
    seen: str = "",
) -> SurveyVersion:
    """Write the draft, which may be unfinished; where there is none, the next version begins.

    `seen` is the `draft_hash` of what the writer began from: what somebody else saved meanwhile is
    not written over unseen.
    """
    refuse_large(document)
    survey = locked(survey)
    _refuse_imported(survey)
    draft = start_draft(actor=actor, survey=survey)
    if seen and seen != draft_hash(draft):
        raise DomainError(
            _(
                "“%(survey)s” was saved by somebody else while you were writing. Nothing of yours "
                "is lost: save again to keep your text instead of theirs."
            )
            % {"survey": survey},
            code="draft_changed",
        )
    if draft.document != document:
        draft.document, draft.updated_at = dict(document), now
        draft.save(update_fields=["document", "updated_at"])
    return draft


@transaction.atomic
def start_draft(*, actor: User, survey: Survey) -> SurveyVersion:
    """The draft of the next version, beginning as the newest; one draft at a time."""
    survey = locked(survey)
    newest = survey.versions.order_by("-number")[0]
    if newest.state == SurveyVersion.State.DRAFT:
        return newest
    _refuse_imported(survey)
    draft = SurveyVersion.objects.create(
        survey=survey, number=newest.number + 1, document=newest.document
    )
    record(actor, "survey.draft_started", target=draft, project=survey.project)
    return draft


@transaction.atomic
def discard_draft(*, actor: User, survey: Survey) -> None:
    """Throw the draft of a next version away; the first one goes only with its survey."""
    survey = locked(survey)
    draft = survey.versions.filter(state=SurveyVersion.State.DRAFT).first()
    if draft is None:
        return
    if draft.number == 1:
        raise DomainError(
            _("“%(survey)s” has nothing but this draft. Close the survey instead.")
            % {"survey": survey}
        )
    record(actor, "survey.draft_discarded", target=draft, project=survey.project)
    draft.delete()


@transaction.atomic
def publish_survey(*, actor: User | None, survey: Survey, now: datetime) -> SurveyVersion:
    """Freeze the draft and ask with it from here on; answers to earlier versions keep theirs."""
    survey = locked(survey)
    if survey.state == Survey.State.CLOSED:
        raise DomainError(
            _("“%(survey)s” is closed. Make a copy to ask again.") % {"survey": survey}
        )
    draft = survey.versions.filter(state=SurveyVersion.State.DRAFT).first()
    if draft is None:
        raise DomainError(_("There is no draft to publish. Change something first."))
    if errors := errors_of(document_problems(draft.document)):
        raise InvalidError(
            _("The survey cannot be published yet. %(problem)s") % {"problem": errors[0]},
            fields={f"{p.page}.{p.question}.{p.path}": str(p) for p in errors[:SHOWN_PROBLEMS]},
        )
    draft.state = SurveyVersion.State.PUBLISHED
    draft.published_at, draft.published_by = now, actor
    draft.save(update_fields=["state", "published_at", "published_by"])
    if survey.state == Survey.State.DRAFT:
        survey.state = Survey.State.LIVE
        survey.save(update_fields=["state"])
    record(actor, "survey.published", target=draft, project=survey.project, number=draft.number)
    return draft


@transaction.atomic
def pause_survey(*, actor: User, survey: Survey) -> None:
    """Take no answers for a while."""
    if _move(survey, Survey.State.LIVE, Survey.State.PAUSED):
        record(actor, "survey.paused", target=survey, project=survey.project)


@transaction.atomic
def reopen_survey(*, actor: User, survey: Survey) -> None:
    """Take answers again after a pause."""
    if _move(survey, Survey.State.PAUSED, Survey.State.LIVE):
        record(actor, "survey.reopened", target=survey, project=survey.project)


@transaction.atomic
def close_survey(*, actor: User, survey: Survey) -> None:
    """Take no answers any more; what came stays."""
    survey = locked(survey)
    if survey.state == Survey.State.CLOSED:
        return
    survey.state = Survey.State.CLOSED
    survey.save(update_fields=["state"])
    record(actor, "survey.closed", target=survey, project=survey.project)


@transaction.atomic
def change_settings(*, actor: User, survey: Survey, changes: Mapping[str, Any]) -> Survey:
    """Name, address, schedule, quota and how often somebody is asked; `SETTINGS` lists them."""
    survey = locked(survey)
    unknown = set(changes) - SETTINGS
    if unknown:
        raise InvalidError(
            _("A survey has no setting “%(name)s”.") % {"name": ", ".join(sorted(unknown))}
        )
    for name, value in changes.items():
        setattr(survey, name, value)
    if survey.opens_at and survey.closes_at and survey.opens_at >= survey.closes_at:
        words = _("The survey would close before it opens. Set a later end.")
        raise InvalidError(words, fields={"closes_at": words})
    if "slug" in changes and Survey.objects.exclude(pk=survey.pk).filter(slug=survey.slug).exists():
        words = _("Address “%(slug)s” is taken. Choose another one.") % {"slug": survey.slug}
        raise InvalidError(words, fields={"slug": words})
    survey.save(update_fields=list(changes))
    record(actor, "survey.changed", target=survey, project=survey.project, what=sorted(changes))
    return survey


SETTINGS = frozenset(
    {
        "name",
        "slug",
        "is_open",
        "opens_at",
        "closes_at",
        "quota",
        "sample_p",
        "cap_per_day",
        "cooldown_days",
    }
)


@transaction.atomic
def copy_survey(*, actor: User, survey: Survey, project: Project, name: str) -> Survey:
    """A new survey whose first draft is this one's newest version; answers stay where they are."""
    newest = survey.versions.order_by("-number")[0]
    return create_survey(actor=actor, project=project, name=name, document=newest.document)


def draft_hash(version: SurveyVersion) -> str:
    return digest(version.document)


def published_version(survey: Survey) -> SurveyVersion | None:
    """What is asked now."""
    return survey.versions.filter(state=SurveyVersion.State.PUBLISHED).order_by("-number").first()


def locked(survey: Survey) -> Survey:
    """Changes of one survey come one after the other."""
    return (
        Survey.objects.select_for_update(of=("self",))
        .select_related("project__team")
        .get(pk=survey.pk)
    )


def _move(survey: Survey, before: str, after: str) -> bool:
    survey = locked(survey)
    if survey.state == after:
        return False
    if survey.state != before:
        raise DomainError(
            _("“%(survey)s” is in state “%(state)s”, from which this does not lead.")
            % {"survey": survey, "state": survey.get_state_display()}
        )
    survey.state = after
    survey.save(update_fields=["state"])
    return True


def _refuse_imported(survey: Survey) -> None:
    if survey.imported:
        raise DomainError(
            _(
                "The answers of “%(survey)s” came from a file, so its questions stay as they are. "
                "Make a copy to ask them."
            )
            % {"survey": survey}
        )


def _new_slug(name: str) -> str:
    """Readable where the name is in ASCII; six random characters keep it from being guessed."""
    tail = "".join(secrets.choice(ALPHABET) for _place in range(6))
    return f"{slugify(name)[:50] or 'survey'}-{tail}"
