"""One rater of a study, for the rater and for those who manage: figures with intervals, no rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import AgreementSnapshot
from analytics.reports.page import point_words
from analytics.reports.rater_words import flag_words, gold_reasons, on_gold
from analytics.reports.sentences import listed
from analytics.reports.why import reason_words
from analytics.settled import has_newer_gold
from annotation.criteria import spoken
from annotation.models import Rater, Study
from core.errors import NotFoundError
from core.templatetags.figures import Axis

PRIVATE = (
    "severity", "low", "high", "severity_reason", "logits", "infit", "alpha_without",
    "alpha_without_low", "alpha_without_high", "gain", "against_rest", "group", "seconds",
    "n_timed", "run", "drift", "weeks", "repeats", "accuracy", "flags",
)  # fmt: skip
"""What of a rater's line only the rater and those who manage may see."""


@dataclass(frozen=True, slots=True)
class RaterCriterion:
    """One rater on one criterion; `line` is the rater's part of the report's JSON."""

    line: Mapping[str, Any]
    name: str
    points: Sequence[str]
    everybody: Sequence[int]
    run_point: str

    @property
    def severity(self) -> Mapping[str, Any]:
        return {"value": self.line["severity"], "low": self.line["low"], "high": self.line["high"]}

    @property
    def severity_reason(self) -> str:
        return reason_words(self.line["severity_reason"])

    @property
    def logits(self) -> Mapping[str, Any] | None:
        """Severity in logits, where data allow; reports computed before it was known have none."""
        found: Mapping[str, Any] = self.line.get("logits") or {}
        return found if found.get("value") is not None else None

    @property
    def alpha_without(self) -> Mapping[str, Any]:
        keys = {"value": "alpha_without", "low": "alpha_without_low", "high": "alpha_without_high"}
        return {name: self.line[key] for name, key in keys.items()}

    @property
    def gain_reason(self) -> str:
        return reason_words((self.line["gain"] or {}).get("reason"))

    @property
    def drift_reason(self) -> str:
        return reason_words((self.line["drift"] or {}).get("reason"))

    @property
    def weeks(self) -> list[dict[str, Any]]:
        return [
            {**week, "week": date.fromisoformat(week["week"])} for week in self.line["weeks"] or []
        ]

    @property
    def n_on_gold(self) -> int:
        return on_gold(self.line)

    @property
    def flags(self) -> str:
        return flag_words(self.line["flags"])


@dataclass(frozen=True, slots=True)
class RaterPage:
    study: Study
    rater: Rater
    snapshot: AgreementSnapshot
    criteria: Sequence[RaterCriterion]
    axis: Axis
    finding: str

    @property
    def seconds(self) -> float | None:
        """Median time of a rating, the same for all criteria."""
        return next((part.line["seconds"] for part in self.criteria), None)

    @property
    def has_logits(self) -> bool:
        return any(part.logits for part in self.criteria)

    @property
    def knows_gold(self) -> bool:
        """Whether the report was computed since raters are held against gold."""
        return any(part.line.get("accuracy") for part in self.criteria)

    @property
    def is_behind_gold(self) -> bool:
        return has_newer_gold(self.study, self.snapshot.computed_at)

    @property
    def gold_reasons(self) -> list[tuple[str, str]]:
        """Names of criteria, by why something of theirs is missing."""
        found: dict[str, list[str]] = {}
        for part in self.criteria:
            for reason in gold_reasons(part.line):
                found.setdefault(reason, []).append(part.name)
        return [(listed(names), reason) for reason, names in found.items()]

    def as_data(self) -> dict[str, Any]:
        """The JSON of one rater."""
        return {
            "study": str(self.study.uid),
            "rater": str(self.rater.uid),
            "computed_at": self.snapshot.computed_at.isoformat(),
            "criteria": [dict(part.line) for part in self.criteria],
        }


def rater_page(snapshot: AgreementSnapshot, study: Study, rater: Rater) -> RaterPage:
    """The page of one rater, from what was computed last.

    Raises:
        NotFoundError: The report does not know the rater.
    """
    parts = [
        part
        for criterion in snapshot.data["criteria"]
        for line in criterion["raters"]
        if line["rater"] == str(rater.uid)
        for part in [_part(criterion, line)]
    ]
    if not parts:
        raise NotFoundError(
            _("The report of study “%(study)s” holds no ratings of this rater. Compute it again.")
            % {"study": study}
        )
    ends = (part.severity[end] for part in parts for end in ("value", "low", "high"))
    return RaterPage(study, rater, snapshot, parts, Axis.around_zero(ends), _finding(parts))


def _part(criterion: Mapping[str, Any], line: Mapping[str, Any]) -> RaterCriterion:
    keyed = zip(criterion["categories"], criterion["labels"], strict=True)
    points = [point_words(key, spoken(label, key))[0] for key, label in keyed]
    run = line["run"] or {}
    place = run.get("value", -1)
    return RaterCriterion(
        line={"criterion": criterion["criterion"], **line},
        name=spoken(criterion["name"], criterion["criterion"]),
        points=points,
        everybody=criterion["distribution"],
        run_point=points[place] if 0 <= place < len(points) else "",
    )


def _finding(parts: Sequence[RaterCriterion]) -> str:
    flagged = [part.name for part in parts if part.line["flags"]]
    if not flagged:
        return _("Nothing stands out beyond what chance gives among this many raters.")
    return _("Something stands out and is worth a talk: %(criteria)s.") % {
        "criteria": "; ".join(f"{part.name}: {part.flags}" for part in parts if part.flags).rstrip(
            "."
        )
    }
