"""One rater of a study, for the rater and for those who manage: figures with intervals, no rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.models import AgreementSnapshot
from analytics.reports.page import point_words
from analytics.reports.rater_words import FLAGS, flag_words, gold_reasons, on_gold
from analytics.reports.sentences import listed
from analytics.reports.why import reason_words
from analytics.settled import has_newer_gold
from analytics.stats.raters.control_items import WatchedAccuracy
from annotation.criteria import spoken
from annotation.models import Rater, Study
from annotation.services.watching import accuracies
from core.errors import NotFoundError
from core.phrases import labelled
from core.templatetags.figures import Axis

PRIVATE = (
    "severity", "low", "high", "severity_reason", "logits", "infit", "alpha_without",
    "alpha_without_low", "alpha_without_high", "gain", "against_rest", "group", "seconds",
    "n_timed", "run", "drift", "weeks", "repeats", "accuracy", "flags",
)  # fmt: skip
"""What of a rater's line only the rater and those who manage may see."""
BESIDE_OTHERS = (
    "severity", "low", "high", "severity_reason", "logits", "infit", "alpha_without",
    "alpha_without_low", "alpha_without_high", "gain", "against_rest", "group", "agreement",
    "n_pairs", "drift", "weeks", "flags",
)  # fmt: skip
"""What a rater sees of themselves only where the study shows raters their severity."""
CHECKED = ("accuracy", "repeats")
"""What would tell a rater, while they rate, how often they are checked."""


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
    is_own: bool
    control: WatchedAccuracy | None
    """On the control items of the study; None where none was answered."""

    @property
    def shows_others(self) -> bool:
        """Whether the reader may see how the rater stands beside the others."""
        return not self.is_own or self.study.show_own_severity

    @property
    def shows_everybody(self) -> bool:
        """Nobody who still rates sees what the others choose."""
        return not self.is_own or self.study.state == Study.State.CLOSED

    @property
    def shows_checks(self) -> bool:
        return not self.is_own or self.study.state == Study.State.CLOSED

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
        return self.shows_checks and any(part.line.get("accuracy") for part in self.criteria)

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
            "control": _control_data(self.control) if self.control else None,
            "criteria": [
                {key: cell for key, cell in part.line.items() if key not in self._hidden}
                for part in self.criteria
            ],
        }

    @property
    def _hidden(self) -> frozenset[str]:
        others = () if self.shows_others else BESIDE_OTHERS
        return frozenset((*others, *(() if self.shows_checks else CHECKED)))


def rater_page(
    snapshot: AgreementSnapshot, study: Study, rater: Rater, *, is_own: bool = False
) -> RaterPage:
    """The page of one rater, from what was computed last; `is_own`: it is the rater who reads.

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
    is_quiet = is_own and not study.show_own_severity
    shows_control = not is_own or study.state == Study.State.CLOSED
    return RaterPage(
        study=study,
        rater=rater,
        snapshot=snapshot,
        criteria=parts,
        axis=Axis.around_zero(ends),
        finding=_count(parts) if is_quiet else _finding(parts),
        is_own=is_own,
        control=accuracies(study).get(rater.pk) if shows_control else None,
    )


def _count(parts: Sequence[RaterCriterion]) -> str:
    n = max(part.line["n"] for part in parts)
    return ngettext(
        "%(n)d rating of yours is counted here.", "%(n)d ratings of yours are counted here.", n
    ) % {"n": n}


def _control_data(found: WatchedAccuracy) -> dict[str, Any]:
    return {"right": found.right, "asked": found.asked, "low": found.low, "high": found.high}


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
    """Each flag once, with the criteria that it stands at."""
    names = {
        flag: [part.name for part in parts if flag in (part.line["flags"] or [])] for flag in FLAGS
    }
    found = [
        labelled(flag_words([flag]).rstrip(".。"), listed(where))
        for flag, where in names.items()
        if where
    ]
    if not found:
        return _("Nothing stands out beyond what chance gives among this many raters.")
    return _("Something stands out and is worth a talk: %(criteria)s.") % {
        "criteria": pgettext("list", "; ").join(found)
    }
