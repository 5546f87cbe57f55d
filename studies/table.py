"""The study as a table that reports read: which limits hold in a study like the reader's."""

import json
from collections.abc import Iterator
from typing import Any

from studies.plan import Cell, Plan
from studies.study import Found, Part

TABLE = "analytics/stats/intervals/coverage.json"
KINDS = {"formula": "analytic"}
"""Methods that reports know by another name."""
NOT_SHOWN = ("default", "kalpha", "turns")
KEYS: dict[str, tuple[str, ...]] = {
    "alpha": ("krippendorff_alpha",),
    "sets": ("krippendorff_alpha",),
    "percent": ("percent_agreement",),
    "Fleiss": ("fleiss_kappa",),
    "Brennan": ("brennan_prediger",),
    "Conger": ("conger_kappa",),
    "Scott": ("scott_pi",),
    "ICC(1,1)": ("icc_1_1", "icc_1_k"),
    "ICC(2,1)": ("icc_2_1", "icc_2_k"),
    "ICC(3,1)": ("icc_3_1", "icc_3_k"),
    "W": ("kendall_w",),
}
"""Coefficients of reports, by the study's name."""
BY_SCALE: dict[str, dict[str, str]] = {
    "AC": {"5 points": "gwet_ac2", "3 labels": "gwet_ac1"},
    "Cohen": {"5 points": "cohen_kappa_quadratic", "3 labels": "cohen_kappa"},
}


def table(plan: Plan, found: dict[Part, list[Found]]) -> str:
    """JSON, a row a line, so that a change of the study can be read."""
    rows = [
        json.dumps(row)
        for part, cells in found.items()
        for one in cells
        for row in _rows(part, one)
    ]
    head = f'"plan": "{plan.digest}",\n"simulations": {plan.simulations},\n"rows": [\n'
    return "{\n" + head + ",\n".join(rows) + "\n]\n}\n"


def _rows(part: Part, one: Found) -> Iterator[dict[str, Any]]:
    for name in dict.fromkeys(name for name, _method in one.tallies):
        shares = {
            KINDS.get(method, method): round(tally.share, 4)
            for (of, method), tally in one.tallies.items()
            if of == name and method not in NOT_SHOWN and tally.made
        }
        cell = one.cell
        yield {
            "part": part,
            "coefficients": list(keys_of(name, cell)),
            "scale": cell.population.scale,
            "scores": cell.population.scores,
            "groups": cell.items,
            "raters": cell.raters,
            "missing": cell.missing,
            "held": shares,
        }


def keys_of(name: str, cell: Cell) -> tuple[str, ...]:
    """The keys of reports that a studied coefficient speaks for."""
    return KEYS[name] if name in KEYS else (BY_SCALE[name][cell.population.scale],)
