"""Intervals that stay valid however often one looks while data arrive.

An ordinary 95 % interval covers at one number of cases fixed beforehand; whoever looks daily and
stops when it excludes zero is wrong far more often. These cover at all times at once. Here are the
bounds that need counts and sums alone; means of any bounded scores are in `betting`.
"""

from collections.abc import Callable
from math import log, sqrt

from analytics.stats.checks import checked_confidence, checked_share
from analytics.stats.comparisons.proportions import Limits, checked_counts
from analytics.stats.errors import StatisticsError


def optimal_rho(v_opt: float, alpha: float) -> float:
    """The mixture parameter whose two-sided bound is tightest near an intrinsic time.

    Source:
        Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49(2),
        doi:10.1214/20-AOS1991, where mixtures are tuned; the logarithm stands for Lambert's W.
    """
    wish = 2 * log(1 / alpha)
    return v_opt / (wish + log(1 + wish))


def normal_mixture_bound(
    v: float, v_opt: float, alpha: float = 0.05, alpha_opt: float = 0.05, *, one_sided: bool = True
) -> float:
    """How far a sum of deviations may drift up to intrinsic time v, at any time, with chance alpha.

    Args:
        v: Sum of variances so far (or of their sub-Gaussian proxies), 0 or more.
        v_opt: Where the bound shall be tightest.
        alpha: Chance that the bound is ever crossed.
        alpha_opt: The alpha for which v_opt is tuned.
        one_sided: Bound of the sum; otherwise of its size.

    Returns:
        In the unit of the sum.

    Raises:
        StatisticsError: v is negative, v_opt not above 0, or an alpha not between 0 and 1 (not
            below 0.5 for a one-sided alpha_opt).

    Source:
        Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49(2), propositions 5 and
        6, doi:10.1214/20-AOS1991.

    Example:
        >>> round(normal_mixture_bound(25.0, 50.0), 4)
        14.1034
    """
    from scipy.optimize import brentq
    from scipy.special import log_ndtr

    threshold = -log(checked_share(alpha, "Alpha", "0.05 for 5 %"))
    tuned = checked_share(
        2 * alpha_opt if one_sided else alpha_opt, "Tuning alpha (doubled when one-sided)", "0.05"
    )
    if v < 0 or v_opt <= 0:
        raise StatisticsError(
            f"Intrinsic time {v:g} must be 0 or more, and {v_opt:g}, where the bound is tightest, "
            "above 0."
        )
    rho = optimal_rho(v_opt, tuned)
    two_sided = sqrt((v + rho) * (log((v + rho) / rho) + 2 * threshold))
    if not one_sided:
        return two_sided

    def excess(s: float) -> float:
        capital = (log(4 * rho / (v + rho)) + s * s / (v + rho)) / 2
        return float(capital + log_ndtr(s / sqrt(v + rho)) - threshold)

    low = -1.0
    while excess(low) > 0:
        low *= 2
    return float(brentq(excess, low, two_sided + 1, xtol=1e-10))


def bernoulli_confidence_sequence(
    successes: int, n: int, t_opt: float, confidence: float = 0.95, alpha_opt: float = 0.05
) -> Limits:
    """Limits of a share of independent cases, valid at every n at once.

    A two-sided beta-binomial mixture; it needs the counts alone, not the order of the cases.

    Args:
        successes: Cases that count so far, 0 to n.
        n: Cases so far.
        t_opt: Number of cases at which the limits shall be tightest; fixed beforehand.
        confidence: Chance that the limits hold the share at all times.
        alpha_opt: The alpha for which t_opt is tuned.

    Returns:
        Lower and upper limit, 0 to 1; 0 and 1 without cases.

    Raises:
        StatisticsError: Successes are not between 0 and n, or t_opt is not above 0.

    Source:
        Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49(2), proposition 7,
        doi:10.1214/20-AOS1991.

    Example:
        >>> low, high = bernoulli_confidence_sequence(50, 100, t_opt=200)
        >>> round(low, 4), round(high, 4)
        (0.3491, 0.6509)
    """
    checked_counts(successes, n)
    threshold = -log(1 - checked_confidence(confidence))
    rate = optimal_rho(1.0, checked_share(alpha_opt, "Tuning alpha", "0.05"))
    if t_opt <= 0:
        raise StatisticsError(f"The tuned number of cases {t_opt:g} is not above 0.")
    if n == 0:
        return 0.0, 1.0
    scale = max(t_opt * rate - 1, 1e-3)

    from scipy.special import betaln

    def log_capital(p: float) -> float:
        """Log of what a bettor against share p has made; above the threshold p is excluded.

        With g = p and h = 1 - p each term of the mixture is divided by g h, so that only the counts
        and the scale remain.
        """
        prior_low, prior_high = scale * (1 - p), scale * p
        misses, hits = n - successes, successes
        return float(
            betaln(prior_low + misses, prior_high + hits)
            - betaln(prior_low, prior_high)
            - (hits * log(p) if hits else 0.0)
            - (misses * log(1 - p) if misses else 0.0)
        )

    share = successes / n
    low = 0.0 if successes == 0 else _crossing(log_capital, 0.0, share, threshold)
    high = 1.0 if successes == n else _crossing(log_capital, 1.0, share, threshold)
    return low, high


def _crossing(
    log_capital: Callable[[float], float], edge: float, inside: float, threshold: float
) -> float:
    """Where the capital crosses the threshold between the edge (0 or 1) and a share that stands."""
    from scipy.optimize import brentq

    beside = edge + (inside - edge) * 1e-12
    middle = inside - (inside - edge) * 1e-12
    if log_capital(beside) <= threshold:
        return edge
    return float(brentq(lambda p: log_capital(p) - threshold, beside, middle, xtol=1e-12))
