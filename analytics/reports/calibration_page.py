"""A calibration's stored figures as its page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import AgreementSnapshot
from analytics.reports.method_lines import method_line
from analytics.reports.page import point_words
from analytics.reports.why import reason_words
from annotation.criteria import spoken
from annotation.models import Criterion, Study
from annotation.rubric_cache import criteria_of
from core.templatetags.figures import Axis

FEW_UNITS = 20
"""Below it a reader is warned of limits."""


@dataclass(frozen=True, slots=True)
class CalibrationPart:
    """One criterion before and after."""

    data: Mapping[str, Any]
    name: str
    points: Sequence[str]

    @property
    def alpha(self) -> Mapping[str, Any]:
        return self.data["krippendorff_alpha"]  # type: ignore[no-any-return]

    @property
    def percent(self) -> Mapping[str, Any]:
        return self.data["percent_agreement"]  # type: ignore[no-any-return]

    @property
    def reason(self) -> str:
        """Why the difference of alpha, or its limits, are missing."""
        return reason_words(self.alpha["difference"]["reason"])

    @property
    def changed(self) -> str:
        n = int(self.data["n_ratings"])
        return ngettext(
            "%(changed)d of %(n)d answer was changed.",
            "%(changed)d of %(n)d answers were changed.",
            n,
        ) % {"changed": self.data["n_changed"], "n": n}

    @property
    def said(self) -> str:
        """What the interval of the difference allows to say."""
        found = self.alpha["difference"]
        if found["low"] is None:
            return _("Whether agreement has changed cannot be told.")
        if found["low"] > 0:
            return _("Agreement is higher after talking.")
        if found["high"] < 0:
            return _("Agreement is lower after talking.")
        return _("No change is known: the interval reaches over 0.")

    @property
    def apart(self) -> list[dict[str, Any]]:
        """Units still apart; turns are counted from 1, as everywhere on a page."""
        return [
            {**one, "turn": one["turn"] + 1 if one["turn"] >= 0 else None}
            for one in self.data["apart"]
        ]


@dataclass(frozen=True, slots=True)
class CalibrationPage:
    study: Study
    snapshot: AgreementSnapshot
    criteria: Sequence[CalibrationPart]
    axis: Axis

    @property
    def has_few(self) -> bool:
        """Whether some criterion rests on so few items that its limits are rough."""
        return any(part.data["n_units"] < FEW_UNITS for part in self.criteria)

    @property
    def method_words(self) -> str:
        """Of the first criterion: the others' differ in counts alone."""
        return method_line(self.criteria[0].alpha["difference"]["method"])

    def as_data(self) -> dict[str, Any]:
        return {
            "study": str(self.study.uid),
            "computed_at": self.snapshot.computed_at.isoformat(),
            "criteria": [dict(part.data) for part in self.criteria],
        }


def calibration_page(snapshot: AgreementSnapshot, study: Study) -> CalibrationPage:
    known = {one.key: one for one in criteria_of(study.rubric_version)}
    parts = [_part(data, known[data["criterion"]]) for data in snapshot.data["calibration"] or ()]
    ends = (part.alpha["difference"][end] for part in parts for end in ("value", "low", "high"))
    return CalibrationPage(study, snapshot, parts, Axis.around_zero(ends))


def _part(data: Mapping[str, Any], criterion: Criterion) -> CalibrationPart:
    points = [
        point_words(str(point["key"]), spoken(point.get("label") or {}, str(point["key"])))[0]
        for point in criterion.points
    ]
    return CalibrationPart(data, spoken(criterion.name, criterion.key), points)
