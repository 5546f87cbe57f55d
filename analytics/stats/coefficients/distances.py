"""How far apart two values are: the squared difference functions of Krippendorff's alpha.

Nominal, interval, ratio and MASI distances depend on the two values alone. The ordinal one depends
on how often each value is used, so it comes from totals: `mid_ranks`.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import ScaleError, UnknownLevelError
from analytics.stats.types import FloatArray, Level

Distance: TypeAlias = Callable[[npt.NDArray[Any], npt.NDArray[Any]], FloatArray]
SetDistance: TypeAlias = Literal["masi", "jaccard"]
WeightKind: TypeAlias = Literal["identity", "linear", "quadratic", "ordinal"]


def nominal_distance(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> FloatArray:
    """0 for equal values, 1 for any others; elementwise, with broadcasting."""
    return np.asarray(a != b, dtype=np.float64)


def interval_distance(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> FloatArray:
    """Squared difference, elementwise, with broadcasting."""
    return np.asarray(np.square(np.asarray(a, dtype=np.float64) - b))


def ratio_distance(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> FloatArray:
    """Squared difference over squared sum, elementwise; two zeros are equal, so 0/0 is 0."""
    total = np.asarray(a, dtype=np.float64) + b
    share = np.divide(
        np.asarray(a, dtype=np.float64) - b, total, out=np.zeros_like(total), where=total != 0
    )
    return np.asarray(np.square(share))


def jaccard_distance(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> FloatArray:
    """Distance of two sets of labels, given as bit masks: one minus shared over all their labels.

    Two empty sets are equal; an empty set and any other are 1 apart.

    Args:
        a: Non-negative integers, one bit a label.
        b: The same, of a shape that broadcasts with `a`.

    Source:
        Jaccard (1912), New Phytologist 11(2), doi:10.1111/j.1469-8137.1912.tb05611.x.

    Example:
        >>> jaccard_distance(np.array([0b011, 0b011, 0b000]), np.array([0b011, 0b001, 0b000]))
        array([0. , 0.5, 0. ])
    """
    return np.asarray(1.0 - _jaccard_index(a, b))


def _jaccard_index(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> FloatArray:
    both = np.bitwise_count(a & b).astype(np.float64)
    either = np.bitwise_count(a | b).astype(np.float64)
    return np.asarray(np.divide(both, either, out=np.ones_like(either), where=either > 0))


def masi_distance(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> FloatArray:
    """Distance of two sets of labels, given as bit masks.

    One minus Jaccard's index times monotonicity, which is 1 for equal sets, 2/3 where one set
    holds the other, 1/3 where they overlap and 0 where they are disjoint. Two empty sets are
    equal; an empty set and any other are disjoint.

    Args:
        a: Non-negative integers, one bit a label.
        b: The same, of a shape that broadcasts with `a`.

    Returns:
        Distances between 0 (equal) and 1 (disjoint).

    Source:
        Passonneau (2006), Measuring agreement on set-valued items (MASI) for semantic and pragmatic
        annotation, LREC. https://aclanthology.org/L06-1392/

    Example:
        >>> masi_distance(np.array([0b011, 0b011, 0b011]), np.array([0b011, 0b001, 0b100])).round(3)
        array([0.   , 0.667, 1.   ])
    """
    inside = ((a & b) == a) | ((a & b) == b)
    monotonicity = np.where(a == b, 1.0, np.where(inside, 2 / 3, 1 / 3))
    return np.asarray(1.0 - _jaccard_index(a, b) * monotonicity)


def mid_ranks(totals: FloatArray) -> FloatArray:
    """Rank of each value when all ratings stand in one row and ties share their middle.

    Ordinal alpha is interval alpha of these ranks, which also explains it: distance counted in
    ratings.

    Args:
        totals: Shape (..., n_values); how often each value occurs, in the order of the scale.

    Returns:
        Shape (..., n_values).

    Example:
        >>> mid_ranks(np.array([2.0, 4.0, 2.0]))
        array([1., 4., 7.])
    """
    return np.asarray(np.cumsum(totals, axis=-1) - totals / 2)


def checked_level(level: str) -> Level:
    """The level, or `UnknownLevelError`.

    Args:
        level: What was asked for.

    Raises:
        UnknownLevelError: It is none of the four.

    Example:
        >>> checked_level("ordinal")
        'ordinal'
    """
    for known in get_args(Level):
        if level == known:
            return known  # type: ignore[no-any-return]
    raise UnknownLevelError(level)


def scale_numbers(values: Sequence[Any] | npt.NDArray[Any], level: Level) -> FloatArray:
    """The declared values as numbers, checked against an interval or ratio level.

    Raises:
        ScaleError: A value is no finite number, or is negative on a ratio scale.
    """
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.full(len(values), np.nan)
    if not np.isfinite(numbers).all():
        where = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise ScaleError(
            f"Value '{values[where]}' is no finite number, and level '{level}' measures distances "
            "in "
            "numbers. Declare numeric values or use level 'ordinal' or 'nominal'."
        )
    if level == "ratio" and (numbers < 0).any():
        raise ScaleError(
            f"Value {numbers.min():g} is below zero, and a ratio scale starts at zero. Use level "
            "'interval'."
        )
    return numbers


def distance_of(level: Level | SetDistance) -> Distance:
    """The elementwise distance of a level, or of sets, that does not depend on the totals."""
    if level == "masi":
        return masi_distance
    if level == "jaccard":
        return jaccard_distance
    if level == "nominal":
        return nominal_distance
    if level == "interval":
        return interval_distance
    if level == "ratio":
        return ratio_distance
    raise ScaleError("Ordinal distances depend on how often each value is used; see 'mid_ranks'.")


def distance_matrix(level: Level, values: Sequence[Any] | npt.NDArray[Any]) -> FloatArray:
    """All distances between declared values, for a level other than ordinal.

    Args:
        level: "nominal", "interval" or "ratio".
        values: Shape (n_values,); numbers for interval and ratio, anything for nominal.

    Returns:
        Shape (n_values, n_values), symmetric, with a zero diagonal.

    Raises:
        ScaleError: The values do not suit the level.

    Example:
        >>> distance_matrix("interval", [1, 2, 4])
        array([[0., 1., 9.],
               [1., 0., 4.],
               [9., 4., 0.]])
    """
    points = np.arange(len(values)) if level == "nominal" else scale_numbers(values, level)
    return distance_of(level)(points[:, None], points[None, :])


def agreement_weights(kind: WeightKind, values: Sequence[Any] | npt.NDArray[Any]) -> FloatArray:
    """How much two values agree: 1 on the diagonal, 0 between the ends of the scale.

    Args:
        kind: "identity" (equal or not), "linear" or "quadratic" in the distance, or "ordinal":
            by the pairs of points that lie between two points, these included, whatever their
            numbers. With the last one alpha is *not* Krippendorff's ordinal alpha.
        values: Shape (n_values,); numbers for linear and quadratic.

    Returns:
        Shape (n_values, n_values), symmetric.

    Raises:
        ScaleError: Linear or quadratic weights of values that are no numbers.

    Source:
        Cohen (1968), Psychological Bulletin 70(4), doi:10.1037/h0026256; ordinal: Gwet (2014),
        Handbook of Inter-Rater Reliability, 4th edition, chapter 4.

    Example:
        >>> agreement_weights("linear", [1, 2, 3])
        array([[1. , 0.5, 0. ],
               [0.5, 1. , 0.5],
               [0. , 0.5, 1. ]])
    """
    if kind == "identity":
        return np.eye(len(values))
    numbers = (
        np.arange(len(values), dtype=np.float64)
        if kind == "ordinal"
        else scale_numbers(values, "interval")
    )
    apart = np.abs(numbers[:, None] - numbers[None, :])
    if kind == "ordinal":
        apart *= apart + 1
    apart /= apart.max(initial=0.0) or 1.0
    return 1.0 - (np.square(apart) if kind == "quadratic" else apart)
