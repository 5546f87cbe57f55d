"""Dawid-Skene over many labels: 50 raters, five points, three ratings an item."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from analytics.stats.truth.dawid_skene import DawidSkene, dawid_skene
from analytics.stats.types import FloatArray, IntArray
from bench.figures import Figure
from bench.peers import not_installed, peer, same_answer, timed, times_faster

RATERS, VALUES, EACH = 50, 5, 3
STEPS = 20
Labels = tuple[IntArray, IntArray, IntArray]


def labels_of(size: int) -> Labels:
    """Raters differ in severity and in noise; rows come in no order."""
    rng = np.random.default_rng(11)
    units = -(-size // EACH)
    quality = rng.normal(2.4, 0.9, units)
    severity, noise = rng.normal(0, 0.35, RATERS), rng.uniform(0.45, 0.95, RATERS)
    steps = np.cumsum(rng.integers(1, RATERS // EACH, (units, EACH)), axis=1)
    rater = ((rng.integers(0, RATERS, units)[:, None] + steps) % RATERS).ravel()
    unit = np.repeat(np.arange(units), EACH)
    raw = quality[unit] + severity[rater] + noise[rater] * rng.standard_normal(len(unit))
    value = np.clip(np.rint(raw), 0, VALUES - 1).astype(np.int64)
    order = rng.permutation(len(unit))
    return unit[order], rater[order], value[order]


def run(size: int, runs: int) -> Iterator[Figure]:
    labels = labels_of(size)
    ours(labels_of(60))  # loads scipy
    seconds, found = [], ours(labels_of(60))
    for _run in range(runs):
        took, found = timed(lambda: ours(labels))
        seconds.append(took)
    library = peer("crowdkit.aggregation")
    yield Figure(
        f"Dawid-Skene of {len(labels[0]):,} labels, {STEPS} steps",
        seconds,
        "s",
        beside=not_installed("crowd-kit") if library is None else "",
    )
    if library is None:
        return
    theirs, posterior = crowd_kit(library, labels)
    yield times_faster(
        "Dawid-Skene against crowd-kit", theirs, seconds, goal=5, how="the same steps"
    )
    yield same_answer(
        "Dawid-Skene against crowd-kit", float(np.abs(posterior - found.posterior).max())
    )


def ours(labels: Labels) -> DawidSkene:
    unit, rater, value = labels
    return dawid_skene(
        unit, rater, value, n_units=int(unit.max()) + 1, n_raters=RATERS, n_values=VALUES,
        tolerance=-1, max_iterations=STEPS,
    )  # fmt: skip


def crowd_kit(library: Any, labels: Labels) -> tuple[float, FloatArray]:
    import pandas as pd

    rows = pd.DataFrame(dict(zip(("task", "worker", "label"), labels, strict=True)))
    with warnings.catch_warnings(action="ignore"):
        seconds, found = timed(lambda: library.DawidSkene(n_iter=STEPS, tol=-1e9).fit(rows))
    table = found.probas_.sort_index().reindex(columns=range(VALUES), fill_value=0.0)
    return seconds, table.to_numpy()
