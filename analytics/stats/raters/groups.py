"""Which raters can be compared at all: those whom common units join, directly or over others."""

import numpy as np
import numpy.typing as npt

from analytics.stats.types import IntArray


def rater_groups(unit: npt.ArrayLike, rater: npt.ArrayLike) -> IntArray:
    """Groups of raters that no unit joins to one another.

    Within a group severities are on one scale; between groups a difference of raters cannot be told
    from a difference of what they rated.

    Args:
        unit: Shape (n_rows,); 0 or more.
        rater: Shape (n_rows,); 0 to n_raters - 1, each with a row.

    Returns:
        Shape (n_raters,); the group of each rater. 0 is the group with the most ratings.

    Example:
        >>> rater_groups([0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 3, 4])
        array([0, 0, 0, 1, 1])
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    units, raters = np.asarray(unit, dtype=np.int64), np.asarray(rater, dtype=np.int64)
    if not len(units):
        return np.zeros(0, np.int64)
    n_raters = int(raters.max()) + 1
    size = n_raters + int(units.max()) + 1
    edges = csr_array((np.ones(len(units), np.int8), (raters, n_raters + units)), (size, size))
    _, label = connected_components(edges, directed=False)
    label = np.unique(label[:n_raters], return_inverse=True)[1]
    ratings = np.bincount(label[raters])
    place = np.empty(len(ratings), np.int64)
    place[np.argsort(-ratings, kind="stable")] = np.arange(len(ratings))
    return np.asarray(place[label], dtype=np.int64)
