"""A respondent's own page: everything they said, to see, to change and to erase."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from surveys.models import CurrentFeedback, Kind, Respondent, Response
from surveys.reason_words import REASON_WORDS
from surveys.survey_words import said


@dataclass(frozen=True)
class OwnFeedback:
    row: CurrentFeedback

    @property
    def is_thumb(self) -> bool:
        return self.row.kind == Kind.THUMB

    @property
    def value(self) -> str:
        if self.is_thumb:
            return _("Good answer") if self.row.value else _("Bad answer")
        return self.row.words or str(self.row.value)

    @property
    def reasons(self) -> list[str]:
        return [str(REASON_WORDS.get(key, key)) for key in self.row.reasons]


@dataclass(frozen=True)
class OwnPage:
    respondent: Respondent

    @cached_property
    def feedback(self) -> list[OwnFeedback]:
        rows = self.respondent.feedback.exclude(value=None).order_by("-at", "-pk")
        return [OwnFeedback(row) for row in rows]

    @cached_property
    def responses(self) -> list[tuple[Response, str]]:
        """With the title that they saw."""
        rows = self.respondent.responses.select_related("version").order_by("-pk")
        return [(one, said(one.version.document.get("title") or {}, one.locale)) for one in rows]
