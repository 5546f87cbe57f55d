"""Which variant is preferred, as its page shows it: in words and figures, as computed last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import AgreementSnapshot
from analytics.reports.preferences import told_reason
from analytics.reports.why import reason_words
from annotation.criteria import spoken
from annotation.models import RaterKind, Study
from core.phrases import consecutive
from core.templatetags.figures import Axis
from core.templatetags.numerals import interval, is_japanese, percent

HALF = 0.5


@dataclass(frozen=True, slots=True)
class VariantLine:
    """One variant; `chance` is that of beating a variant of average strength."""

    data: Mapping[str, Any]
    rates: Mapping[str, Any]
    chance: Mapping[str, float | None]

    @property
    def name(self) -> str:
        return str(self.data["system"])

    @property
    def ranks(self) -> str:
        low, high = self.data["rank_low"], self.data["rank_high"]
        if low is None:
            return ""
        return str(low) if low == high else f"{low}{'〜' if is_japanese() else '–'}{high}"


@dataclass(frozen=True, slots=True)
class MachineLine:
    data: Mapping[str, Any]
    kind: str


@dataclass(frozen=True, slots=True)
class PreferencePart:
    """One criterion that asks which answer is better."""

    data: Mapping[str, Any]
    name: str
    question: str
    finding: str
    side: str
    variants: Sequence[VariantLine]
    machines: Sequence[MachineLine]

    @property
    def reason(self) -> str:
        """Why strengths have no intervals."""
        return reason_words(self.data["bradley_terry"]["reason"]) if self.variants else ""

    @property
    def axis(self) -> Axis:
        quarters = (0, 0.25, HALF, 0.75, 1)
        return Axis(
            ticks=quarters,
            thresholds=[HALF],
            form="percent",
            low_words=_("always loses"),
            high_words=_("always wins"),
        )


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    study: Study
    computed_at: datetime
    parts: Sequence[PreferencePart]


def preferences_page(snapshot: AgreementSnapshot, study: Study) -> PreferencesPage:
    """From what was computed last; without parts where the study compares no answers."""
    parts = [_part(data) for data in snapshot.data.get("preferences", [])]
    return PreferencesPage(study, snapshot.computed_at, parts)


def _part(data: Mapping[str, Any]) -> PreferencePart:
    rates = {line["system"]: line for line in data["win_rates"]}
    strengths = data["bradley_terry"]["systems"]
    return PreferencePart(
        data=data,
        name=spoken(data["name"], data["criterion"]),
        question=spoken(data["question"]),
        finding=_finding(data),
        side=_side(data["position_bias"]["left_share"]),
        variants=[VariantLine(one, rates[one["system"]], _chance(one)) for one in strengths],
        machines=[MachineLine(one, str(RaterKind(one["kind"]).label)) for one in data["machines"]],
    )


def _chance(line: Mapping[str, Any]) -> dict[str, float | None]:
    """A strength is the log of the odds against the mean of all; so are its limits."""
    ends = {"value": line["strength"], "low": line["low"], "high": line["high"]}
    return {name: None if at is None else 1 / (1 + exp(-at)) for name, at in ends.items()}


def _finding(data: Mapping[str, Any]) -> str:
    """Who is ahead and how sure that is, or why it cannot be told."""
    strengths = data["bradley_terry"]["systems"]
    if not strengths:
        return told_reason(data["bradley_terry"]["reason"], data["connection"]) or ""
    if len(strengths) == 2 and data["pairs"]:
        pair = data["pairs"][0]
        chance = {"value": pair["a_beats_b"], "low": pair["low"], "high": pair["high"]}
        words = {"a": pair["a"], "b": pair["b"], "share": percent(pair["a_beats_b"])}
        if pair["low"] is None:
            return _("“%(a)s” is preferred to “%(b)s” %(share)s of the time.") % words
        words["interval"] = interval(chance, "percent")
        if pair["low"] > HALF:
            return (
                _("“%(a)s” is preferred to “%(b)s” %(share)s of the time (%(interval)s).") % words
            )
        return (
            _(
                "It is not yet known which is preferred: “%(a)s” beats “%(b)s” %(share)s of the "
                "time, and it could be %(interval)s."
            )
            % words
        )
    first = strengths[0]
    facts = {"name": first["system"], "n": len(strengths), "high": first["rank_high"]}
    if first["rank_high"] is None:
        return _("“%(name)s” stands first of %(n)d variants.") % facts
    if first["rank_high"] == 1:
        return _("“%(name)s” is first of %(n)d variants, by its interval too.") % facts
    return (
        _("“%(name)s” stands first of %(n)d variants; by its interval its place could be %(high)d.")
        % facts
    )


def _side(share: Mapping[str, Any]) -> str:
    if share["value"] is None:
        return reason_words(share["reason"])
    words = {"share": percent(share["value"], 1), "interval": interval(share, "percent")}
    said = _("The left answer won %(share)s (%(interval)s) of the votes that are no ties.") % words
    if share["low"] <= HALF <= share["high"]:
        return consecutive([said, _("No effect of the side shows.")])
    return consecutive([said, _("Without an effect of the side it would be half of them.")])
