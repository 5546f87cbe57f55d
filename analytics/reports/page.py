"""A stored report as the agreement page shows it: in the reader's language, with the names that
this reader may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import May, Place
from analytics.models import AgreementSnapshot
from analytics.reports import sentences
from analytics.reports.excerpts import Excerpt, HardLine, excerpts_of, hard_line
from analytics.reports.kind_words import KindsPart, kinds_part
from analytics.reports.limits import USUAL, with_limits
from analytics.reports.limits_words import LimitsPart, alpha_and_percent, limits_part
from analytics.reports.method_words import method
from analytics.reports.plainly import Plainly, alike_lines, alike_words, plainly_of
from analytics.reports.rater_words import flag_words, on_gold
from analytics.reports.sentences import Verdict
from analytics.reports.why import reason_words
from annotation.asks import MARK
from annotation.criteria import spoken
from annotation.models import Rater, Study
from core.phrases import enumerated
from core.templatetags.figures import Axis

KRIPPENDORFF = (0.667, 0.8)
SHOWN_RATERS = 20


@dataclass(frozen=True, slots=True)
class CriterionPart:
    """One criterion on the page; `data` is its part of the report's JSON."""

    data: Mapping[str, Any]
    name: str
    question: str
    verdict: Verdict
    verdict_words: str
    reason: str
    off: Sequence[str]
    points: Sequence[str]
    heads: Sequence[tuple[str, str]]
    parting: str
    plain: Plainly
    method: str
    raters: Sequence[Mapping[str, Any]]
    n_raters_hidden: int
    separate: str
    hardest: Sequence[HardLine]
    kinds: KindsPart | None

    @property
    def key(self) -> str:
        return str(self.data["criterion"])

    @property
    def has_severity(self) -> bool:
        return any(line.get("severity") is not None for line in self.raters)

    @property
    def has_accuracy(self) -> bool:
        """Whether some rater can be held against gold."""
        return any(line["n_on_gold"] for line in self.raters)

    @property
    def alpha(self) -> Mapping[str, Any]:
        return self.data["coefficients"]["krippendorff_alpha"]  # type: ignore[no-any-return]

    @property
    def percent(self) -> Mapping[str, Any]:
        return self.data["coefficients"]["percent_agreement"]  # type: ignore[no-any-return]

    @property
    def metric(self) -> str:
        return sentences.metric_words(self.data["metric"])


@dataclass(frozen=True, slots=True)
class ScaleGroup:
    """Criteria that share one scale, so that one key explains their bars."""

    points: Sequence[str]
    criteria: Sequence[CriterionPart]


@dataclass(frozen=True)
class AgreementPage:
    study: Study
    data: Mapping[str, Any]
    computed_at: datetime
    finding: str
    criteria: Sequence[CriterionPart]
    axis: Axis
    names: Mapping[str, str]
    scales: Sequence[ScaleGroup]
    note: Mapping[str, str]
    limits: LimitsPart
    alike: Sequence[Mapping[str, Any]]
    not_asked: str
    """Which criteria of the rubric no item can ask, in a sentence; empty where there are none."""
    shows_raters: bool
    """Whether figures about raters may be shown: to those who manage."""

    @property
    def of_kinds(self) -> list[CriterionPart]:
        """Criteria that raters of several kinds have rated."""
        return [part for part in self.criteria if part.kinds]

    @property
    def with_excluded(self) -> list[CriterionPart]:
        """Criteria that raters who are left out have rated; older reports know of none."""
        return [part for part in self.criteria if part.data.get("without_excluded")]

    @property
    def alike_words(self) -> str:
        return alike_words(self.alike)

    @property
    def rating_days(self) -> list[dict[str, Any]]:
        """Raters with their days: what the plot of ratings over time shows, as a table."""
        days: dict[str, list[tuple[str, int]]] = {}
        for rater, day, n in self.data["activity"]:
            days.setdefault(rater, []).append((day, n))
        return [
            {
                "name": self.names.get(rater, ""),
                "n": sum(n for _day, n in found),
                "days": len(found),
                "first": date.fromisoformat(found[0][0]),
                "last": date.fromisoformat(found[-1][0]),
            }
            for rater, found in list(days.items())[:SHOWN_RATERS]
        ]

    @property
    def metrics(self) -> str:
        return enumerated(dict.fromkeys(part.metric for part in self.criteria))

    @property
    def tables_of_pairs(self) -> list[CriterionPart]:
        """Criteria whose raters chose different points at least once."""
        return [part for part in self.criteria if part.data["pairs"] and part.parting]

    @property
    def methods(self) -> list[tuple[str, str]]:
        """How the numbers were made, criteria of one method together."""
        shared: dict[str, list[str]] = {}
        for part in self.criteria:
            shared.setdefault(part.method, []).append(part.name)
        return [(sentences.listed(names), method) for method, names in shared.items()]

    @property
    def n_units(self) -> int:
        return max((int(part.data["n_units"]) for part in self.criteria), default=0)

    @property
    def is_grouped(self) -> bool:
        """Whether several units share a source conversation, so that they are resampled whole."""
        return any(part.data["resampling"]["resampled"] == "groups" for part in self.criteria)

    @property
    def few_groups(self) -> bool:
        return self.is_grouped and 0 < int(self.data["n_groups"]) < 30

    @property
    def ratings_an_item(self) -> str:
        """How many ratings an item has, on average."""
        if not self.data["n_items"]:
            return "0"
        return f"{self.data['n_ratings'] / self.data['n_items']:.1f}".rstrip("0").rstrip(".")


def page_of(
    snapshot: AgreementSnapshot, study: Study, place: Place, interval: str = USUAL
) -> AgreementPage:
    """The stored report with limits of a kind of `limits.KINDS`."""
    data = with_limits(snapshot.data, interval)
    names = rater_names(data, place)
    excerpts = excerpts_of(data)
    parts = sorted(
        (_part(criterion, study.bar, names, excerpts) for criterion in data["criteria"]),
        key=lambda part: -2.0 if part.alpha["value"] is None else part.alpha["value"],
        reverse=True,
    )
    limits = (part.alpha[end] for part in parts for end in ("value", "low"))
    not_asked = sentences.not_asked(
        [spoken(name, key) for key, name in data.get("not_asked", {}).items()]
    )
    return AgreementPage(
        limits=limits_part(data, interval),
        alike=alike_lines(data, {part.key: part.name for part in parts}),
        shows_raters=place.may(May.MANAGE),
        study=study,
        data=data,
        computed_at=snapshot.computed_at,
        finding=not_asked
        if not_asked and not parts
        else sentences.finding(
            [(part.name, part.verdict) for part in parts],
            [part.alpha["reason"] or "" for part in parts],
            study.bar,
        ),
        not_asked=not_asked,
        criteria=parts,
        axis=Axis.of_coefficients(
            limits,
            thresholds=sorted({study.bar, *KRIPPENDORFF}),
            low_words=_("chance"),
            high_words=_("perfect"),
        ),
        names=names,
        scales=_by_scale(parts),
        note=sentences.prevalence_note([(part.name, part.data, part.points) for part in parts]),
    )


def rater_names(data: Mapping[str, Any], place: Place) -> dict[str, str]:
    """Names for those who settle; everybody else sees Rater A, B, C, the same ones every time."""
    uids = sorted({rater for rater, _day, _n in data["activity"]})
    if not place.may(May.SETTLE):
        return {uid: _("Rater %(letters)s") % {"letters": letters(n)} for n, uid in enumerate(uids)}
    rows = Rater.objects.filter(project=place.project, uid__in=uids).values_list(
        "uid", "display_name"
    )
    return {str(uid): name for uid, name in rows}


def letters(number: int) -> str:
    """A to Z, then AA and so on."""
    name = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _part(
    criterion: Mapping[str, Any],
    bar: float,
    names: Mapping[str, str],
    excerpts: Mapping[tuple[str, int], Excerpt],
) -> CriterionPart:
    name = spoken(criterion["name"], criterion["criterion"])
    keyed = zip(criterion["categories"], criterion["labels"], strict=True)
    points, heads = [], []
    for key, label in keyed:
        point, head = point_words(key, spoken(label, key))
        points.append(point)
        heads.append(head)
    verdict = sentences.verdict_of(criterion, bar)
    reason = criterion["coefficients"]["krippendorff_alpha"]["reason"]
    raters = [
        {
            **line,
            "name": names.get(line["rater"], ""),
            "flag_words": flag_words(line.get("flags")),
            "n_on_gold": on_gold(line),
            "at_points": list(zip(points, line["counts"], strict=False)),
        }
        for line in criterion["raters"]
    ]
    return CriterionPart(
        data=criterion,
        name=name,
        question=spoken(criterion["question"]),
        verdict=verdict,
        verdict_words=sentences.verdict_words(verdict, bar),
        reason=reason_words(reason),
        off=alpha_and_percent(criterion),
        points=points,
        heads=heads,
        parting=sentences.parting(criterion, points),
        plain=plainly_of(criterion, points),
        method=method(criterion),
        raters=raters[:SHOWN_RATERS],
        separate=sentences.separate([line.get("group") for line in criterion["raters"]]),
        n_raters_hidden=criterion["n_raters"] - len(raters[:SHOWN_RATERS]),
        hardest=[hard_line(line, excerpts) for line in criterion["hardest_items"]],
        kinds=kinds_part(criterion),
    )


def point_words(key: str, label: str) -> tuple[str, tuple[str, str]]:
    """A point in a sentence or a key, and as the head of a table: short, with its words.

    Example:
        >>> point_words("4", "Yes"), point_words("O", "O not a breakdown")
        (('4 Yes', ('4', 'Yes')), ('O not a breakdown', ('O', 'not a breakdown')))
        >>> point_words("50", "50 %"), point_words("no_answer", "No answer")
        (('50 %', ('50 %', '')), ('No answer', ('No answer', '')))
    """
    rest = label.removeprefix(key).strip() if label.startswith(key) else ""
    if rest and any(character.isalpha() for character in rest) and MARK.fullmatch(key):
        return label, (key, rest)
    if rest or label == key or not MARK.fullmatch(key) or label.casefold() == key.casefold():
        return label, (label, "")
    return f"{key} {label}", (key, label)


def _by_scale(parts: Sequence[CriterionPart]) -> list[ScaleGroup]:
    groups: dict[tuple[str, ...], list[CriterionPart]] = {}
    for part in parts:
        if part.data["distribution"] and part.data["n_ratings"]:
            groups.setdefault(tuple(part.points), []).append(part)
    return [ScaleGroup(points, found) for points, found in groups.items()]
