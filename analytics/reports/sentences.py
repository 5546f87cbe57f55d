"""What the numbers say, in the reader's language: verdicts from the lower limit, and findings.

A verdict is a band of alpha. It is given only with an interval, from 20 comparable units on, and
where the interval reaches over the study's bar it says that this is not known yet.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.phrases import consecutive
from core.templatetags.numerals import percent, written

RELIABLE = 0.8
HARDLY = 0.2
"""Alpha whose whole interval lies below this is hardly more than chance."""
ENOUGH_UNITS = 20
COMMON_CHANCE = 0.5
COMMON_GAP = 0.3
"""Where chance alone gives half of the equal pairs and alpha lies this far below the share of
equal pairs, the page explains why both are right."""


class Verdict(StrEnum):
    RELIABLE = "reliable"
    USABLE = "usable"
    UNDECIDED = "undecided"
    BELOW = "below"
    CHANCE = "chance"
    FEW = "few"
    NONE = "none"


def verdict_of(criterion: Mapping[str, Any], bar: float) -> Verdict:
    """From the interval alone; the point estimate decides nothing."""
    alpha = criterion["coefficients"]["krippendorff_alpha"]
    low, high = alpha["low"], alpha["high"]
    if alpha["value"] is None:
        return Verdict.NONE
    if low is None or criterion["n_pairable_units"] < ENOUGH_UNITS:
        return Verdict.FEW
    if low >= max(bar, RELIABLE):
        return Verdict.RELIABLE
    if low >= bar:
        return Verdict.USABLE
    if high >= bar:
        return Verdict.UNDECIDED
    if low <= 0 or high < HARDLY:
        return Verdict.CHANCE
    return Verdict.BELOW


def verdict_words(verdict: Verdict, bar: float) -> str:
    facts = {"bar": written(bar, 3).rstrip("0").rstrip(".")}
    return {
        Verdict.RELIABLE: _("well enough for firm conclusions"),
        Verdict.USABLE: _("well enough for tentative conclusions"),
        Verdict.UNDECIDED: _("not yet known whether above %(bar)s or below") % facts,
        Verdict.BELOW: _("better than chance, below %(bar)s") % facts,
        Verdict.CHANCE: _("hardly better than chance"),
        Verdict.FEW: _("too few ratings for a verdict"),
        Verdict.NONE: _("cannot be computed"),
    }[verdict]


def finding(named: Sequence[tuple[str, Verdict]], reasons: Sequence[str], bar: float) -> str:
    """The page's first sentence: every criterion is in exactly one part of it."""
    if not named:
        return _("The rubric has no criterion on a scale, so there is nothing to compare.")
    if all(verdict is Verdict.NONE for _name, verdict in named) and len(set(reasons)) == 1:
        return _("Agreement cannot be estimated. %(reason)s") % {"reason": _(reasons[0])}
    bar_words = written(bar, 3).rstrip("0").rstrip(".")
    parts = []
    for verdict, sentence in _SENTENCES.items():
        names = [name for name, found in named if found is verdict]
        if names:
            parts.append(_(sentence) % {"criteria": listed(names), "bar": bar_words})
    return consecutive(parts)


def not_asked(names: Sequence[str]) -> str:
    """Why criteria of the rubric are not in a report; older reports have them in it, empty."""
    if not names:
        return ""
    return _("Not in this report, as no item of the study asks for it: %(criteria)s.") % {
        "criteria": listed(names)
    }


_SENTENCES: Mapping[Verdict, str] = {
    Verdict.RELIABLE: gettext_noop(
        "Raters agree on %(criteria)s well enough to draw firm conclusions."
    ),
    Verdict.USABLE: gettext_noop(
        "Raters agree on %(criteria)s well enough for tentative conclusions."
    ),
    Verdict.UNDECIDED: gettext_noop(
        "Whether they agree well enough on %(criteria)s is not yet known: the interval reaches "
        "over the bar of %(bar)s."
    ),
    Verdict.BELOW: gettext_noop(
        "On %(criteria)s raters agree better than chance, but not well enough to draw "
        "conclusions about single items."
    ),
    Verdict.CHANCE: gettext_noop("On %(criteria)s they agree hardly more than by chance."),
    Verdict.FEW: gettext_noop("On %(criteria)s there are too few ratings for a verdict."),
    Verdict.NONE: gettext_noop("Agreement on %(criteria)s cannot be computed."),
}


def listed(names: Sequence[str]) -> str:
    """Names as a language lists them: a, b and c."""
    if len(names) == 1:
        return names[0]
    separator = _("%(one)s, %(next)s")
    first = names[0]
    for name in names[1:-1]:
        first = separator % {"one": first, "next": name}
    return _("%(names)s and %(last)s") % {"names": first, "last": names[-1]}


Named = tuple[str, Mapping[str, Any], Sequence[str]]
"""A criterion's name, its data and the words of its points."""


def prevalence_note(criteria: Sequence[Named]) -> dict[str, str]:
    """Why many equal ratings can go with a low alpha; empty where there is nothing to explain."""
    concerned = [one for one in criteria if _gap(one[1])]
    if not concerned:
        return {}
    name, criterion, points = max(concerned, key=lambda one: _gap(one[1]))
    counts = criterion["distribution"]
    shares = [count / sum(counts) for count in counts]
    top = shares.index(max(shares))
    facts = {
        "criterion": name,
        "equal": percent(criterion["coefficients"]["percent_agreement"]["value"]),
        "alpha": written(criterion["coefficients"]["krippendorff_alpha"]["value"], 2),
        "share": of_hundred(shares[top]),
        "point": points[top],
        "chance": percent(sum(share**2 for share in shares)),
    }
    words = _(
        "%(share)s of 100 ratings are “%(point)s”. Two raters who never read the text, but used "
        "the points as often, would agree %(chance)s of the time, and alpha counts only what is "
        "above that. Both are right: raters rarely differ, and the study holds too few other "
        "cases to show that they would notice one. Draw more of those."
    )
    others = [other for other, _data, _points in concerned if other != name]
    also = _("The same holds for %(criteria)s.") % {"criteria": listed(others)} if others else ""
    return {
        "title": _("Why %(criterion)s has %(equal)s equal ratings and an alpha of only %(alpha)s")
        % facts,
        "words": consecutive(filter(None, (words % facts, also))),
    }


def of_hundred(share: float) -> int:
    """How many of 100, and 100 only where it is all of them."""
    return 100 if share == 1 else min(99, round(100 * share))


def _gap(criterion: Mapping[str, Any]) -> float:
    """How far alpha lies below the share of equal pairs where one point prevails; else 0."""
    alpha = criterion["coefficients"]["krippendorff_alpha"]["value"]
    equal = criterion["coefficients"]["percent_agreement"]["value"]
    counts, total = criterion["distribution"], sum(criterion["distribution"])
    if alpha is None or equal is None or not criterion["pairs"] or not total:
        return 0.0
    by_chance = sum((count / total) ** 2 for count in counts)
    gap = float(equal - alpha)
    return gap if by_chance >= COMMON_CHANCE and gap >= COMMON_GAP else 0.0


def parting(criterion: Mapping[str, Any], points: Sequence[str]) -> str:
    """Between which two points most of the unequal pairs lie."""
    pairs = criterion["pairs"]
    if not pairs:
        return ""
    apart = [
        (pairs[a][b] + pairs[b][a], a, b)
        for a in range(len(pairs))
        for b in range(a + 1, len(pairs))
    ]
    unequal = sum(share for share, _a, _b in apart)
    if not unequal:
        return ""
    share, first, second = max(apart)
    return _(
        "Of the pairs that differ, %(share)s are between “%(first)s” and “%(second)s”. "
        "The words at those two points decide it."
    ) % {"share": percent(share / unequal), "first": points[first], "second": points[second]}


def separate(groups: Sequence[int | None]) -> str:
    """That raters fall into groups which no common item joins."""
    known = {group for group in groups if group is not None}
    if len(known) < 2:
        return ""
    return _(
        "The raters fall into %(n)s groups that have no item in common, so severity cannot be "
        "compared between groups. Give raters of different groups some of the same items."
    ) % {"n": len(known)}


def metric_words(metric: str) -> str:
    return {
        "nominal": _("nominal"),
        "ordinal": _("ordinal"),
        "interval": _("interval"),
        "ratio": _("ratio"),
        "masi": _("sets of labels"),
    }[metric]
