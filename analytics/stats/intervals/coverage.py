"""How often limits of each kind held the truth in simulated studies, for the study at hand.

The table beside this module is written by `make coverage-study`, with the page that explains it.
A study is compared with the simulated one that is most like it: the same scale, ratings crowded on
one value or not, and about as many groups, raters and gaps.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path
from typing import Any, Literal

NOMINAL = 0.95
TOLERANCE = 0.025
TABLE = Path(__file__).with_name("coverage.json")
BORDER = 1e-9


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides which simulated study is like this one.

    Attributes:
        scale: "5 points" for any scale in order, "3 labels" for any without, "sets" of labels.
        is_skewed: Whether most ratings are of one value.
        n_groups: What is resampled: items, or dialogues.
        n_raters: Ratings that an item has, or would have without gaps.
        missing: Share of the ratings that lack, 0 to 1.
        of_units: Whether items stand alone.
    """

    scale: Literal["5 points", "3 labels", "sets"]
    is_skewed: bool
    n_groups: int
    n_raters: int
    missing: float
    of_units: bool


@dataclass(frozen=True, slots=True)
class Simulated:
    """One row of the study.

    Attributes:
        n_groups: Items, or dialogues, that were simulated.
        n_raters: Raters.
        held: Share of the intervals that held the truth, by kind.
    """

    n_groups: int
    n_raters: int
    held: Mapping[str, float]


def holds(held: float) -> bool:
    """Within 2.5 points of 95 %, the border included."""
    return abs(held - NOMINAL) <= TOLERANCE + BORDER


def nearest(held: Mapping[str, float]) -> str | None:
    """The kind that is nearest to 95 % among those that hold.

    Where none does, the one that errs least on the safe side; None where all fall short.

    Example:
        >>> nearest({"percentile": 0.89, "bca": 0.91, "bca-widened": 0.93, "jackknife": 0.94})
        'jackknife'
        >>> nearest({"percentile": 0.60, "two-way": 0.99})
        'two-way'
    """
    near = {kind: share for kind, share in held.items() if holds(share)}
    safe = near or {kind: share for kind, share in held.items() if share > NOMINAL}
    return min(safe, key=lambda kind: abs(safe[kind] - NOMINAL)) if safe else None


def simulated(coefficient: str, kind: str, situation: Situation) -> Simulated | None:
    """The simulated study most like this one; None where such limits were not simulated so.

    Args:
        coefficient: Key of a report ("krippendorff_alpha").
        kind: Of the limits. Those for other raters are held against raters drawn at random.
        situation: The study at hand.
    """
    of_it = rows_by_coefficient().get(coefficient, [])
    rows = [row for row in of_it if _speaks_for(row, coefficient, kind, situation)]
    if not rows:
        return None
    row = min(rows, key=lambda row: _distance(row, situation))
    return Simulated(row["groups"], row["raters"], row["held"])


def _speaks_for(row: Mapping[str, Any], coefficient: str, kind: str, situation: Situation) -> bool:
    parts = ("items", "persons") if situation.of_units else ("dialogues",)
    if kind == "two-way" or coefficient.startswith(("icc_1", "icc_2")):
        parts = ("raters",)
    known = row["scale"] == situation.scale and kind in row["held"]
    return known and row["part"] in parts


def _distance(row: Mapping[str, Any], situation: Situation) -> tuple[bool, float, float, float]:
    """The number of groups counts most, then that of raters, then gaps."""
    return (
        (row["scores"] == "skewed") != situation.is_skewed,
        abs(log(row["groups"] / max(situation.n_groups, 1))),
        abs(log(row["raters"] / max(situation.n_raters, 1))),
        abs(row["missing"] - situation.missing),
    )


@cache
def rows_by_coefficient() -> dict[str, list[dict[str, Any]]]:
    """The rows of the table, read once."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads(TABLE.read_text(encoding="utf-8"))["rows"]:
        for key in row["coefficients"]:
            found.setdefault(key, []).append(row)
    return found
