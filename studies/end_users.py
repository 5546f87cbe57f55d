"""How often limits of end users' scores cover, and how often a variant is told from itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from analytics.stats.comparisons.clustered_share import share_of_groups
from analytics.stats.comparisons.proportions import wilson_interval
from analytics.stats.feedback.differences import clustered_difference, clustered_sequence
from analytics.stats.feedback.quality import quality_level
from analytics.stats.feedback.questionnaires import score_mean
from analytics.stats.feedback.scores import nps
from analytics.stats.feedback.sums import ClusterSums
from analytics.stats.types import Estimate, FloatArray, IntArray

Interval: TypeAlias = tuple[float, float]
RECOMMENDED: dict[str, tuple[float, ...]] = {
    "spread": (0.02, 0.01, 0.02, 0.02, 0.03, 0.06, 0.09, 0.15, 0.2, 0.2, 0.2),
    "loved": (0.01, 0.0, 0.0, 0.01, 0.01, 0.02, 0.02, 0.05, 0.15, 0.28, 0.45),
    "split": (0.2, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.1, 0.3),
}
"""Shares of the answers 0 to 10 in a population."""
USABLE = (5.0, 2.0)
"""Shape of the beta distribution that SUS scores come from, in steps of 2.5: mean about 71."""
DAYS, PEOPLE, MEAN_ANSWERS, ALIKE, LIKED = 14, 150, 8, 0.3, 0.7
"""Of an A/A comparison: people a side, answers of each, their correlation, thumbs up."""


@dataclass(frozen=True, slots=True)
class Row:
    """One simulated situation.

    Attributes:
        score: What is estimated.
        people: Where the answers come from.
        n: Answers, or people.
        held: Share of intervals that cover, by method.
    """

    score: str
    people: str
    n: int
    held: dict[str, float]


def covers(limits: Interval, truth: float) -> bool:
    return limits[0] - 1e-12 <= truth <= limits[1] + 1e-12


def limits_of(found: Estimate) -> Interval:
    """None are limits that hold nothing."""
    if found.low is None or found.high is None:
        return float("nan"), float("nan")
    return found.low, found.high


def share(hits: Iterator[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found)


def recommendation(people: str, n: int, runs: int, seed: int) -> Row:
    """NPS by its adjusted Wald limits."""
    shares = np.array(RECOMMENDED[people])
    shares /= shares.sum()
    truth = 100 * float(shares[9:].sum() - shares[:7].sum())
    drawn: IntArray = np.random.default_rng([seed, n]).multinomial(n, shares, runs)
    held = share(covers(limits_of(nps(counts).estimate), truth) for counts in drawn)
    return Row("NPS", people, n, {"adjusted Wald": held})


def usability(n: int, runs: int, seed: int, *, bca: bool) -> Row:
    """Mean SUS score by t, and by the bootstrap where asked."""
    rng = np.random.default_rng([seed, n])
    everybody = np.rint(rng.beta(*USABLE, 200_000) * 40) * 2.5
    truth = float(everybody.mean())
    drawn = rng.choice(everybody, (runs, n))
    held = {"t": share(covers(limits_of(score_mean(one, "SUS")), truth) for one in drawn)}
    if bca:
        held["BCa"] = share(
            covers(limits_of(score_mean(one, "SUS", bca=True, seed=at)), truth)
            for at, one in enumerate(drawn[: max(runs // 5, 1)])
        )
    return Row("SUS", "beta, mean 71", n, held)


def top_box(p: float, n: int, runs: int, seed: int) -> Row:
    """A share of satisfied or of thumbs up, by Wilson's limits."""
    drawn = np.random.default_rng([seed, n]).binomial(n, p, runs)
    counts, times = np.unique(drawn, return_counts=True)
    hits = [covers(wilson_interval(int(x), n), p) for x in counts]
    return Row("share", f"{p:.0%}", n, {"Wilson": float(np.average(hits, weights=times))})


def of_frequent(people: int, runs: int, seed: int) -> Row:
    """A share of answers of people who answer often, with and without regard to it."""
    n, x = answers_of(np.random.default_rng([seed, people]), runs, people)
    whole = share(covers(wilson_interval(int(b), int(a)), LIKED) for a, b in _totals(n, x))
    by_person = share(
        covers(limits_of(share_of_groups(b, a)), LIKED) for a, b in zip(n, x, strict=True)
    )
    name = f"8 answers each, alike by {ALIKE}"
    return Row("share", name, people, {"Wilson": whole, "by person": by_person})


def answers_of(rng: np.random.Generator, runs: int, people: int) -> tuple[IntArray, IntArray]:
    """Answers and thumbs up of each: shapes (runs, people); a few answer far more than others."""
    like = (1 - ALIKE) / ALIKE
    own = rng.beta(LIKED * like, (1 - LIKED) * like, (runs, people))
    n = rng.geometric(1 / MEAN_ANSWERS, (runs, people))
    return n, rng.binomial(n, own)


def _totals(n: IntArray, x: IntArray) -> Iterator[tuple[int, int]]:
    return zip(n.sum(axis=1).tolist(), x.sum(axis=1).tolist(), strict=True)


def level(truth: float, labels: int, runs: int, seed: int) -> Row:
    """True quality from random verdicts and all thumbs, where bad answers get more thumbs."""
    rng, everybody = np.random.default_rng([seed, labels]), 20_000
    hits = []
    for _run in range(runs):
        good = rng.random(everybody) < truth
        pressed = rng.random(everybody) < np.where(good, 0.01, 0.04)
        right = rng.random(everybody) < 0.85
        signal = np.where(pressed, (good == right).astype(int), 2)
        drawn = np.where(signal == 0, 0.3, labels / everybody)
        rated = rng.random(everybody) < drawn
        kinds = np.bincount(signal, minlength=3).tolist()
        found = quality_level(signal[rated], good[rated], drawn[rated], kinds)
        hits.append(covers(limits_of(found.level), truth))
    name = f"{truth:.0%} good; 1 % of good, 4 % of bad ones get a thumb"
    return Row("true quality", name, labels, {"PPI, Wilson": share(iter(hits))})


def false_alarms(runs: int, seed: int) -> dict[str, float]:
    """How often a variant is told from itself: at the end, and at any of the daily looks."""
    rng = np.random.default_rng(seed)
    sides = [by_day(rng, runs) for _side in range(2)]
    rules: dict[str, Callable[[ClusterSums, ClusterSums], bool]] = {
        "z test of every answer": _naive,
        "clustered difference": lambda a, b: not covers(limits_of(clustered_difference(a, b)), 0),
        "clustered sequence": _sequence,
    }
    alarms = dict.fromkeys([f"{rule}, {when}" for rule in rules for when in ("once", "daily")], 0)
    for run in range(runs):
        days = [
            [ClusterSums.of(n[run, :, day], x[run, :, day]) for n, x in sides]
            for day in range(DAYS)
        ]
        for rule, alarmed in rules.items():
            seen = [alarmed(first, second) for first, second in days]
            alarms[f"{rule}, once"] += seen[-1]
            alarms[f"{rule}, daily"] += any(seen)
    return {name: n / runs for name, n in alarms.items()}


def by_day(rng: np.random.Generator, runs: int, people: int = PEOPLE) -> tuple[IntArray, IntArray]:
    """Answers and thumbs up so far: shapes (runs, people, days)."""
    like = (1 - ALIKE) / ALIKE
    own: FloatArray = rng.beta(LIKED * like, (1 - LIKED) * like, (runs, people))
    whole = rng.geometric(1 / MEAN_ANSWERS, (runs, people))
    n = rng.multinomial(whole, [1 / DAYS] * DAYS)
    return n.cumsum(-1), rng.binomial(n, own[..., None]).cumsum(-1)


def _naive(first: ClusterSums, second: ClusterSums) -> bool:
    both = (first + second).ratio
    error = np.sqrt(both * (1 - both) * (1 / first.n + 1 / second.n))
    return bool(abs(first.ratio - second.ratio) > 1.959964 * error)


def _sequence(first: ClusterSums, second: ClusterSums) -> bool:
    limits = limits_of(clustered_sequence(first, second))
    return bool(np.isfinite(limits).all()) and not covers(limits, 0)
