"""Answers of people who answer often, as five sums that add up over shards."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from analytics.stats.errors import RowsError

if TYPE_CHECKING:  # the web process holds sums, and no numbers of numpy's
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """What the answers of all respondents add up to, kept so that answers of one may be alike.

    Of each respondent two numbers are known: n answers, and x, what they add up to (thumbs up, or
    points). For a rate of answering, n is how often they were shown something, x how often they
    answered.

    Attributes:
        respondents: How many have at least one answer.
        n: Answers: the sum of n over respondents.
        x: Sum of x.
        nn: Sum of n squared.
        xx: Sum of x squared.
        nx: Sum of n times x.
    """

    respondents: int
    n: int
    x: float
    nn: int
    xx: float
    nx: float

    @classmethod
    def of(cls, n: "npt.ArrayLike", x: "npt.ArrayLike") -> Self:
        """The sums of respondents.

        Args:
            n: Shape (k,); answers of each, 0 or more; those with none are left out.
            x: Shape (k,); what their answers add up to.

        Raises:
            RowsError: The two differ in length, or a number is missing or negative.

        Example:
            >>> ClusterSums.of([1, 2], [1, 1])
            ClusterSums(respondents=2, n=3, x=2.0, nn=5, xx=2.0, nx=3.0)
        """
        import numpy as np

        count, total = np.asarray(n, np.float64), np.asarray(x, np.float64)
        if count.ndim != 1 or count.shape != total.shape:
            raise RowsError(
                f"{total.size} sums stand against {count.size} numbers of answers: each respondent "
                "has one of both."
            )
        if not (np.isfinite(total).all() and (count >= 0).all()):
            raise RowsError("Answers hold a missing or negative number. Leave out these people.")
        count, total = count[count > 0], total[count > 0]
        return cls(
            len(count),
            int(count.sum()),
            float(total.sum()),
            int(count @ count),
            float(total @ total),
            float(count @ total),
        )

    def __add__(self, other: "ClusterSums") -> "ClusterSums":
        """Sums of other respondents beside these."""
        return ClusterSums(
            self.respondents + other.respondents,
            self.n + other.n,
            self.x + other.x,
            self.nn + other.nn,
            self.xx + other.xx,
            self.nx + other.nx,
        )

    @property
    def ratio(self) -> float:
        """Mean of an answer; NaN without answers.

        Example:
            >>> ClusterSums.of([1, 3], [1, 1]).ratio
            0.5
        """
        return self.x / self.n if self.n else float("nan")

    def variance(self, ratio: float | None = None) -> float:
        """Squared standard error of the mean, by the delta method over respondents.

        Args:
            ratio: The mean to take residuals from, where it is not that of these sums.

        Returns:
            NaN below two respondents.

        Source:
            Deng, Knoblich and Lu (2018), KDD, doi:10.1145/3219819.3219919.

        Example:
            >>> ClusterSums.of([1, 1, 1, 1], [1, 0, 1, 0]).variance() == 0.25 / 3
            True
        """
        k = self.respondents
        if k < 2:
            return float("nan")
        mean = self.ratio if ratio is None else ratio
        squares = self.xx - 2 * mean * self.nx + mean * mean * self.nn
        return max(0.0, squares) * k / ((k - 1) * self.n**2)
