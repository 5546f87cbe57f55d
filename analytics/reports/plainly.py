"""Coefficients in plain words: what each says, agreement and chance at one distance, warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.reports.coefficients import flat, name_of
from analytics.reports.limits import off_target
from analytics.reports.limits_words import off_words
from analytics.reports.sentences import of_hundred
from analytics.reports.why import reason_words
from core.phrases import consecutive, enumerated
from core.templatetags.numerals import percent, written

HEADLINE = ("krippendorff_alpha", "percent_agreement")
APART = 0.2
"""Alpha and Gwet's coefficient further apart than this tell of one point that prevails."""
PREVAILS = 0.5
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class CoefficientLine:
    """A coefficient beside alpha."""

    key: str
    name: str
    result: Mapping[str, Any]
    says: str
    reason: str
    off: str
    """That such limits do not hold in studies like this one, with those that do."""


@dataclass(frozen=True, slots=True)
class Plainly:
    """One criterion in plain words, and the coefficients beside alpha."""

    sentences: Sequence[str]
    lines: Sequence[CoefficientLine]
    absent: Sequence[tuple[str, str]]
    paradox: str


def plainly_of(criterion: Mapping[str, Any], points: Sequence[str]) -> Plainly:
    """All that is said about a stored criterion, in the reader's language."""
    return Plainly(
        sentences=in_words(criterion, points),
        lines=coefficient_lines(criterion),
        absent=absent_lines(criterion),
        paradox=paradox(criterion),
    )


def coefficient_lines(criterion: Mapping[str, Any]) -> list[CoefficientLine]:
    """Those that have a value."""
    off = off_target(criterion)
    return [
        CoefficientLine(
            key,
            name_of(key),
            result,
            meaning(key),
            reason_words(result["reason"]),
            off_words(criterion, off[key]) if key in off else "",
        )
        for key, result in flat(criterion["coefficients"])
        if key not in HEADLINE and result["value"] is not None
    ]


def absent_lines(criterion: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names of those without a value, by the reason."""
    found: dict[str, list[str]] = {}
    for key, result in flat(criterion["coefficients"]):
        if key not in HEADLINE and result["value"] is None:
            found.setdefault(reason_words(result["reason"]), []).append(name_of(key))
    return [(enumerated(names), reason) for reason, names in found.items()]


def meaning(key: str) -> str:
    """What a coefficient says, in one line."""
    return {
        "krippendorff_alpha": _(
            "How much better than chance raters agree, by the scale’s distance."
        ),
        "percent_agreement": _("How often two ratings of one item are equal."),
        "gwet_ac1": _("Equal ratings beyond a chance that falls where one point prevails."),
        "gwet_ac2": _(
            "As AC1, and a near miss counts in part: beyond a chance that falls where one point "
            "prevails."
        ),
        "fleiss_kappa": _("Equal ratings beyond the chance that all raters’ points together give."),
        "conger_kappa": _("Equal ratings beyond the chance that each rater’s own points give."),
        "cohen_kappa": _("Two raters: equal ratings beyond the chance their own points give."),
        "cohen_kappa_linear": _("As Cohen’s kappa; a miss costs as many points as it is wide."),
        "cohen_kappa_quadratic": _(
            "As Cohen’s kappa; a miss costs the square of its points, so near misses cost little."
        ),
        "scott_pi": _("Two raters: equal ratings beyond the chance of their points together."),
        "brennan_prediger": _("Equal ratings beyond the chance of points drawn evenly."),
        "kendall_w": _("Whether raters put items in one order: 1 is the same order, 0 is none."),
        "icc_1_1": _("One score, when items are rated by different raters."),
        "icc_2_1": _("One score of any rater; severity counts as error."),
        "icc_3_1": _("One score of these raters; severity is left out."),
        "icc_1_k": _("The mean of all raters, when items are rated by different raters."),
        "icc_2_k": _("The mean of as many raters of any kind; severity counts as error."),
        "icc_3_k": _("The mean of these raters; severity is left out."),
    }[key]


def in_words(criterion: Mapping[str, Any], points: Sequence[str]) -> list[str]:
    """Sentences on agreement: by equality, by the scale's own distance, and on unused points."""
    parts = (
        _by_equality(criterion, points),
        _by_distance(criterion),
        _unused(criterion, points),
    )
    return [part for part in parts if part]


def _by_equality(criterion: Mapping[str, Any], points: Sequence[str]) -> str:
    """Percent agreement, chance and nominal alpha: all three ask whether ratings are equal."""
    equality = criterion.get("equality")
    equal = criterion["coefficients"]["percent_agreement"]["value"]
    if not equality or equal is None or equality["alpha"]["value"] is None:
        return ""
    alpha, counts = equality["alpha"], criterion["distribution"]
    share = max(counts) / sum(counts)
    facts = {
        "equal": percent(equal),
        "chance": percent(equality["chance"]),
        "alpha": written(alpha["value"], 2),
        "share": of_hundred(share),
        "point": points[counts.index(max(counts))],
    }
    if share >= PREVAILS and equal - alpha["value"] >= APART:
        said = _(
            "Two raters chosen at random give the same answer on %(equal)s of items. But "
            "%(share)s of 100 answers are “%(point)s”: chance alone would give %(chance)s, so "
            "nominal alpha is only %(alpha)s%(between)s."
        )
    else:
        said = _(
            "Two raters chosen at random give the same answer on %(equal)s of items, and chance "
            "alone would give %(chance)s: nominal alpha is %(alpha)s%(between)s."
        )
    return said % {**facts, "between": between_words(alpha)}


def _by_distance(criterion: Mapping[str, Any]) -> str:
    """Observed over expected distance, which is what alpha is made of."""
    alpha = criterion["coefficients"]["krippendorff_alpha"]
    if alpha["value"] is None or criterion["metric"] == "nominal":
        return ""
    facts = {
        "ratio": percent(1 - alpha["value"]),
        "alpha": written(alpha["value"], 2),
        "between": between_words(alpha),
    }
    return {
        "ordinal": _(
            "Where a near miss counts less: two ratings of one item lie %(ratio)s as far apart, in "
            "squared ranks, as two ratings of any items. So ordinal alpha is %(alpha)s%(between)s."
        ),
        "interval": _(
            "Where a near miss counts less: two ratings of one item lie %(ratio)s as far apart, in "
            "squared points, as two ratings of any items. So interval alpha is "
            "%(alpha)s%(between)s."
        ),
        "ratio": _(
            "Where a near miss counts less: two ratings of one item lie %(ratio)s as far apart, in "
            "squared shares of their sum, as two ratings of any items. So ratio alpha is "
            "%(alpha)s%(between)s."
        ),
        "masi": _(
            "Where sets that overlap are partly equal: two ratings of one item lie %(ratio)s as "
            "far apart as two ratings of any items. So alpha is %(alpha)s%(between)s."
        ),
    }[criterion["metric"]] % facts


def between_words(result: Mapping[str, Any]) -> str:
    """The end of a clause: between which limits; empty without any."""
    if result["low"] is None:
        return ""
    low, high = written(result["low"], 2), written(result["high"], 2)
    return _(", plausibly between %(low)s and %(high)s") % {"low": low, "high": high}


def _unused(criterion: Mapping[str, Any], points: Sequence[str]) -> str:
    counts = criterion["distribution"]
    if not sum(counts):
        return ""
    unused = [
        _("“%(point)s”") % {"point": point}
        for point, n in zip(points, counts, strict=True)
        if not n
    ]
    if not unused:
        return ""
    return _(
        "Nobody ever chose %(points)s. Either the items call for none of it, or the words do not "
        "say when it applies."
    ) % {"points": enumerated(unused)}


def paradox(criterion: Mapping[str, Any]) -> str:
    """A warning with Gwet's coefficient beside alpha, where they are far apart."""
    coefficients = criterion["coefficients"]
    alpha = coefficients["krippendorff_alpha"]["value"]
    key = "gwet_ac1" if "gwet_ac1" in coefficients else "gwet_ac2"
    gwet = coefficients.get(key, {"value": None})
    if alpha is None or gwet["value"] is None or abs(alpha - gwet["value"]) <= APART:
        return ""
    facts = {
        "name": name_of(key),
        "gwet": written(gwet["value"], 2),
        "alpha": written(alpha, 2),
        "between": between_words(gwet),
    }
    return (
        _(
            "%(name)s is %(gwet)s%(between)s, and alpha is %(alpha)s: ratings crowd at few points, "
            "and with so little variation alpha cannot tell careful raters from those who always "
            "give the same answer. Do not take %(name)s because it is higher: that chance falls "
            "where one point prevails is itself disputed. Rate more of the rare cases."
        )
        % facts
    )


def alike_lines(data: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Pairs of criteria with their correlation; whether the lower limit says nearly the same."""
    return [
        {
            "first": names[pair["first"]],
            "second": names[pair["second"]],
            "correlation": pair["correlation"],
            "reason": reason_words(pair["correlation"]["reason"]),
            "is_close": (pair["correlation"]["low"] or 0) >= ALIKE,
        }
        for pair in data.get("alike", [])
        if pair["first"] in names and pair["second"] in names
    ]


def alike_words(lines: Sequence[Mapping[str, Any]]) -> str:
    """Which criteria measure nearly the same, if any."""
    close = [line for line in lines if line["is_close"]]
    return consecutive(
        _("%(first)s and %(second)s measure nearly the same.") % line for line in close
    )
