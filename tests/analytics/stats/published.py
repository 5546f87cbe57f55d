"""A published table typed in here, so that the suite checks numbers without any shared folder.

Four observers, twelve units, five points, missing ratings (None): Krippendorff (2011), Computing
Krippendorff's alpha-reliability, University of Pennsylvania, section C.
"""

import numpy as np

from analytics.stats.types import IntArray

VALUES = [1, 2, 3, 4, 5]
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
ALPHA = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}


def counts_of(units: list[list[object]], values: list[object]) -> IntArray:
    """Units x values counts of a units x raters table."""
    return np.array([[ratings.count(value) for value in values] for ratings in units], np.int64)


COUNTS = counts_of([list(unit) for unit in zip(*OBSERVERS, strict=True)], list(VALUES))
