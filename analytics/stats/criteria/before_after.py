"""Agreement of the same raters on the same units, twice: before they talked, and after.

Both agreements and their difference are drawn from the same resamples of whole groups, so that
what is hard about an item, and so low both times, does not blur what has changed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.coefficients.coefficient import CountCoefficient
from analytics.stats.errors import RowsError
from analytics.stats.intervals.bootstrap import bootstrap_estimate, sums_resampling
from analytics.stats.intervals.methods import Draw
from analytics.stats.types import Estimate, FloatArray


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One coefficient twice.

    Attributes:
        before: Of the first ratings.
        after: Of the second ones.
        difference: After less before; above 0 raters agree more than they did.
    """

    before: Estimate
    after: Estimate
    difference: Estimate

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {name: getattr(self, name).as_dict() for name in self.__slots__}


def before_and_after(
    coefficient: CountCoefficient,
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    group: npt.ArrayLike,
    words: str,
    draw: Draw,
) -> BeforeAfter:
    """A coefficient of ratings given before and after, and the difference, with paired limits.

    Units with fewer than two ratings say nothing and are left out.

    Args:
        coefficient: Alpha, percent agreement, or any other of counts.
        before: Shape (n_units, n_values); raters at each value, the first time.
        after: Shape (n_units, n_values); the same raters, the second time.
        group: Shape (n_units,); units of one group are drawn together.
        words: What the coefficient is, for the line of the method.
        draw: Of the intervals.

    Raises:
        RowsError: A unit has not as many ratings before as after.

    Example:
        >>> from analytics.stats.coefficients.agreement import PercentAgreement
        >>> before, after = [[2, 0], [1, 1], [1, 1]], [[2, 0], [0, 2], [1, 1]]
        >>> found = before_and_after(
        ...     PercentAgreement(), before, after, [0, 1, 2], "Equal pairs", Draw(replicates=99)
        ... )
        >>> round(found.before.value, 2), round(found.after.value, 2)
        (0.33, 0.67)
        >>> round(found.difference.value, 2)
        0.33
    """
    first, second = (np.asarray(counts, dtype=np.int64) for counts in (before, after))
    if first.shape != second.shape or (first.sum(axis=1) != second.sum(axis=1)).any():
        raise RowsError(
            "A unit has more ratings one time than the other. Leave out ratings of raters who "
            "gave only one of the two."
        )
    usable = coefficient.usable(first) & coefficient.usable(second)
    terms = [coefficient.terms(counts[usable]) for counts in (first, second)]
    groups = np.asarray(group)[usable]
    n, width = int(usable.sum()), terms[0].shape[1]
    if not n:
        return _absent(words, draw)
    sums = np.concatenate(terms, axis=1)

    def estimate(value: str, of: "_OfSums") -> Estimate:
        return bootstrap_estimate(
            sums_resampling(sums, of, groups),
            n=n,
            words=value,
            unit="groups",
            undefined=reasons.NO_VARIATION,
            confidence=draw.confidence,
            replicates=draw.replicates,
            seed=draw.seed,
        )

    return BeforeAfter(
        before=estimate(f"{words} before", _OfSums(coefficient, 0, width, -1)),
        after=estimate(f"{words} after", _OfSums(coefficient, width, width, -1)),
        difference=estimate(f"{words}, after less before", _OfSums(coefficient, width, width, 0)),
    )


@dataclass(frozen=True, slots=True)
class _OfSums:
    """The coefficient of the sums that begin at one place, less that at another (-1: nothing)."""

    coefficient: CountCoefficient
    start: int
    width: int
    less: int

    def __call__(self, sums: FloatArray) -> FloatArray:
        found = self._at(sums, self.start)
        return found if self.less < 0 else found - self._at(sums, self.less)

    def _at(self, sums: FloatArray, start: int) -> FloatArray:
        return self.coefficient.value(sums[..., start : start + self.width])


def _absent(words: str, draw: Draw) -> BeforeAfter:
    nothing = Estimate(
        None, None, None, draw.confidence, 0, f"{words}; no interval", reasons.NO_PAIRABLE_UNIT
    )
    return BeforeAfter(nothing, nothing, nothing)
