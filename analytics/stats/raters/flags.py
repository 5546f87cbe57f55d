"""What stands out about raters, held against how many of them there are.

A flag is a question to the people who lead the study, never a rank: a finding stands only if it
does so after Benjamini and Hochberg's adjustment over all raters, so that in a large team somebody
is not flagged by chance alone.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from analytics.stats.comparisons.multiplicity import rejections
from analytics.stats.raters.each_rater import RaterFigures
from analytics.stats.raters.habits import Pace, Run
from analytics.stats.types import Estimate

Flag: TypeAlias = Literal["severe", "generous", "apart", "runs", "same", "fast", "drift"]

LEVEL = 0.05


def flags_of(
    figures: Sequence[RaterFigures | None],
    runs: Sequence[Run | None],
    drifts: Sequence[Estimate | None],
    pace: Pace | None = None,
    same: Sequence[float | None] = (),
) -> list[list[Flag]]:
    """Flags of each rater.

    "severe" and "generous": below or above the middle of all raters on the same items; "apart":
    alpha is higher without the rater; "runs": the same answer running for longer than chance gives;
    "same": one answer to everything, where the others vary;
    "drift": the distance from the others changes over the weeks; "fast": far below the others'
    times.

    Args:
        figures: Of each rater; None where values cannot be compared one by one.
        runs: Of each rater; None where the order of the ratings is not known.
        drifts: Of each rater; None where times are not known.
        pace: Of all raters.
        same: Of each rater, the chance of one answer to everything (`habits.always_the_same`).

    Returns:
        Words for each rater, none where nothing stands out.

    Source:
        Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1),
        doi:10.1111/j.2517-6161.1995.tb02031.x.

    Example:
        >>> even = Estimate(0.1, -0.2, 0.4, 0.95, 50, "", None, 0.5, 0.6)
        >>> low = Estimate(-1.0, -1.2, -0.8, 0.95, 50, "", None, -9.0, 1e-9)
        >>> one, other = (RaterFigures(x, even, even, even, 0, even, 1.0) for x in (even, low))
        >>> flags_of([one, other], [None, None], [None, None])
        [[], ['severe']]
    """
    found: list[list[Flag]] = [[] for _rater in figures]
    statistics = [one.severity.statistic if one else None for one in figures]
    for place in _standing([one.severity.p if one else None for one in figures]):
        found[place].append("severe" if (statistics[place] or 0) < 0 else "generous")
    for place in _standing([_upper(one.gain) if one else None for one in figures]):
        found[place].append("apart")
    for place in _standing([run.p if run else None for run in runs]):
        found[place].append("runs")
    for place in _standing(same):
        found[place].append("same")
    for place in _standing([one.p if one else None for one in drifts]):
        found[place].append("drift")
    if pace is not None:
        for place in np.flatnonzero(pace.is_fast).tolist():
            found[place].append("fast")
    return found


def _upper(gain: Estimate) -> float | None:
    """P of no gain against a gain."""
    if gain.p is None or gain.value is None:
        return None
    return gain.p / 2 if gain.value > 0 else 1 - gain.p / 2


def _standing(p: Sequence[float | None]) -> list[int]:
    """Places whose p stands after adjustment over all that have one."""
    known = {place: one for place, one in enumerate(p) if one is not None}
    stand = rejections(list(known.values()), "BH", LEVEL)
    return [place for place, stands in zip(known, stand, strict=True) if stands]
