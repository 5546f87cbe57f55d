"""Why a survey takes no answers (any more), told in the respondent's language."""

from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format

from core.errors import DomainError
from surveys.models import Survey, SurveyLink
from surveys.respondent_words import tell

STATUS = {
    "not_found": 404,
    "links_only": 403,
    "too_large": 413,
    "unknown_version": 422,
    "invalid_answers": 422,
    "busy": 429,
}
"""All others are 409: it was understood, and the survey is not in the state for it."""


class SurveyRefusedError(DomainError):
    """Answers that were not taken; `code` is stable, the sentence is for the respondent."""

    def __init__(
        self, code: str, locale: str, *, words: str = "", fields: Any = None, **values: object
    ) -> None:
        super().__init__(tell(words or code, locale, **values), code=code, fields=fields)
        self.status = STATUS.get(code, 409)
        self.retry_after = 0


def refuse_rush(seconds: int, locale: str) -> None:
    """Refuse for so many seconds, if there are any."""
    if seconds:
        error = SurveyRefusedError("busy", locale, seconds=seconds)
        error.retry_after = seconds
        raise error


def refuse_survey(survey: Survey, now: datetime, locale: str) -> None:
    """Refuse where the survey takes no answers from anybody at this time."""
    if survey.state == Survey.State.DRAFT or survey.imported:
        raise SurveyRefusedError("not_found", locale)
    if survey.state == Survey.State.PAUSED:
        raise SurveyRefusedError("paused", locale)
    if survey.state == Survey.State.CLOSED or (survey.closes_at and now >= survey.closes_at):
        raise SurveyRefusedError("closed", locale)
    if survey.opens_at and now < survey.opens_at:
        raise SurveyRefusedError("not_yet", locale, date=_moment(survey.opens_at, locale))


def refuse_full(survey: Survey, locale: str) -> None:
    """Whoever begins now would be one too many; those who have begun may still be in time."""
    if survey.quota is not None and survey.n_complete >= survey.quota:
        raise SurveyRefusedError("quota", locale)


def refuse_link(link: SurveyLink, now: datetime, locale: str) -> None:
    """Refuse where nobody can begin or go on by this link."""
    if link.revoked_at:
        raise SurveyRefusedError("link_revoked", locale)
    if now >= link.expires_at:
        raise SurveyRefusedError("link_expired", locale, date=_moment(link.expires_at, locale))


def _moment(moment: datetime, locale: str) -> str:
    language = "ja" if locale.startswith("ja") else "en"
    with translation.override(language):
        local = timezone.localtime(moment)
        return f"{date_format(local, 'DATE_FORMAT')} {date_format(local, 'H:i')}"
