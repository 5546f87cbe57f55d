"""A comparison as sentences: what may be said now, in the reader's words."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from analytics.reports.compare_formulas import Formula
from analytics.reports.why import reason_words
from core.phrases import consecutive
from core.templatetags.numerals import NO_BREAK, is_japanese, percent, span, thousands, written

if TYPE_CHECKING:
    from analytics.reports.compare import Comparison, Side
    from analytics.stats.types import Estimate


def finding(found: "Comparison") -> str:
    """The answer; where something blocks it the warnings say what, and a number is never alone."""
    from analytics.reports.compare import Verdict

    names = {"a": found.a.name, "b": found.b.name}
    if found.verdict == Verdict.BLOCKED:
        return _("“%(a)s” and “%(b)s” cannot be compared fairly yet.") % names
    if found.verdict == Verdict.UNKNOWN:
        return _unknown(found, names)
    gap = {
        **names,
        "difference": difference(found.deciding, found.formula),
        "interval": limits(found.deciding, found.formula),
    }
    if found.verdict == Verdict.BETTER:
        return (
            _("“%(b)s” does better than “%(a)s”: %(difference)s points (%(interval)s).") % gap
            if found.formula.scale > 1
            else _("“%(b)s” does better than “%(a)s”: %(difference)s (%(interval)s).") % gap
        )
    return (
        _("“%(b)s” does worse than “%(a)s”: %(difference)s points (%(interval)s).") % gap
        if found.formula.scale > 1
        else _("“%(b)s” does worse than “%(a)s”: %(difference)s (%(interval)s).") % gap
    )


def _unknown(found: "Comparison", names: dict[str, Any]) -> str:
    empty = [side.name for side in (found.a, found.b) if not side.sums.answers.n]
    if empty:
        return _("There is no feedback on “%(name)s” yet, so nothing can be compared.") % {
            "name": empty[0]
        }
    if found.needed:
        words = {**names, "n": thousands(found.needed)}
        if found.plan and found.planned is None:
            return (
                _(
                    "Whether “%(b)s” does better than “%(a)s” is not yet known: the plan waits for "
                    "%(n)s more feedback per variant."
                )
                % words
            )
        return (
            _(
                "Whether “%(b)s” does better than “%(a)s” is not yet known: about %(n)s more "
                "feedback per variant."
            )
            % words
        )
    if found.difference.low is None and found.difference.reason:
        return consecutive(
            [
                _("Whether “%(b)s” does better than “%(a)s” is not yet known.") % names,
                reason_words(found.difference.reason),
            ]
        )
    return (
        _(
            "Whether “%(b)s” does better than “%(a)s” is not yet known, and no difference shows so "
            "far that more feedback could settle soon."
        )
        % names
    )


def strata_words(by: str) -> str:
    """What strata are, in the reader's words."""
    words = {
        "language": _("language of the conversation"),
        "locale": _("language of the widget"),
    }
    return words.get(by, by)


def verdict_words(found: "Comparison") -> str:
    """In one or two words, for a table and for programs' readers."""
    from analytics.reports.compare import Verdict

    return {
        Verdict.BETTER: _("better"),
        Verdict.WORSE: _("worse"),
        Verdict.UNKNOWN: _("not yet known"),
        Verdict.BLOCKED: _("not comparable"),
    }[found.verdict]


def difference(estimate: "Estimate", formula: Formula) -> str:
    if estimate.value is None:
        return "–"
    return in_unit(estimate.value, formula)


def limits(estimate: "Estimate", formula: Formula) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return span(in_unit(estimate.low, formula), in_unit(estimate.high, formula))


def in_unit(gap: float, formula: Formula) -> str:
    """A difference as pages tell it."""
    return written(gap * formula.scale, _digits(formula), sign=True)


def level(side: "Side", formula: Formula) -> str:
    """A variant's own number; below the least number of answers the counts alone."""
    answers = side.sums.answers
    if side.mean.value is None:
        if not answers.n:
            return "–"
        if formula.is_share:
            return _("%(x)s of %(n)s") % {"x": thousands(answers.x), "n": thousands(answers.n)}
        return _("%(n)s answers") % {"n": thousands(answers.n)}
    if formula.is_share:
        return percent(side.mean.value, 1)
    return written(side.mean.value * formula.scale, _digits(formula), sign=formula.form == "points")


def level_limits(side: "Side", formula: Formula) -> str:
    if side.mean.low is None or side.mean.high is None:
        return ""
    is_signed = formula.form == "points"
    return span(
        *(
            written(at * formula.scale, _digits(formula), sign=is_signed)
            for at in (side.mean.low, side.mean.high)
        )
    )


def chances(found: "Comparison") -> str:
    """The second lens, never the first."""
    if found.posterior is None:
        return ""
    unit = _("points") if found.formula.scale > 1 else _("points of the scale")
    gap = "" if is_japanese() else NO_BREAK
    losses = [
        f"{written(loss * found.formula.scale, 2)}{gap}{unit}"
        for loss in (found.posterior.loss_of_first, found.posterior.loss_of_second)
    ]
    return _(
        "By these answers the chance that “%(b)s” is the better one is %(chance)s. Choosing it "
        "would lose %(loss_b)s on average, choosing “%(a)s” %(loss_a)s."
    ) % {
        "a": found.a.name,
        "b": found.b.name,
        "chance": percent(found.posterior.chance, 1),
        "loss_b": losses[0],
        "loss_a": losses[1],
    }


def _digits(formula: Formula) -> int:
    return 1 if formula.scale > 1 else 2
