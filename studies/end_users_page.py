"""The page of the study of end users: docs/explanation/coverage-of-end-users.md."""

from collections.abc import Sequence
from functools import partial

from studies.end_users import (
    ALIKE,
    DAYS,
    MEAN_ANSWERS,
    PEOPLE,
    RECOMMENDED,
    Row,
    false_alarms,
    level,
    of_frequent,
    recommendation,
    top_box,
    usability,
)

RUNS, SEED = 4_000, 2026
NAME = "coverage-of-end-users.md"
"""Beside the page of the other study."""


def rows(runs: int, seed: int = SEED) -> list[Row]:
    """Every row of the first table."""
    made = [
        *(
            partial(recommendation, kind, n)
            for kind in RECOMMENDED
            for n in (20, 50, 100, 400, 1000)
        ),
        *(partial(usability, n, bca=n < 100) for n in (5, 8, 12, 30, 100)),
        *(partial(top_box, p, n) for p in (0.05, 0.5, 0.8, 0.95) for n in (10, 50, 200, 1000)),
        *(partial(of_frequent, people) for people in (30, 150, 600)),
    ]
    few = max(runs // 8, 1)
    slow = [partial(level, truth, labels) for truth in (0.7, 0.9) for labels in (60, 300)]
    return [one(runs, seed) for one in made] + [one(few, seed) for one in slow]


def page(runs: int = RUNS, seed: int = SEED) -> str:
    """The whole page."""
    alarms = false_alarms(max(runs // 4, 1), seed)
    told = "\n".join(
        f"| {name.replace(', ', ' | ')} | {100 * rate:.1f} % |" for name, rate in alarms.items()
    )
    return INTRODUCTION.format(
        runs=f"{runs:,}",
        few=f"{max(runs // 8, 1):,}",
        seed=seed,
        error=100 * (0.95 * 0.05 / runs) ** 0.5,
        table=_table(rows(runs, seed)),
        aa=f"{max(runs // 4, 1):,}",
        people=PEOPLE,
        mean=MEAN_ANSWERS,
        alike=ALIKE,
        days=DAYS,
        alarms=told,
    )


def _table(found: Sequence[Row]) -> str:
    lines = ["| Score | Answers come from | n | Covers |", "| --- | --- | --- | --- |"]
    for row in found:
        held = ", ".join(f"{name} {_told(value)}" for name, value in row.held.items())
        lines.append(f"| {row.score} | {row.people} | {row.n:,} | {held} |")
    return "\n".join(lines)


def _told(value: float) -> str:
    return f"{100 * value:.1f}" if abs(value - 0.95) <= 0.025 else f"**{100 * value:.1f}**"


INTRODUCTION = """# Do the intervals of end users hold?

A 95 % interval should cover the truth 95 times of 100. Here is how often those of feedback and
surveys do, by simulation: {runs} samples a row ({few} for true quality), seed {seed}. **Bold** is
more than 2.5 points off. A share near 95 is uncertain by {error:.1f} points (one standard error).
Written by `make coverage-study`.

{table}

- SUS: the t interval holds from five people on; the BCa bootstrap is too narrow below some thirty,
  so the t interval is shown.
- Wilson's interval of a share may be off by more than 2.5 points at a given share where there are
  ten answers, because ten answers can say only eleven things; on average over shares it is right.
- People who answer often: limits that take each answer for independent cover far too seldom;
  those by person hold.

## A variant against itself

{people} people a side, {mean} answers each on average (geometric), correlated by {alike}, {days}
daily looks, {aa} comparisons. How often a difference is reported where there is none:

| Rule | Looked at | Reported |
| --- | --- | --- |
{alarms}

The default of comparisons is the sequence. The clustered difference is right at one planned look.
"""
