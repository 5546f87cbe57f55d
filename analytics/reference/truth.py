"""Evaluators of cases with several labels a unit: the truth behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from analytics.reference.cases import Case, CaseError, Params, described, only
from analytics.stats.truth.dawid_skene import DawidSkene, dawid_skene
from analytics.stats.truth.majority import majority

STOP = 1e-12
"""Gain of a step, in log-likelihood a rating, at which references are computed."""
MANY = 20_000
MOST_RATERS = 1_000
"""Raters whose number may stand in the name of a statistic."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One row a rating, by the numbers of its unit, rater and value, and their names in order."""

    unit: list[int]
    rater: list[int]
    value: list[int]
    units: list[Any]
    raters: list[Any]
    values: list[Any]


def labels(case: Case) -> Labels:
    """Ratings of any layout that tells who gave which; repeated ones are kept.

    Raises:
        CaseError: The layout does not tell, or a rating is outside the scale.
    """
    if case.layout == "long":
        rows = [(row["unit"], row["rater"], row["value"]) for row in case.rows()]
        values = case.data.get("categories") or sorted({row[2] for row in rows}, key=str)
    else:
        answers, values = case.answers(), case.categories
        names = case.raters
        rows = [
            (number + 1, names[column], said)
            for number, unit in enumerate(answers)
            for column, said in enumerate(unit)
        ]
    units = list(dict.fromkeys(row[0] for row in rows))
    rated = [row for row in rows if row[2] is not None]
    raters = list(dict.fromkeys(row[1] for row in rated))
    place = [{name: at for at, name in enumerate(names)} for names in (units, raters, values)]
    for row in rated:
        if row[2] not in place[2]:
            raise CaseError(f"Rating '{row[2]}' is none of the declared categories {values}.")
    return Labels(
        [place[0][row[0]] for row in rated],
        [place[1][row[1]] for row in rated],
        [place[2][row[2]] for row in rated],
        units,
        raters,
        list(values),
    )


def counts(case: Case) -> Any:
    """Units x values, in the order of the units' first rows; anonymous raters will do."""
    if case.layout == "value_counts":
        return case.counts(), case.categories
    told = labels(case)
    table = np.zeros((len(told.units), len(told.values)), np.int64)
    np.add.at(table, (told.unit, told.value), 1)
    return table, told.values


def majority_label_unique(case: Case, params: Params) -> Any:
    """None where labels tie."""
    only(params, "ties")
    described(params, "ties", "none", "null", "shown")
    table, values = counts(case)
    return [None if label < 0 else values[label] for label in majority(table).label]


def majority_label(case: Case, params: Params) -> Any:
    """With `ties`: "declared" takes the label declared first; else as `majority_label_unique`."""
    only(params, "ties")
    rule = params.get("ties", "none")
    if rule not in ("none", "shown", "declared"):
        raise CaseError(f"Rule '{rule}' for ties is unknown: none, shown or declared.")
    table, values = counts(case)
    found = majority(table, ties=rule)
    if rule == "shown":
        return [
            [values[at] for at in np.flatnonzero(top)]
            if tied
            else (values[label] if label >= 0 else None)
            for top, tied, label in zip(found.top, found.tied, found.label, strict=True)
        ]
    return [None if label < 0 else values[label] for label in found.label]


def vote_shares(case: Case, params: Params) -> Any:
    """Distribution of each unit, or of the one that `unit` names."""
    only(params, "unit")
    table, _values = counts(case)
    shares = majority(table).shares
    return shares[_unit(case, params)] if "unit" in params else shares


def dawid_skene_class_prior(case: Case, params: Params) -> Any:
    return _fit(case, params)[0].prior


def dawid_skene_labels(case: Case, params: Params) -> Any:
    fit, told = _fit(case, params)
    return [None if label < 0 else told.values[label] for label in fit.label]


def dawid_skene_loglik(case: Case, params: Params) -> Any:
    return _fit(case, params)[0].log_likelihood


def dawid_skene_posterior(case: Case, params: Params) -> Any:
    fit, _told = _fit(case, params)
    return fit.posterior[_unit(case, params)] if "unit" in params else fit.posterior


def dawid_skene_confusion(case: Case, params: Params, number: int | None = None) -> Any:
    """Of the rater that `rater` names, or of the rater with a number in the statistic's name."""
    fit, told = _fit(case, params)
    wanted = params.get("rater", number)
    names = [str(name) for name in told.raters]
    if str(wanted) in names:
        return fit.confusion[names.index(str(wanted))]
    raise CaseError(f"Rater '{wanted}' is none of {names}.")


def _fit(case: Case, params: Params) -> tuple[DawidSkene, Labels]:
    only(params, "unit", "rater", "start", "smoothing", "iterations")
    described(params, "start", "vote", "share", "majority")
    told = labels(case)
    found = dawid_skene(
        told.unit,
        told.rater,
        told.value,
        n_units=len(told.units),
        n_raters=len(told.raters),
        n_values=len(told.values),
        smoothing=float(params.get("smoothing") or 0),
        tolerance=STOP,
        max_iterations=int(params.get("iterations", MANY)),
    )
    return found, told


def _unit(case: Case, params: Params) -> int:
    """Place of the unit that the parameters name; units without names are numbered from 1."""
    names = [str(name) for name in labels(case).units]
    if str(params["unit"]) not in names:
        raise CaseError(f"Unit '{params['unit']}' has no ratings in this case.")
    return names.index(str(params["unit"]))


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "dawid_skene_class_prior": dawid_skene_class_prior,
    "dawid_skene_confusion": dawid_skene_confusion,
    **{
        f"dawid_skene_confusion_rater{n}": partial(dawid_skene_confusion, number=n)
        for n in range(1, 1000)
    },
    "dawid_skene_labels": dawid_skene_labels,
    "dawid_skene_loglik": dawid_skene_loglik,
    "dawid_skene_posterior": dawid_skene_posterior,
    "majority_label": majority_label,
    "majority_label_unique": majority_label_unique,
    "vote_shares": vote_shares,
}
