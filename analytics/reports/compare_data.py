"""A comparison for programs: the numbers unrounded, in the unit of an answer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analytics.reports.compare_words import finding

if TYPE_CHECKING:
    from analytics.reports.compare import Comparison, Side


def as_data(found: "Comparison") -> Mapping[str, Any]:
    return {
        "metric": found.formula.key,
        "trust": found.trust,
        "since": found.facts.since,
        "verdict": str(found.verdict),
        "finding": finding(found),
        "answers_needed": found.needed,
        "a": _side_data(found.a),
        "b": _side_data(found.b),
        "difference": found.difference.as_dict(),
        "planned": found.planned.as_dict() if found.planned else None,
        "response_rate": found.response.as_dict(),
        "assigned_ratio": _ratio_data(found.assigned_ratio),
        "shown_ratio": _ratio_data(found.shown_ratio),
        "met_both": found.both,
        "unsigned_share": found.facts.unsigned,
        "strata": _strata_data(found),
        "bayesian": {
            "chance_b_better": found.posterior.chance,
            "loss_if_b": found.posterior.loss_of_first,
            "loss_if_a": found.posterior.loss_of_second,
        }
        if found.posterior
        else None,
        "warnings": [
            {"code": one.code, "blocks": one.blocks, "message": one.words} for one in found.warnings
        ],
    }


def _side_data(side: "Side") -> Mapping[str, Any]:
    return {
        "variant": side.name,
        "assigned": side.assigned,
        "people_shown": side.sums.showings.respondents,
        "shown": side.sums.showings.n,
        "answered_of_shown": int(side.sums.showings.x),
        "coverage": side.coverage,
        "people": side.sums.answers.respondents,
        "n": side.sums.answers.n,
        "mean": side.mean.as_dict(),
    }


def _ratio_data(check: Any) -> Mapping[str, Any] | None:
    if check is None:
        return None
    return {
        "n": check.n,
        "expected": list(check.expected),
        "statistic": check.statistic,
        "p": check.p,
        "alarm": check.alarm,
        "reason": check.reason,
    }


def _strata_data(found: "Comparison") -> Mapping[str, Any] | None:
    if found.strata is None:
        return None
    return {
        "by": found.strata.by,
        "within": found.strata.within.as_dict(),
        "signs_differ": found.strata.signs_differ,
        "lines": [
            {
                "name": line.name,
                "n_a": line.a.n,
                "n_b": line.b.n,
                "is_small": line.is_small,
                "difference": None if line.is_small else line.difference.as_dict(),
                "weight": line.weight,
            }
            for line in found.strata.lines
        ],
    }
