"""How the raters of a study work on one criterion: pace, runs, drift, and answers given again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.frames import RaterRows, RatingFrame
    from analytics.stats.raters.drift import Week
    from analytics.stats.raters.habits import Pace, Run
    from analytics.stats.ratings import Ratings
    from analytics.stats.types import Estimate, FloatArray, IntArray

FIRST_MONDAY = date(1969, 12, 29)
ORDER_KNOWN = 0.9
"""Share of a rater's ratings with a moment of their own from which on their order is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """Of each rater of a criterion, in the order of their numbers.

    Attributes:
        pace: Times; None where none are known.
        runs: Longest run of one answer; None where the order of the ratings is not known.
        same: Chance of one answer to everything, were it given as the others answer.
        drifts: Change against the others by week; None where the order is not known.
        weeks: What the drift is made of.
        repeats: Share of the same answers given again after some time; None without any.
    """

    pace: "Pace"
    runs: "Sequence[Run | None]"
    same: "Sequence[float | None]"
    drifts: "Sequence[Estimate | None]"
    weeks: "Sequence[Sequence[Week]]"
    repeats: "Sequence[Estimate | None]"

    def data(self, rater: int) -> dict[str, Any]:
        """One rater's part of the report's JSON."""
        run, drift, repeats = self.runs[rater], self.drifts[rater], self.repeats[rater]
        seconds = float(self.pace.median[rater])
        return {
            "seconds": seconds if seconds > 0 else None,
            "n_timed": int(self.pace.n[rater]),
            "run": asdict(run) if run else None,
            "drift": drift.as_dict() if drift else None,
            "weeks": [
                {**asdict(week), "week": monday(week.week).isoformat()}
                for week in self.weeks[rater]
            ],
            "repeats": repeats.as_dict() if repeats else None,
        }


NO_HABITS: Mapping[str, Any] = {
    "seconds": None, "n_timed": 0, "run": None, "drift": None, "weeks": [], "repeats": None,
}  # fmt: skip
"""Of a rater whose ratings came without a moment, as in a plain file."""


def monday(week: int) -> date:
    """The first day of a week, as `frames.RatingFrame.week` counts them."""
    return FIRST_MONDAY + timedelta(weeks=week)


def habits_of(
    rows: "RaterRows",
    given: "RatingFrame",
    rater: "IntArray",
    pks: "IntArray",
    ratings: "Ratings | None",
    retests: Sequence[tuple[int, bool]],
) -> Habits:
    """Habits of the raters of one criterion.

    Args:
        rows: Its scores.
        given: All ratings of the study.
        rater: Shape (n_rows,); number of each row's rater.
        pks: Shape (n_raters,); ascending.
        ratings: The same scores as `rows`; None where they are sets of labels.
        retests: (rater, same as before) of each answer given again.
    """
    import numpy as np

    from analytics.stats.raters.drift import distances_from_others, drift, weekly
    from analytics.stats.raters.habits import always_the_same, longest_run, pace

    known = np.isin(given.rater, pks)
    times = pace(
        np.searchsorted(pks, given.rater[known]),
        given.seconds[known],
        n_raters=len(pks),
        length=given.length[known],
    )
    place = np.searchsorted(given.pk, rows.rating)
    at, week = given.at[place], given.week[place]
    distance = None if ratings is None else distances_from_others(ratings)

    def in_order(mine: "IntArray") -> "tuple[Run | None, Estimate | None, Sequence[Week]]":
        """What the order of one rater's ratings tells, where it is known."""
        if not _is_ordered(rows.rating[mine], at[mine]):
            return None, None, []
        order = mine[np.lexsort((rows.unit[mine], rows.rating[mine], at[mine]))]
        run = longest_run(rows.value[order])
        if ratings is None or distance is None:
            return run, None, []
        when, apart, group = week[mine], distance[mine], ratings.group[rows.unit[mine]]
        return run, drift(when, apart, group=group), weekly(when, apart, group=group)

    found = [in_order(np.flatnonzero(rater == number)) for number in range(len(pks))]
    return Habits(
        pace=times,
        runs=[run for run, _drift, _weeks in found],
        same=always_the_same(rater, rows.unit, rows.value, n_raters=len(pks)),
        drifts=[drifted for _run, drifted, _weeks in found],
        weeks=[weeks for _run, _drift, weeks in found],
        repeats=_repeats(retests, pks),
    )


def _is_ordered(rating: "IntArray", at: "FloatArray") -> bool:
    """Whether a rater's ratings have moments of their own; those of an import share one."""
    import numpy as np

    n_ratings = len(np.unique(rating))
    return n_ratings > 1 and len(np.unique(at)) >= ORDER_KNOWN * n_ratings


def _repeats(retests: Sequence[tuple[int, bool]], pks: "IntArray") -> "list[Estimate | None]":
    from analytics.stats.comparisons.proportions import share

    by_rater: dict[int, list[bool]] = {}
    for rater, is_same in retests:
        by_rater.setdefault(rater, []).append(is_same)
    answers = (by_rater.get(pk) for pk in pks.tolist())
    return [share(sum(same), len(same)) if same else None for same in answers]
