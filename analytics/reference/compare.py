"""Two values of a reference case side by side: numbers, texts, lists, objects, matrices, None."""

import math
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """A computed value as JSON has it: no arrays, no tuples, None for "not defined".

    Example:
        >>> plain({1: np.array([0.5, np.nan])})
        {'1': [0.5, None]}
    """
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "infinite"
    return value


def matches(computed: Any, expected: Any, tolerance: float) -> bool:
    """Whether a computed value is the expected one, each number within the tolerance.

    An object may hold more keys than the case prints (all pairs, where it prints one). A truth
    value is no number, and None equals nothing but None.

    Args:
        computed: As `plain` gives it.
        expected: As the file gives it.
        tolerance: Absolute; 0 is exact.

    Example:
        >>> matches({"a": [1.0, None], "b": 2}, {"a": [1.001, None]}, 0.01)
        True
        >>> matches(None, 0.0, 1.0)
        False
    """
    if isinstance(expected, dict):
        return isinstance(computed, dict) and all(
            key in computed and matches(computed[key], part, tolerance)
            for key, part in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(computed, list)
            and len(computed) == len(expected)
            and all(matches(*both, tolerance) for both in zip(computed, expected, strict=True))
        )
    if _is_number(expected):
        return _is_number(computed) and abs(computed - expected) <= tolerance
    return type(computed) is type(expected) and bool(computed == expected)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
