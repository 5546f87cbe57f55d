"""Evaluators of cases with votes between two: layouts `battles`, `win_counts` and `wins`."""

from collections.abc import Callable
from typing import Any

from analytics.reference.cases import Case, CaseError, Params, described, only
from analytics.stats.preferences.battles import FIRST, SECOND, TIE, BattleBlocks, BattleTable
from analytics.stats.preferences.bradley_terry import Strengths, bradley_terry
from analytics.stats.preferences.davidson import davidson
from analytics.stats.preferences.positions import position_bias
from analytics.stats.preferences.win_rates import mean_score_over_opponents, win_rates
from analytics.stats.types import FloatArray

OUTCOME = {1: FIRST, -1: SECOND, 0: TIE}
COUNTED = (("first_wins", FIRST), ("second_wins", SECOND), ("ties", TIE))


def table(case: Case) -> tuple[BattleTable, list[Any]]:
    """Votes of a case and the names of its systems in their declared order.

    Raises:
        CaseError: The layout holds no votes, or a system is not declared.
    """
    rows = case.rows()
    if case.layout == "wins":
        votes = [(row["winner"], row["loser"], FIRST, 1) for row in rows]
    elif case.layout == "battles":
        votes = [(row["first"], row["second"], _outcome(row["outcome"]), 1) for row in rows]
    elif case.layout == "win_counts":
        votes = [
            (row["first"], row["second"], outcome, row.get(name) or 0)
            for row in rows
            for name, outcome in COUNTED
        ]
    else:
        raise CaseError(f"Layout '{case.layout}' holds no votes between two systems.")
    names = list(case.data.get("competitors") or _seen(votes))
    place = {name: number for number, name in enumerate(names)}
    for name in _seen(votes):
        if name not in place:
            raise CaseError(f"System '{name}' is none of the declared competitors {names}.")
    return BattleTable.from_rows(
        [place[vote[0]] for vote in votes],
        [place[vote[1]] for vote in votes],
        [vote[2] for vote in votes],
        [vote[3] for vote in votes],
        n_systems=len(names),
    ), names


def bradley_terry_log_strength(case: Case, params: Params) -> Any:
    only(params, "reference", "centre", "home_effect", "ties")
    fit, names = _bradley_terry(case, params)
    return _placed(case, params, fit, names)


def bradley_terry_se(case: Case, params: Params) -> Any:
    only(params, "reference", "method", "home_effect", "ties")
    described(params, "method", "fisher", "hessian")
    fit, names = _bradley_terry(case, params)
    return _named(case, names, fit.standard_errors(_reference(params, names)), fit)


def bradley_terry_share(case: Case, params: Params) -> Any:
    only(params, "home_effect", "ties")
    fit, names = _bradley_terry(case, params)
    return _named(case, names, fit.shares, fit)


def bradley_terry_win_probability(case: Case, params: Params) -> Any:
    """All ordered pairs as "A beats B", neither at home."""
    only(params, "home_effect", "ties")
    fit, names = _bradley_terry(case, params)
    if fit.reason:
        return None
    chances = fit.win_probabilities()
    return {
        f"{names[one]} beats {names[other]}": chances[one, other]
        for one in range(len(names))
        for other in range(len(names))
        if one != other
    }


def bradley_terry_home_effect(case: Case, params: Params) -> Any:
    only(params, "home_effect", "ties")
    fit, _names = _bradley_terry(case, {**params, "home_effect": params.get("home_effect", True)})
    return fit.home


def bradley_terry_home_effect_se(case: Case, params: Params) -> Any:
    only(params, "home_effect", "ties")
    fit, _names = _bradley_terry(case, {**params, "home_effect": params.get("home_effect", True)})
    return fit.home_standard_error


def bradley_terry_loglik(case: Case, params: Params) -> Any:
    only(params, "home_effect", "ties")
    return _bradley_terry(case, params)[0].log_likelihood


def davidson_log_strength(case: Case, params: Params) -> Any:
    only(params, "reference", "centre", "home_effect", "tie_term")
    fit, names = _davidson(case, params)
    return _placed(case, params, fit, names)


def davidson_nu(case: Case, params: Params) -> Any:
    only(params, "home_effect", "tie_term")
    return _davidson(case, params)[0].tie


def davidson_loglik(case: Case, params: Params) -> Any:
    only(params, "home_effect", "tie_term")
    return _davidson(case, params)[0].log_likelihood


def davidson_home_effect(case: Case, params: Params) -> Any:
    only(params, "home_effect", "tie_term")
    return _davidson(case, {**params, "home_effect": params.get("home_effect", True)})[0].home


def davidson_share(case: Case, params: Params) -> Any:
    only(params, "home_effect", "tie_term")
    fit, names = _davidson(case, params)
    return _named(case, names, fit.shares, fit)


def win_rate(case: Case, params: Params) -> Any:
    """Wins among votes that are no ties."""
    only(params)
    votes, names = table(case)
    rates = win_rates(BattleBlocks.of_votes(votes), replicates=1)
    return _named(case, names, rates.win_rate.value)


def tie_rate(case: Case, params: Params) -> Any:
    only(params)
    votes, names = table(case)
    rates = win_rates(BattleBlocks.of_votes(votes), replicates=1)
    return _named(case, names, rates.tie_rate.value)


def average_win_rate(case: Case, params: Params) -> Any:
    """Mean over opponents, a tie as half a win."""
    only(params, "ties")
    described(params, "ties", "half")
    votes, names = table(case)
    return _named(case, names, mean_score_over_opponents(votes))


def first_side_share(case: Case, params: Params) -> Any:
    only(params)
    return position_bias(table(case)[0]).value


def first_side_p(case: Case, params: Params) -> Any:
    only(params)
    return position_bias(table(case)[0]).p


def first_side_ci(case: Case, params: Params) -> Any:
    only(params, "confidence")
    found = position_bias(table(case)[0], float(params.get("confidence", 0.95)))
    return None if found.value is None else [found.low, found.high]


def _outcome(said: Any) -> int:
    if said not in OUTCOME:
        raise CaseError(f"Outcome '{said}' is none of 1 (first wins), 0 (tie), -1 (second wins).")
    return OUTCOME[said]


def _seen(votes: list[tuple[Any, Any, int, int]]) -> list[Any]:
    found = {vote[0] for vote in votes} | {vote[1] for vote in votes}
    return sorted(found, key=str)


def _bradley_terry(case: Case, params: Params) -> tuple[Strengths, list[Any]]:
    described(params, "ties", "half")
    votes, names = table(case)
    return bradley_terry(votes, home=bool(params.get("home_effect"))), names


def _davidson(case: Case, params: Params) -> tuple[Strengths, list[Any]]:
    described(params, "tie_term", "sqrt")
    votes, names = table(case)
    return davidson(votes, home=bool(params.get("home_effect"))), names


def _reference(params: Params, names: list[Any]) -> int | None:
    reference = params.get("reference")
    if reference is None:
        return None
    if reference not in names:
        raise CaseError(f"Reference '{reference}' is none of the competitors {names}.")
    return names.index(reference)


def _placed(case: Case, params: Params, fit: Strengths, names: list[Any]) -> Any:
    """Log-strengths with the reference at 0, else with mean 0."""
    described(params, "centre", "mean 0")
    reference = _reference(params, names)
    values = fit.strengths if reference is None else fit.relative_to(reference)
    return _named(case, names, values, fit)


def _named(case: Case, names: list[Any], values: FloatArray, fit: Strengths | None = None) -> Any:
    """By name; a list where the systems of a case have numbers for names."""
    if fit is not None and fit.reason:
        return None
    if all(isinstance(name, int) for name in names):
        return values.tolist()
    return dict(zip(names, values.tolist(), strict=True))


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "average_win_rate": average_win_rate,
    "bradley_terry_home_effect": bradley_terry_home_effect,
    "bradley_terry_home_effect_se": bradley_terry_home_effect_se,
    "bradley_terry_log_strength": bradley_terry_log_strength,
    "bradley_terry_loglik": bradley_terry_loglik,
    "bradley_terry_se": bradley_terry_se,
    "bradley_terry_share": bradley_terry_share,
    "bradley_terry_win_probability": bradley_terry_win_probability,
    "davidson_home_effect": davidson_home_effect,
    "davidson_log_strength": davidson_log_strength,
    "davidson_loglik": davidson_loglik,
    "davidson_nu": davidson_nu,
    "davidson_share": davidson_share,
    "first_side_ci": first_side_ci,
    "first_side_p": first_side_p,
    "first_side_share": first_side_share,
    "tie_rate": tie_rate,
    "win_rate": win_rate,
}
