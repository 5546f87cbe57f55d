"""Alpha of a fixed table of weights, as Gwet has it: not Krippendorff's, but for some levels.

With identity and quadratic weights it is Krippendorff's nominal and interval alpha. With the
"ordinal" weights of `agreement_weights` it is another number than Krippendorff's ordinal alpha
(0.834 against 0.815 on the classic data), whose distances depend on how often each value is used.
Never print it as "ordinal alpha".
"""

import numpy.typing as npt

from analytics.stats.coefficients.agreement import FixedDistanceAlpha
from analytics.stats.coefficients.coefficient import checked_weights, evaluate
from analytics.stats.profiles import Profiles


def weighted_alpha(counts: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """Alpha whose distance is 1 - weight.

    Args:
        counts: Shape (n_units, n_values).
        weights: Shape (n_values, n_values); agreement, 1 on the diagonal.

    Returns:
        At most 1; NaN when no unit has two ratings or nothing varies.

    Raises:
        ScaleError: Weights do not fit the counts.

    Source:
        Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapter 5.

    Example:
        >>> from analytics.stats.coefficients.distances import agreement_weights
        >>> counts = [[2, 0, 0], [1, 1, 0], [0, 0, 2], [0, 1, 1]]
        >>> round(weighted_alpha(counts, agreement_weights("ordinal", [1, 2, 3])), 4)
        0.641
    """
    profiles = Profiles.from_counts(counts)
    matrix = checked_weights(weights, profiles.counts.shape[1])
    return evaluate(FixedDistanceAlpha(1.0 - matrix), profiles)
