"""Kinds of raters in plain sentences, and as lines of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from analytics.reports.kinds import IMPORTED
from analytics.reports.plainly import between_words
from analytics.reports.why import reason_words
from annotation.models import RaterKind
from core.phrases import consecutive
from core.templatetags.numerals import interval, percent, thousands, written

NAMES: Mapping[str, str] = {
    RaterKind.PERSON: gettext_noop("people"),
    RaterKind.RESPONDENT: gettext_noop("end users"),
    RaterKind.RULE: gettext_noop("rules"),
    RaterKind.METRIC: gettext_noop("metrics"),
    RaterKind.JUDGE: gettext_noop("LLM judges"),
    IMPORTED: gettext_noop("raters of imported files"),
}


@dataclass(frozen=True, slots=True)
class KindWords:
    """Agreement within one kind or between two."""

    name: str
    sentence: str
    reason: str
    data: Mapping[str, Any]

    @property
    def percent(self) -> Mapping[str, Any]:
        return self.data["percent_agreement"]  # type: ignore[no-any-return]

    @property
    def alpha(self) -> Mapping[str, Any]:
        return self.data["alpha"]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class KindsPart:
    """Kinds on one criterion; without lines the reason says why."""

    lines: Sequence[KindWords]
    reason: str


def kinds_part(criterion: Mapping[str, Any]) -> KindsPart | None:
    """What a stored criterion says of kinds; None where all raters are of one."""
    found = criterion.get("kinds")
    if not found:
        return None
    return KindsPart([_line(data) for data in found["lines"]], reason_words(found["reason"]))


def _line(data: Mapping[str, Any]) -> KindWords:
    names = [_(NAMES[kind]) for kind in data["kinds"]]
    alpha, equal = data["alpha"], data["percent_agreement"]
    name = (
        _("%(first)s and %(second)s") % {"first": names[0], "second": names[1]}
        if len(names) > 1
        else names[0]
    )
    sentence = "" if equal["value"] is None else _equal_words(name, data)
    if sentence and alpha["value"] is not None:
        said = _("Alpha is %(alpha)s%(between)s.") % {
            "alpha": written(alpha["value"], 2),
            "between": between_words(alpha),
        }
        sentence = consecutive([sentence, said])
    return KindWords(name, sentence, reason_words(alpha["reason"] or equal["reason"]), data)


def _equal_words(name: str, data: Mapping[str, Any]) -> str:
    equal, n = data["percent_agreement"], data["n_units"]
    facts = {"name": name, "share": percent(equal["value"]), "units": thousands(n)}
    if limits := interval(equal, "percent"):
        facts["share"] = _("%(value)s (%(limits)s)") % {"value": facts["share"], "limits": limits}
    if len(data["kinds"]) > 1:
        said = ngettext(
            "Between %(name)s: on %(units)s unit that both rated, a rating of each is equal in "
            "%(share)s of cases.",
            "Between %(name)s: on %(units)s units that both rated, a rating of each is equal in "
            "%(share)s of cases.",
            n,
        )
    else:
        said = ngettext(
            "Among %(name)s: on %(units)s unit with two ratings or more, two ratings are equal in "
            "%(share)s of cases.",
            "Among %(name)s: on %(units)s units with two ratings or more, two ratings are equal in "
            "%(share)s of cases.",
            n,
        )
    return said % facts
