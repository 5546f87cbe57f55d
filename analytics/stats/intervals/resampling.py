"""Confidence intervals by resampling whole groups.

The groups (conversations, say) are what the study drew, so they are what is drawn again, each with
all its units and ratings. A resample is a weight for each block of equal groups, and a coefficient
is a function of weighted sums; no rating is touched again. The interval answers: how would the
coefficient move had other groups of the same kind been rated by *these* raters? It does not speak
of other raters.

Other intervals, and the questions they answer, are listed in `methods`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist

import numpy as np

from analytics.stats import reasons
from analytics.stats.coefficients.coefficient import Coefficient
from analytics.stats.errors import StatisticsError
from analytics.stats.profiles import Blocks
from analytics.stats.types import FloatArray, IntArray, IntervalName

BCA_BELOW_GROUPS = 50
DEFAULT_REPLICATES = 2_000
CHUNK_NUMBERS = 1 << 22
"""Numbers held at once while replicates are drawn: 32 MB, whatever the size of the study."""
TIE = 1e-12
WIDEST = 1 - 1e-9
WIDENED_NAMES: dict[IntervalName, IntervalName] = {
    "bca": "bca-widened",
    "percentile": "percentile-widened",
}


@dataclass(frozen=True, eq=False)
class Resampling:
    """A coefficient as a function of how often each block is drawn.

    Attributes:
        multiplicity: Shape (n_blocks,); groups of each block as observed.
        value_of: From weights (n_replicates, n_blocks) to values (n_replicates,), NaN where
            undefined.
        width: Numbers that one replicate holds at once; bounds how many are computed together.
    """

    multiplicity: IntArray
    value_of: Callable[[FloatArray], FloatArray]
    width: int

    @property
    def n_groups(self) -> int:
        """Groups that a resample draws."""
        return int(self.multiplicity.sum())

    @property
    def chunk(self) -> int:
        """Replicates computed together."""
        return max(1, CHUNK_NUMBERS // max(self.width, len(self.multiplicity), 1))

    @cached_property
    def drawn(self) -> dict[tuple[int, int], FloatArray]:
        """Values of resamples that were asked for, by their number and seed."""
        return {}

    def estimate(self) -> float:
        """The coefficient of the data as observed."""
        if not self.n_groups:
            return float("nan")
        return float(self.value_of(self.multiplicity[None, :].astype(np.float64))[0])

    @cached_property
    def without_one(self) -> FloatArray:
        """The coefficient without one group of each block: (n_blocks,), NaN where undefined.

        Kept, because several kinds of interval ask for it.
        """
        observed = self.multiplicity.astype(np.float64)
        parts = []
        for start in range(0, len(observed), self.chunk):
            left_out = np.arange(start, min(start + self.chunk, len(observed)))
            weights = np.repeat(observed[None, :], len(left_out), axis=0)
            weights[np.arange(len(left_out)), left_out] -= 1
            parts.append(self.value_of(weights))
        return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits of one coefficient, or why there are none.

    Attributes:
        low: Lower limit or None.
        high: Upper limit or None.
        name: Kind of interval; None without limits.
        replicates: Resamples drawn.
        undefined: Of these, without a value.
        reason: Why there are no limits, one of `reasons`.
    """

    low: float | None = None
    high: float | None = None
    name: IntervalName | None = None
    replicates: int = 0
    undefined: int = 0
    reason: str | None = None


def resampling_of(blocks: Blocks, coefficient: Coefficient) -> Resampling:
    """Resample blocks of profiles: each replicate is one row of a matrix product.

    Args:
        blocks: Groups of units with their profiles.
        coefficient: A function of sums over units.

    Returns:
        The coefficient as a function of weights of blocks, for intervals of any kind.
    """
    sums = blocks.sums(coefficient.terms(blocks.profiles))
    return Resampling(
        blocks.multiplicity, lambda weights: coefficient.value(weights @ sums), 4 * sums.shape[1]
    )


def draw_weights(
    multiplicity: IntArray, replicates: int, seed: int, chunk: int
) -> Iterator[FloatArray]:
    """Draw as many groups as there are, with replacement, and count them by block.

    The stream of random numbers does not depend on `chunk`, so neither does any replicate. Few
    blocks of many groups are drawn as one multinomial; otherwise groups are drawn one by one,
    which is then cheaper.

    Args:
        multiplicity: Shape (n_blocks,).
        replicates: How many resamples.
        seed: Seed of `numpy.random.default_rng`.
        chunk: Resamples in one yielded array.

    Yields:
        Arrays (at most chunk, n_blocks) of weights; each row adds up to the number of groups.
    """
    rng = np.random.default_rng(seed)
    n_blocks, n_groups = len(multiplicity), int(multiplicity.sum())
    multinomial = 8 * n_blocks <= n_groups
    owner = np.repeat(np.arange(n_blocks), multiplicity)
    for start in range(0, replicates, chunk):
        size = min(chunk, replicates - start)
        if multinomial:
            yield rng.multinomial(n_groups, multiplicity / n_groups, size=size).astype(np.float64)
            continue
        weights = np.empty((size, n_blocks))
        step = max(1, CHUNK_NUMBERS // max(n_groups, n_blocks))
        for first in range(0, size, step):
            some = weights[first : first + step]
            chosen = owner[rng.integers(0, n_groups, (len(some), n_groups))]
            chosen += n_blocks * np.arange(len(some))[:, None]
            some[:] = np.bincount(chosen.ravel(), minlength=some.size).reshape(some.shape)
        yield weights


def replicate_values(resampling: Resampling, replicates: int, seed: int) -> FloatArray:
    """The coefficient of each resample: shape (replicates,), NaN where undefined.

    They are kept, because several kinds of interval are read off the same resamples.
    """
    known = resampling.drawn
    if (replicates, seed) not in known:
        chunks = draw_weights(resampling.multiplicity, replicates, seed, resampling.chunk)
        known[replicates, seed] = np.concatenate([resampling.value_of(one) for one in chunks])
    return known[replicates, seed]


def jackknife_standard_error(resampling: Resampling) -> float:
    """Standard error from leaving out one group at a time; NaN when a value is undefined.

    Args:
        resampling: The statistic as a function of weights of blocks.

    Returns:
        0 or more, in units of the statistic.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 11.

    Example:
        >>> from analytics.stats.comparisons.paired import mean_of_sums
        >>> from analytics.stats.intervals.bootstrap import sums_resampling
        >>> scores = np.array([3.0, 5.0, 4.0, 2.0, 4.0, 5.0, 3.0, 4.0])
        >>> means = sums_resampling(np.column_stack([np.ones(8), scores]), mean_of_sums)
        >>> round(jackknife_standard_error(means), 4), round(float(scores.std(ddof=1)) / 8**0.5, 4)
        (0.366, 0.366)
    """
    values, times, n = resampling.without_one, resampling.multiplicity, resampling.n_groups
    centred = values - (times * values).sum() / n
    return float(np.sqrt((n - 1) / n * (times * np.square(centred)).sum()))


def _bca_shares(
    resampling: Resampling, estimate: float, values: FloatArray, confidence: float
) -> tuple[float, float] | None:
    """Shares of the replicates below the BCa limits; None where the correction is not defined."""
    loo, times = resampling.without_one, resampling.multiplicity
    if not np.isfinite(loo).all():
        return None
    centred = (times * loo).sum() / times.sum() - loo
    spread = (times * np.square(centred)).sum()
    acceleration = (times * centred**3).sum() / (6 * spread**1.5) if spread > 0 else 0.0
    tied = np.abs(values - estimate) <= TIE
    below = ((values < estimate) & ~tied).mean() + tied.mean() / 2
    edge = 1 / (2 * len(values))
    normal = NormalDist()
    bias = normal.inv_cdf(float(np.clip(below, edge, 1 - edge)))
    shares = []
    for tail in ((1 - confidence) / 2, (1 + confidence) / 2):
        shifted = bias + normal.inv_cdf(tail)
        stretch = 1 - acceleration * shifted
        if stretch <= 0:
            return None
        shares.append(normal.cdf(bias + shifted / stretch))
    return shares[0], shares[1]


def checked_confidence(confidence: float) -> float:
    """The confidence, or an error when it is not between 0 and 1."""
    if not 0 < confidence < 1:
        raise StatisticsError(
            f"Confidence {confidence:g} is not between 0 and 1. Write 0.95 for a 95 % interval."
        )
    return confidence


def checked_replicates(replicates: int) -> int:
    """The number of resamples, or an error when there are none."""
    if replicates < 1:
        raise StatisticsError(
            f"{replicates} replicates are too few; ask for {DEFAULT_REPLICATES}, say."
        )
    return replicates


def interval_of_replicates(
    drawn: FloatArray,
    confidence: float,
    name: IntervalName = "percentile",
    shares: Callable[[FloatArray], tuple[float, float] | None] | None = None,
) -> Interval:
    """Limits from the values of resamples; undefined ones are left out and counted.

    Args:
        drawn: Shape (replicates,); NaN where undefined.
        confidence: Between 0 and 1.
        name: What to call percentiles.
        shares: From the defined values to the shares below the limits, where these are not the
            two tails; None when they cannot be told, and percentiles stand.
    """
    values = drawn[np.isfinite(drawn)]
    replicates, undefined = len(drawn), len(drawn) - len(values)
    if 2 * undefined > replicates:
        return Interval(replicates=replicates, undefined=undefined, reason=reasons.MOSTLY_UNDEFINED)
    if np.ptp(values) <= TIE:
        return Interval(
            replicates=replicates, undefined=undefined, reason=reasons.CONSTANT_RESAMPLES
        )
    corrected = None if shares is None else shares(values)
    low, high = np.quantile(values, corrected or ((1 - confidence) / 2, (1 + confidence) / 2))
    used: IntervalName = "bca" if corrected else name
    return Interval(float(low), float(high), used, replicates, undefined)


def bootstrap_interval(
    resampling: Resampling,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    bca: bool | None = None,
    widened: bool = False,
) -> Interval:
    """Limits from resampling whole groups: BCa below 50 groups, percentile from there on.

    With few groups percentiles are too narrow and off centre, which BCa mends; where its
    correction is not defined (a group without which nothing varies) the percentiles stand, and
    `name` says so. Undefined replicates are left out and counted.

    Args:
        resampling: The coefficient as a function of weights of blocks.
        confidence: Between 0 and 1.
        replicates: Resamples to draw.
        seed: The same seed gives the same limits, to the bit.
        bca: Whether to correct, where the number of groups shall not decide.
        widened: Whether to ask for the confidence of `widened_confidence`.

    Returns:
        The limits; without them the reason: fewer than two groups, more than half of the
        replicates undefined, or no replicate that differs from another.

    Raises:
        StatisticsError: Confidence is not between 0 and 1, or replicates is below 1.

    Source:
        Efron (1987), Journal of the American Statistical Association 82(397),
        doi:10.1080/01621459.1987.10478410.

    Example:
        >>> from analytics.stats.comparisons.paired import mean_of_sums
        >>> from analytics.stats.intervals.bootstrap import sums_resampling
        >>> scores = np.array([3.0, 5.0, 4.0, 2.0, 4.0, 5.0, 3.0, 4.0])
        >>> means = sums_resampling(np.column_stack([np.ones(8), scores]), mean_of_sums)
        >>> found = bootstrap_interval(means, replicates=500, seed=1)
        >>> found.name, round(found.low, 2), round(found.high, 2)
        ('bca', 3.0, 4.25)
    """
    checked_confidence(confidence)
    checked_replicates(replicates)
    if resampling.n_groups < 2:
        return Interval(reason=reasons.FEW_GROUPS)
    drawn = replicate_values(resampling, replicates, seed)
    return bootstrap_limits(resampling, drawn, confidence=confidence, bca=bca, widened=widened)


def bootstrap_limits(
    resampling: Resampling,
    drawn: FloatArray,
    *,
    confidence: float = 0.95,
    bca: bool | None = None,
    widened: bool = False,
) -> Interval:
    """The limits of `bootstrap_interval` from resamples already drawn: (replicates,).

    Args:
        resampling: What was drawn from.
        drawn: Shape (replicates,); values of the resamples, NaN where undefined.
        confidence: Between 0 and 1.
        bca: As in `bootstrap_interval`.
        widened: As in `bootstrap_interval`.

    Returns:
        As `bootstrap_interval`.
    """
    groups = resampling.n_groups
    corrects = groups < BCA_BELOW_GROUPS if bca is None else bca
    reach = widened_confidence(confidence, groups) if widened else confidence

    def shares(values: FloatArray) -> tuple[float, float] | None:
        return _bca_shares(resampling, resampling.estimate(), values, reach)

    found = interval_of_replicates(drawn, reach, shares=shares if corrects else None)
    return replace(found, name=WIDENED_NAMES[found.name]) if widened and found.name else found


def widened_confidence(confidence: float, groups: int) -> float:
    """The confidence to ask of a bootstrap so that it holds with few groups.

    Resamples spread like a variance divided by n, not n - 1, and their tails are normal, not t.
    With 30 groups the limits of a mean are 6 % too narrow; this asks for what closes that gap.

    Args:
        confidence: Between 0 and 1.
        groups: At least 2.

    Source:
        Hesterberg (2015), The American Statistician 69(4), doi:10.1080/00031305.2015.1089789
        (expanded percentiles).

    Example:
        >>> round(widened_confidence(0.95, 30), 3)
        0.962
    """
    from scipy.special import stdtrit

    reach = float(stdtrit(groups - 1, (1 + confidence) / 2)) * (groups / (groups - 1)) ** 0.5
    return min(1 - 2 * NormalDist().cdf(-reach), WIDEST)
