"""Bradley-Terry with ties as an outcome of their own."""

from analytics.stats.preferences.battles import TIE, BattleTable
from analytics.stats.preferences.bradley_terry import Strengths, fit_strengths


def davidson(table: BattleTable, *, home: bool = False) -> Strengths:
    """Strengths and the tendency to tie that make the votes most likely.

    The first wins, the second wins or they tie with weights g * p, q and nu * sqrt(g * p * q), p
    and q being strengths and g the side's effect. Votes without any tie have nu = 0: then this is
    Bradley-Terry.

    Args:
        table: Votes.
        home: Estimate also what the first side gains by its place.

    Returns:
        Strengths with `tie` = nu, or NaN with the reason.

    Source:
        Davidson (1970), Journal of the American Statistical Association 65(329),
        doi:10.1080/01621459.1970.10481082; side effect: Davidson and Beaver (1977), Biometrics
        33(4), doi:10.2307/2529467.

    Example:
        >>> votes = BattleTable.from_rows(
        ...     [0, 0, 0], [1, 1, 1], [0, 1, 2], [4, 4, 4], n_systems=2)
        >>> round(davidson(votes).tie, 6)
        1.0
    """
    if table.n_votes and not table.counts[:, TIE].any():
        return fit_strengths(table, home=home, ties=False)
    return fit_strengths(table, home=home, ties=True)
