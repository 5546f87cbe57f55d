"""Normal scores behind grades: what a scale with ends makes of them.

A grade is taken for a normal score cut at borders that all raters share. The severity of a rater
moves the scores, so a severe rater meets the end of the scale sooner and sees items less far apart:
the spread of the raters and the covariance of two of them hang together, as they would not on a
scale without ends.
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.types import FloatArray, IntArray

POWERS = 32
"""Powers of a correlation that are summed; what is left of the variance is put at the next."""
HALVINGS = 40
NEARLY_ONE = 1 - 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Grades as steps of normal scores, one row for each rater or draw.

    Attributes:
        powers: Shape (..., POWERS); squared, the share of the variance that each power of a
            correlation of scores carries over to grades.
        variance: Shape (...,); of the grades.
    """

    powers: FloatArray
    variance: FloatArray

    @classmethod
    def at(cls, borders: FloatArray, values: FloatArray) -> "Steps":
        """Borders in standard scores, (..., n_values - 1), between ascending values.

        Source:
            Mehler's expansion of the bivariate normal distribution in Hermite polynomials, of which
            the tetrachoric series of Pearson (1900) is the case of two values.
        """
        from scipy.special import ndtr

        height = np.exp(-np.square(borders) / 2) / np.sqrt(2 * np.pi)
        gaps, before, now, powers = np.diff(values), np.zeros_like(borders), height, []
        for power in range(1, POWERS + 1):
            powers.append(now @ gaps / np.sqrt(power))
            before, now = now, (borders * now - np.sqrt(power - 1) * before) / np.sqrt(power)
        below = ndtr(borders)
        nobody, all_of_them = np.zeros_like(below[..., :1]), np.ones_like(below[..., :1])
        shares = np.diff(np.concatenate([nobody, below, all_of_them], axis=-1), axis=-1)
        middle = shares @ values
        return cls(np.stack(powers, -1), shares @ np.square(values) - np.square(middle))

    @property
    def beyond(self) -> FloatArray:
        """The variance that the powers leave out: shape (...,)."""
        return np.asarray(np.maximum(self.variance - np.square(self.powers).sum(axis=-1), 0.0))

    def correlation(self, of_scores: FloatArray) -> FloatArray:
        """Of two grades whose scores correlate so: shape (...,) as `of_scores`."""
        covariance = _series(np.square(self.powers), self.beyond, of_scores)
        return np.asarray(covariance / self.variance)


def _series(powers: FloatArray, beyond: FloatArray, at: FloatArray) -> FloatArray:
    raised = at[..., None] ** np.arange(1, POWERS + 1)
    return np.asarray((powers * raised).sum(axis=-1) + beyond * raised[..., -1] * at)


def margins(patterns: IntArray, n_values: int) -> tuple[FloatArray, FloatArray]:
    """Shares below each border, and their standard scores: (n_raters, n_values - 1) both.

    Half an item more, spread as all raters' grades are, keeps a grade that a rater never gives from
    being infinitely far away.

    Args:
        patterns: Shape (n_units, n_raters); places of the values, from 0.
        n_values: Each of which somebody gave.
    """
    from scipy.special import ndtri

    cells = patterns + n_values * np.arange(patterns.shape[1])
    counts = np.bincount(cells.ravel(), minlength=n_values * patterns.shape[1])
    given = counts.reshape(patterns.shape[1], n_values) + 0.5 * np.bincount(
        patterns.ravel(), minlength=n_values
    ) / max(patterns.size, 1)
    below = given.cumsum(axis=1)[:, :-1] / given.sum(axis=1, keepdims=True)
    return below, ndtri(below)


def severities(below: FloatArray, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Borders that all raters share, (n_values - 1,), and raters' leniency around 0, (n_raters,).

    Weighted least squares of standard scores by border and rater; as what `margins` gives.

    Source:
        Minimum normit chi-square: Berkson (1955), Journal of the American Statistical Association
        50(270), on estimating the normal curve from shares.
    """
    weights = np.exp(-np.square(scores)) / (below * (1 - below))
    n_raters, n_borders = scores.shape
    left = np.zeros((n_borders + n_raters,) * 2)
    left[:n_borders, :n_borders] = np.diag(weights.sum(axis=0))
    left[n_borders:, n_borders:] = np.diag(weights.sum(axis=1)) + weights.mean()
    left[:n_borders, n_borders:], left[n_borders:, :n_borders] = -weights.T, -weights
    held = weights * scores
    found = np.linalg.solve(left, np.concatenate([held.sum(axis=0), -held.sum(axis=1)]))
    leniency = found[n_borders:]
    return found[:n_borders] - leniency.mean(), leniency - leniency.mean()


def correlations(steps: Steps, grades: FloatArray) -> FloatArray:
    """The correlation of two raters' scores: of all raters, then without each: (n_raters + 1,).

    The one at which the mean covariance of two raters' grades is the one found, over units as the
    margins are: of the covariance in a population, grades that agree would be put too close.

    Args:
        steps: One row for each of three or more raters.
        grades: Shape (n_units, n_raters); of which the margins are.
    """
    covariances = np.cov(grades.T, bias=True)
    k = len(covariances)
    summed = steps.powers.sum(axis=0)
    chosen = np.concatenate([summed[None], summed - steps.powers])
    own = np.square(steps.powers)
    pairs = np.square(chosen) - np.concatenate([own.sum(axis=0)[None], own.sum(axis=0) - own])
    met = covariances - np.diag(np.diag(covariances))
    wanted = np.concatenate([[met.sum()], met.sum() - 2 * met.sum(axis=1)])
    beyond = np.concatenate([[steps.beyond.sum()], steps.beyond.sum() - steps.beyond])
    sizes = np.concatenate([[k], np.full(k, k - 1)])
    beyond = beyond * (sizes - 1)  # so many pairs, each with the mean of the raters
    low, high = np.full(k + 1, -NEARLY_ONE / (k - 1)), np.full(k + 1, NEARLY_ONE)
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        is_below = _series(pairs, beyond, middle) < wanted
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2)
