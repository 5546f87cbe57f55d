"""A second implementation, by definition and in plain Python: slow, and easy to check by eye.

Ratings are units of raters' positions in the scale, None for missing.
"""

from collections.abc import Sequence
from itertools import combinations, permutations

Unit = Sequence[int | None]
Weights = Sequence[Sequence[float]]


def given(unit: Unit) -> list[int]:
    return [value for value in unit if value is not None]


def mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def observed(units: Sequence[Unit], weights: Weights) -> float:
    """Mean over units with a pair of the mean weight of its pairs."""
    return mean(
        [
            mean([weights[a][b] for a, b in permutations(given(unit), 2)])
            for unit in units
            if len(given(unit)) > 1
        ]
    )


def corrected(agreement: float, chance: float) -> float | None:
    return None if chance > 1 - 1e-12 else (agreement - chance) / (1 - chance)


def shares(units: Sequence[Unit], size: int) -> list[float]:
    rated = [given(unit) for unit in units if given(unit)]
    return [mean([unit.count(value) / len(unit) for unit in rated]) for value in range(size)]


def has_pair(units: Sequence[Unit]) -> bool:
    return any(len(given(unit)) > 1 for unit in units)


def fleiss(units: Sequence[Unit], weights: Weights) -> float | None:
    if not has_pair(units):
        return None
    p = shares(units, len(weights))
    chance = sum(p[a] * p[b] * weights[a][b] for a in range(len(p)) for b in range(len(p)))
    return corrected(observed(units, weights), chance)


def gwet(units: Sequence[Unit], weights: Weights) -> float | None:
    if not has_pair(units):
        return None
    size = len(weights)
    total = sum(map(sum, weights))
    spread = sum(p * (1 - p) for p in shares(units, size))
    return corrected(observed(units, weights), total * spread / (size * (size - 1)))


def brennan_prediger(units: Sequence[Unit], weights: Weights) -> float | None:
    if not has_pair(units):
        return None
    return corrected(observed(units, weights), sum(map(sum, weights)) / len(weights) ** 2)


def conger(units: Sequence[Unit], weights: Weights) -> float | None:
    if not has_pair(units):
        return None
    size = range(len(weights))
    own = []
    for ratings in zip(*units, strict=True):
        known = given(ratings)
        if known:
            own.append([known.count(value) / len(known) for value in size])
    chance = mean(
        [
            sum(p[a] * q[b] * weights[a][b] for a in size for b in size)
            for p, q in permutations(own, 2)
        ]
    )
    return corrected(observed(units, weights), chance)


def cohen(units: Sequence[Unit], weights: Weights) -> float | None:
    met = [(a, b) for a, b in units if a is not None and b is not None]
    if not met:
        return None
    agreement = mean([weights[a][b] for a, b in met])
    chance = mean([weights[a][b] for a, _ in met for _, b in met])
    return corrected(agreement, chance)


def icc(rows: Sequence[Sequence[float]], form: str) -> float | None:
    n, k = len(rows), len(rows[0])
    grand = mean([x for row in rows for x in row])
    unit_means = [mean(row) for row in rows]
    rater_means = [mean(column) for column in zip(*rows, strict=True)]
    b = k * sum((m - grand) ** 2 for m in unit_means) / (n - 1)
    j = n * sum((m - grand) ** 2 for m in rater_means) / (k - 1)
    w = sum((x - m) ** 2 for row, m in zip(rows, unit_means, strict=True) for x in row) / (
        n * (k - 1)
    )
    e = sum(
        (x - m - r + grand) ** 2
        for row, m in zip(rows, unit_means, strict=True)
        for x, r in zip(row, rater_means, strict=True)
    ) / ((n - 1) * (k - 1))
    top, bottom = {
        "1,1": (b - w, b + (k - 1) * w),
        "2,1": (b - e, b + (k - 1) * e + k * (j - e) / n),
        "3,1": (b - e, b + (k - 1) * e),
        "1,k": (b - w, b),
        "2,k": (b - e, b + (j - e) / n),
        "3,k": (b - e, b),
    }[form]
    return None if bottom < 1e-12 else top / bottom


def kendall(rows: Sequence[Sequence[float]]) -> float | None:
    n, m = len(rows), len(rows[0])
    sums, ties = [0.0] * n, 0
    for column in zip(*rows, strict=True):
        for unit, x in enumerate(column):
            sums[unit] += sum(y < x for y in column) + (column.count(x) + 1) / 2
        ties += sum(column.count(x) ** 3 - column.count(x) for x in set(column))
    spread = sum((total - m * (n + 1) / 2) ** 2 for total in sums)
    room = m**2 * (n**3 - n) - m * ties
    return None if not room else 12 * spread / room


def cross_alpha(
    units: Sequence[tuple[Sequence[int], Sequence[int]]], distance: Weights
) -> float | None:
    met = [(a, b) for a, b in units if a and b]
    if not met:
        return None
    observed_distance = sum(
        (len(a) + len(b)) * mean([distance[x][y] for x in a for y in b]) for a, b in met
    ) / sum(len(a) + len(b) for a, b in met)
    first = [x for a, _ in met for x in a]
    second = [y for _, b in met for y in b]
    expected = mean([distance[x][y] for x in first for y in second])
    return None if expected == 0 else 1 - observed_distance / expected


def pairs(raters: int) -> list[tuple[int, int]]:
    return list(combinations(range(raters), 2))
