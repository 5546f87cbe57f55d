"""The difference of two variants on answers of people who answer often.

An ordinary test takes each answer for independent and sees differences where there are none: with
eight answers a person that are somewhat alike, in four of ten comparisons of a variant with itself.
Here people are what varies. `clustered_difference` holds for one look that was planned;
`clustered_sequence` holds however often one looks.
"""

from math import ceil, isfinite, log, sqrt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.paired import t_tail
from analytics.stats.comparisons.sequences import normal_mixture_bound
from analytics.stats.errors import StatisticsError
from analytics.stats.feedback.sums import ClusterSums
from analytics.stats.types import Estimate

SEQUENCE_FROM = 20
"""Respondents a side from which on the sequence speaks: its limits hold for many."""
TUNED_FOR = 400
"""Respondents a side at which the sequence is narrowest, where nobody planned another number."""
FURTHEST = 1000
"""How many times the answers so far are thought of when asking how many more it takes."""


def standard_errors(first: ClusterSums, second: ClusterSums) -> tuple[float, float]:
    """Standard error of the mean of each side.

    A side whose answers are all equal tells nothing of how much answers vary, so there the
    residuals are taken from the mean of both sides.
    """
    both = (first + second).ratio
    errors = []
    for side in (first, second):
        variance = side.variance()
        scale = side.xx / max(side.n, 1) ** 2
        errors.append(sqrt(variance if variance > 1e-12 * scale else side.variance(both)))
    return errors[0], errors[1]


def _welch(first: ClusterSums, second: ClusterSums, errors: tuple[float, float]) -> float:
    """Degrees of freedom of a difference of two means, with respondents for cases."""
    a, b = errors[0] ** 2, errors[1] ** 2
    return (a + b) ** 2 / (a * a / (first.respondents - 1) + b * b / (second.respondents - 1))


def clustered_difference(
    first: ClusterSums, second: ClusterSums, confidence: float = 0.95
) -> Estimate:
    """Mean answer of the first side minus that of the second, clustered by respondent.

    For one look at a number of answers that was fixed beforehand.

    Args:
        first: Sums of the first side; with x thumbs up, its mean is the share of thumbs up.
        second: Sums of the second side; other respondents.
        confidence: Between 0 and 1.

    Returns:
        The difference in the unit of an answer (-1 to 1 for shares), with a t interval (Welch's
        degrees of freedom, respondents for cases) and the test against 0; n counts answers.

    Raises:
        StatisticsError: Confidence is impossible.

    Source:
        Deng, Knoblich and Lu (2018), KDD, doi:10.1145/3219819.3219919 (delta method); Welch (1947),
        Biometrika 34, doi:10.1093/biomet/34.1-2.28.

    Example:
        >>> a = ClusterSums.of([2, 1, 3, 1, 2, 1], [2, 1, 2, 1, 1, 1])
        >>> b = ClusterSums.of([1, 2, 2, 1, 3, 1], [0, 1, 1, 0, 2, 1])
        >>> found = clustered_difference(a, b)
        >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
        (0.3, -0.028, 0.628)
    """
    from scipy.special import stdtrit

    tail = (1 + checked_confidence(confidence)) / 2
    n = first.n + second.n
    method = (
        "Difference of two means, delta method over "
        f"{first.respondents} and {second.respondents} respondents, t interval"
    )
    if not (first.n and second.n):
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    value = first.ratio - second.ratio
    if min(first.respondents, second.respondents) < 2:
        return Estimate(value, None, None, confidence, n, method, reasons.FEW_ROWS)
    errors = standard_errors(first, second)
    error = sqrt(errors[0] ** 2 + errors[1] ** 2)
    if error == 0:
        return Estimate(value, None, None, confidence, n, method, reasons.SAME_OUTCOME)
    df = _welch(first, second, errors)
    reach = float(stdtrit(df, tail)) * error
    t = value / error
    p = t_tail(t, df, "two-sided")
    return Estimate(value, value - reach, value + reach, confidence, n, method, None, t, p)


def respondents_a_side(first: ClusterSums, second: ClusterSums) -> float:
    """How many respondents a side tell as much as these, where the sides differ in size."""
    return 2 / (1 / first.respondents + 1 / second.respondents)


def _reach(error: float, time: float, tuned_for: float, alpha: float) -> float:
    """Half the width of the sequence at a time, both in respondents a side.

    In units of information (one over the squared error) the sum of all that came in moves like a
    sum of independent steps; the mixture bounds it, and the error brings it back to a mean.
    """
    information = 1 / error**2
    bound = normal_mixture_bound(
        information, information * tuned_for / time, alpha, alpha, one_sided=False
    )
    return bound / information


def clustered_sequence(
    first: ClusterSums,
    second: ClusterSums,
    confidence: float = 0.95,
    *,
    tuned_for: float = TUNED_FOR,
) -> Estimate:
    """The same difference with limits that hold however often one looks while answers arrive.

    An asymptotic confidence sequence by a normal mixture: limits that exclude 0 once may be acted
    on at once. They are about 1.55 times as wide as those of one planned look at the number they
    are tuned for.

    Args:
        first: Sums of the first side so far.
        second: Sums of the second side so far.
        confidence: Chance that the limits hold the difference at all times.
        tuned_for: Respondents a side at which the limits are narrowest; fixed beforehand.

    Returns:
        First minus second, in the unit of an answer; n counts answers. Without limits and with the
        reason below `SEQUENCE_FROM` respondents a side.

    Raises:
        StatisticsError: Confidence is impossible, or `tuned_for` is not above 0.

    Source:
        Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics 52(6),
        arXiv:2103.06476; Robbins (1970), Annals of Mathematical Statistics 41(5),
        doi:10.1214/aoms/1177696786.

    Example:
        >>> a = ClusterSums.of([1] * 200, [1] * 172 + [0] * 28)
        >>> b = ClusterSums.of([1] * 200, [1] * 160 + [0] * 40)
        >>> found = clustered_sequence(a, b)
        >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
        (0.06, -0.056, 0.176)
    """
    alpha = 1 - checked_confidence(confidence)
    if tuned_for <= 0:
        raise StatisticsError(
            f"The tuned number of respondents {tuned_for:g} is not above 0. Name the number a side "
            "at which you expect to decide."
        )
    n = first.n + second.n
    method = (
        "Difference of two means, asymptotic confidence sequence (normal mixture) over "
        f"{first.respondents} and {second.respondents} respondents, "
        f"narrowest at {tuned_for:g} a side"
    )
    if not (first.n and second.n):
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    value = first.ratio - second.ratio
    if min(first.respondents, second.respondents) < SEQUENCE_FROM:
        return Estimate(value, None, None, confidence, n, method, reasons.FEW_RESPONDENTS)
    error = sqrt(sum(one**2 for one in standard_errors(first, second)))
    if error == 0:
        return Estimate(value, None, None, confidence, n, method, reasons.SAME_OUTCOME)
    reach = _reach(error, respondents_a_side(first, second), tuned_for, alpha)
    return Estimate(value, value - reach, value + reach, confidence, n, method)


def answers_needed(
    first: ClusterSums,
    second: ClusterSums,
    confidence: float = 0.95,
    *,
    tuned_for: float = TUNED_FOR,
) -> int | None:
    """About how many more answers a side until the sequence excludes 0, if the difference stays.

    Answers are thought to go on as they did: as many a respondent, as alike. It is a guess from
    the difference seen so far, which is uncertain itself; no promise.

    Args:
        first: Sums of the first side so far.
        second: Sums of the second side so far.
        confidence: As of the sequence.
        tuned_for: As of the sequence.

    Returns:
        Answers a side, to two digits; 0 where the limits exclude 0 already; None where no
        difference is seen, or it would take more than `FURTHEST` times the answers so far.

    Raises:
        StatisticsError: As `clustered_sequence`.

    Source:
        `clustered_sequence`, with the squared error falling as one over the respondents.

    Example:
        >>> a = ClusterSums.of([1] * 200, [1] * 172 + [0] * 28)
        >>> b = ClusterSums.of([1] * 200, [1] * 160 + [0] * 40)
        >>> answers_needed(a, b), answers_needed(a, a)
        (540, None)
    """
    from scipy.optimize import brentq

    alpha = 1 - checked_confidence(confidence)
    if tuned_for <= 0 or min(first.respondents, second.respondents) < 2:
        return None
    error = sqrt(sum(one**2 for one in standard_errors(first, second)))
    difference = abs(first.ratio - second.ratio)
    if error == 0 or difference <= 1e-12 or not isfinite(error):
        return None
    now = respondents_a_side(first, second)
    least = max(1.0, SEQUENCE_FROM / min(first.respondents, second.respondents))

    def lacking(grown: float) -> float:
        """Half the width of the limits over the difference, on a logarithm, after growth."""
        return log(_reach(error / sqrt(grown), now * grown, tuned_for, alpha) / difference)

    if lacking(least) <= 0:
        grown = least
    elif lacking(FURTHEST * least) > 0:
        return None
    else:
        grown = float(brentq(lacking, least, FURTHEST * least, rtol=1e-6))
    return two_digits((grown - 1) * (first.n + second.n) / 2)


def two_digits(number: float) -> int:
    """A number rounded up to its two leading digits: what a guess may claim.

    Example:
        >>> two_digits(901.2), two_digits(7.1), two_digits(0)
        (910, 8, 0)
    """
    if number <= 1e-9:
        return 0
    step: int = 10 ** max(0, len(str(ceil(number))) - 2)
    return ceil(number / step - 1e-9) * step
