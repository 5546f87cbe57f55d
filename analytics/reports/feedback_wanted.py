"""Which feedback a page is about: what stands in its address, and the rows that fit."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Q

PERIODS = (7, 28, 84, 365)
ALL_TRUST = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty means all of them; `days` counts back from today, 0 is everything there is."""

    kind: str = ""
    days: int = 84
    variant: str = ""
    language: str = ""
    locale: str = ""
    trust: str = ""
    mode: str = ""
    widget: int = 0
    by: str = "week"

    def with_(self, **changes: Any) -> Self:
        return replace(self, **changes)

    @property
    def query(self) -> str:
        """The address of the same page, without what is as it would be anyway."""
        usual = Wanted()
        said = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) != getattr(usual, field.name)
        }
        return "?" + urlencode(said) if said else "?"

    def first_day(self, today: date) -> date | None:
        return today - timedelta(days=self.days - 1) if self.days else None

    def rows(self, today: date, *, widget: str = "widget") -> Q:
        """What the roll-up and the current feedback are filtered by, except for kind and trust."""
        found = Q()
        if first := self.first_day(today):
            found &= Q(day__gte=first)
        if self.variant:
            found &= Q(variant_name=self.variant)
        if self.language:
            found &= Q(language=self.language)
        if self.locale:
            found &= Q(locale=self.locale)
        if self.mode:
            found &= Q(mode=self.mode)
        if self.widget:
            found &= Q(**{widget: self.widget})
        return found

    def trusted(self) -> Q:
        return Q() if self.trust in ("", ALL_TRUST) else Q(trust=self.trust)
