"""What is compared: one number of an answer, under a name that says how it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import InvalidError
from surveys.models import Kind

Form = Literal["percent", "points", "mean"]


@dataclass(frozen=True, slots=True)
class Formula:
    """What an answer counts: 1 or 0 of a share, 1, 0 or -1 of NPS, its own number of a mean.

    `low` and `high` are the least and the most that an answer can count.
    """

    key: str
    kind: str
    label: str | Promise
    form: Form
    counted: tuple[int, int] | None = None
    against: tuple[int, int] | None = None
    low: int = 0
    high: int = 1

    @property
    def is_share(self) -> bool:
        return self.form == "percent"

    @property
    def scale(self) -> int:
        """By how much the pages multiply it: shares and NPS are told in points of a hundred."""
        return 1 if self.form == "mean" else 100

    @property
    def length(self) -> int:
        """From the least to the most that an answer can count."""
        return self.high - self.low

    def expression(self) -> Combinable:
        """The number of one row of `CurrentFeedback`, null where nothing was said."""
        if self.counted is None:
            return F("value")
        cases = [When(value__range=self.counted, then=Value(1))]
        if self.against:
            cases.append(When(value__range=self.against, then=Value(-1)))
        said = When(value__isnull=False, then=Value(0))
        return Case(*cases, said, output_field=IntegerField())


FORMULAS: Mapping[str, Formula] = {
    one.key: one
    for one in (
        Formula("thumb", Kind.THUMB, gettext_lazy("share of thumbs up"), "percent", (1, 1)),
        Formula(
            "star5", Kind.STAR5, gettext_lazy("share of four or five stars"), "percent", (4, 5)
        ),
        Formula("star5_mean", Kind.STAR5, gettext_lazy("mean of the stars"), "mean", low=1, high=5),
        Formula("csat", Kind.CSAT, gettext_lazy("CSAT: share of 4 and 5 of 5"), "percent", (4, 5)),
        Formula(
            "csat_mean", Kind.CSAT, gettext_lazy("CSAT: mean of 1 to 5"), "mean", low=1, high=5
        ),
        Formula("ces", Kind.CES, gettext_lazy("CES: share of 5 to 7 of 7"), "percent", (5, 7)),
        Formula("ces_mean", Kind.CES, gettext_lazy("CES: mean of 1 to 7"), "mean", low=1, high=7),
        Formula(
            "nps",
            Kind.NPS,
            gettext_lazy("NPS: share of 9 and 10 minus share of 0 to 6"),
            "points",
            (9, 10),
            (0, 6),
            low=-1,
        ),
    )
}


def formula_of(key: str) -> Formula:
    if key not in FORMULAS:
        raise InvalidError(
            _("Metric “%(key)s” is unknown; there are %(known)s.")
            % {"key": key, "known": ", ".join(FORMULAS)}
        )
    return FORMULAS[key]
