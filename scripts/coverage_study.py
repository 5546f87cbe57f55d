"""Do the intervals hold? How often 95 % limits cover, by simulation: make coverage-study.

Two questions, two designs. For *other items* every rating comes from a rater drawn anew, so raters
are alike on average. For *other raters* a few raters who differ in severity rate all items, and the
target is the agreement of a population of such raters.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analytics.stats.agreement import OrdinalAlpha  # noqa: E402
from analytics.stats.chance import ChanceCorrected  # noqa: E402
from analytics.stats.coefficients import Coefficient, evaluate  # noqa: E402
from analytics.stats.distances import agreement_weights  # noqa: E402
from analytics.stats.interval_methods import t_interval  # noqa: E402
from analytics.stats.intervals import (  # noqa: E402
    Interval,
    bootstrap_interval,
    resampling_of,
)
from analytics.stats.intraclass import icc_interval, intraclass_correlation  # noqa: E402
from analytics.stats.jackknife import jackknife_interval  # noqa: E402
from analytics.stats.kalpha import kalpha_interval  # noqa: E402
from analytics.stats.linearised import linearised_error  # noqa: E402
from analytics.stats.patterns import counts_of_patterns  # noqa: E402
from analytics.stats.profiles import Blocks, Profiles  # noqa: E402
from analytics.stats.two_way import two_way_interval  # noqa: E402
from analytics.stats.types import IntArray  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "coverage.md"
SIMULATIONS = 400
REPLICATES = 600
POPULATION = 200_000
SCALE = np.arange(1.0, 6.0)
CENTRES = {"balanced": 3.0, "skewed": 4.4}
GWET = ChanceCorrected(agreement_weights("quadratic", SCALE), "gwet")
ALPHA = OrdinalAlpha()
NAMES = [
    "alpha, default", "alpha, percentile", "alpha, BCa", "alpha, jackknife t", "alpha, KALPHA",
    "AC2, default", "AC2, linearised", "ICC(1,1), F",
]  # fmt: skip
Cell = tuple[int, int, float, str]


def rated(
    rng: np.random.Generator, units: int, raters: int, missing: float, centre: str, fresh: bool
) -> IntArray:
    """Units x raters of five points, 0 for missing; severity is the rater's, or drawn anew."""
    quality = rng.normal(CENTRES[centre], 0.9, (units, 1))
    severity = rng.normal(0, 0.4 if fresh else 0.6, (units if fresh else 1, raters))
    score = quality + severity + rng.normal(0, 0.8, (units, raters))
    points = np.clip(np.rint(score), 1, 5).astype(np.int64)
    points[rng.random(points.shape) < missing] = 0
    return points


def blocks_of(rows: IntArray, coefficient: Coefficient) -> Blocks:
    return Blocks.of_units(Profiles.from_counts(rows[coefficient.usable(rows)]))


def other_items(cell: Cell, simulations: int) -> dict[str, tuple[float, float]]:
    """Share of intervals that cover, and their mean width, by name."""
    units, raters, missing, centre = cell
    rng = np.random.default_rng([units, raters, round(100 * missing), len(centre)])
    crowd = rated(rng, POPULATION, raters, missing, centre, fresh=True)
    whole = Profiles.from_counts(counts_of_patterns(crowd, 5))
    truth = {
        "alpha": evaluate(ALPHA, whole),
        "AC2": evaluate(GWET, whole),
        "ICC(1,1)": float("nan") if missing else intraclass_correlation(crowd, "1,1"),
    }
    tally = Tally()
    for seed in range(simulations):
        patterns = rated(rng, units, raters, missing, centre, fresh=True)
        counts = counts_of_patterns(patterns, 5)
        profiles = Profiles.from_counts(counts)
        drawn: dict[str, Any] = {"replicates": REPLICATES, "seed": seed}
        alpha, gwet = (resampling_of(blocks_of(counts, c), c) for c in (ALPHA, GWET))
        made = {
            "alpha, percentile": bootstrap_interval(alpha, bca=False, **drawn),
            "alpha, BCa": bootstrap_interval(alpha, bca=True, **drawn),
            "alpha, jackknife t": jackknife_interval(alpha),
            "alpha, KALPHA": kalpha_interval(profiles, "ordinal", SCALE, **drawn),
            "AC2, default": bootstrap_interval(gwet, **drawn),
            "AC2, linearised": t_interval(
                gwet.estimate(), linearised_error(GWET, profiles), gwet.n_groups, 0.95
            ),
        }
        made["alpha, default"] = made["alpha, BCa" if alpha.n_groups < 50 else "alpha, percentile"]
        if not missing:
            low, high = icc_interval(patterns, "1,1")
            made["ICC(1,1), F"] = Interval(low, high)
        for name, interval in made.items():
            tally.add(name, interval, truth[name.rpartition(", ")[0]])
    return tally.shares()


def other_raters(raters: int, simulations: int) -> dict[str, tuple[float, float]]:
    """The same for the question whether other raters would agree like this; 100 items."""
    rng = np.random.default_rng([raters, 7])
    crowd = [rated(rng, 100, 40, 0, "balanced", fresh=False) for _ in range(500)]
    truth = evaluate(ALPHA, Profiles.from_counts(counts_of_patterns(np.concatenate(crowd), 5)))
    tally = Tally()
    for seed in range(simulations):
        patterns = rated(rng, 100, raters, 0, "balanced", fresh=False)
        drawn: dict[str, Any] = {"replicates": REPLICATES, "seed": seed}
        alpha = resampling_of(blocks_of(counts_of_patterns(patterns, 5), ALPHA), ALPHA)
        tally.add("alpha, default", bootstrap_interval(alpha, **drawn), truth)
        blocks = Blocks.of_units(Profiles.from_counts(patterns))
        tally.add("alpha, two-way", two_way_interval(ALPHA, blocks, 5, **drawn), truth)
    return tally.shares()


class Tally:
    """How often intervals were made, covered, and how wide they were."""

    def __init__(self) -> None:
        self.hits: dict[str, list[bool]] = {}
        self.widths: dict[str, list[float]] = {}

    def add(self, name: str, interval: Interval, truth: float) -> None:
        if interval.low is None or interval.high is None:
            return
        self.hits.setdefault(name, []).append(interval.low <= truth <= interval.high)
        self.widths.setdefault(name, []).append(interval.high - interval.low)

    def shares(self) -> dict[str, tuple[float, float]]:
        return {
            name: (float(np.mean(hits)), float(np.mean(self.widths[name])))
            for name, hits in self.hits.items()
        }


def told(found: dict[str, tuple[float, float]], name: str) -> str:
    """Coverage and width of one cell, bold where it is off by more than 2.5 points."""
    if name not in found:
        return "-"
    share, width = found[name]
    covered = f"{100 * share:.1f}"
    return f"{covered if abs(share - 0.95) < 0.0251 else f'**{covered}**'} ({width:.2f})"


def main(simulations: int) -> None:
    cells = list(product((30, 100, 300), (3, 5, 8), (0.0, 0.3), CENTRES))
    raters = (5, 8, 12)
    with ProcessPoolExecutor() as pool:
        items = list(pool.map(other_items, cells, [simulations] * len(cells)))
        people = list(pool.map(other_raters, raters, [simulations] * len(raters)))
    head = ["items", "raters", "missing", "scores", *NAMES]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for (units, n_raters, missing, centre), found in zip(cells, items, strict=True):
        shown = " | ".join(told(found, name) for name in NAMES)
        lines.append(f"| {units} | {n_raters} | {missing:.0%} | {centre} | {shown} |")
    both = ["| raters | alpha, default | alpha, two-way |", "| --- | --- | --- |"]
    for n_raters, found in zip(raters, people, strict=True):
        both.append(
            f"| {n_raters} | {told(found, 'alpha, default')} | {told(found, 'alpha, two-way')} |"
        )
    PAGE.write_text(TEXT.format(simulations, REPLICATES, "\n".join(lines), "\n".join(both)))
    print(f"{PAGE.relative_to(ROOT)} is written.")


TEXT = """# Do the intervals hold?

How often 95 % limits cover the truth, in per cent, with their mean width in brackets. Written by
`make coverage-study`: {} simulations a row of {} replicates each, five points, ordinal alpha. With
so many simulations a share of 95 is uncertain by about 2 points; **bold** is off by more than 2.5.

- **Alpha.** The default holds. Where a row falls short, the jackknife with a t distribution is the
  safer one: ask for it by name (`jackknife`).
- **AC2.** With 30 items, or with gaps, the bootstrap is a few points short. The linearised limits
  are too wide where many items are rated once. Read both before resting a decision on either.
- **KALPHA** falls short everywhere, the more so the more raters; it is there to reproduce published
  limits.
- **Other raters.** Limits over items say nothing about them; the two-way ones do, from five raters
  on.

## For other items, rated by raters like these

{}

## For other raters: 100 items, raters who differ in severity

{}
"""

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIMULATIONS)
