"""Whether a criterion works differently in its wordings: Japanese against English, say.

Raters of two languages are different people, so a difference is of the wording and of those who
read it; raters who rate in both would tell these apart.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.frames import RaterRows, RatingFrame
    from analytics.reports.scales import Scale
    from analytics.stats.types import AgreementResult, Estimate, IntArray

MAX_LANGUAGES = 4


@dataclass(frozen=True, slots=True)
class WordingPair:
    """Two wordings on the units that were rated in both.

    Attributes:
        first: Language.
        second: Language.
        difference: Mean score in the first less that in the second, over common units; None where
            values have no order.
        agreement: Alpha between the two.
    """

    first: str
    second: str
    difference: "Estimate | None"
    agreement: "AgreementResult"


@dataclass(frozen=True, slots=True)
class Wordings:
    """Each wording with its ratings and alpha, and each two wordings."""

    within: "dict[str, AgreementResult]"
    between: list[WordingPair]

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "within": {
                language: {**found.as_dict(), "n_ratings": found.n_ratings}
                for language, found in self.within.items()
            },
            "between": [
                {
                    "first": pair.first,
                    "second": pair.second,
                    "difference": pair.difference.as_dict() if pair.difference else None,
                    "agreement": pair.agreement.as_dict(),
                }
                for pair in self.between
            ],
        }


def wordings_of(
    rows: "RaterRows",
    given: "RatingFrame",
    group: "IntArray",
    scale: "Scale",
    *,
    replicates: int,
    seed: int,
) -> Wordings | None:
    """Agreement within and between wordings; None where all ratings are of one.

    Args:
        rows: Scores of the criterion.
        given: All ratings of the study, with their languages.
        group: Shape (n_units,).
        scale: Of the criterion.
        replicates: Of the intervals.
        seed: Of the resamples.
    """
    import numpy as np

    from analytics.stats.criteria.estimate_kinds import estimate_kinds

    if scale.is_set or not len(rows.rating):
        return None
    language = given.language[np.searchsorted(given.pk, rows.rating)]
    known = np.flatnonzero(language != "")
    names, kind = np.unique(language[known].astype(str), return_inverse=True)
    if not 2 <= len(names) <= MAX_LANGUAGES:
        return None
    unit, value = rows.unit[known], rows.value[known]
    found = estimate_kinds(
        unit=unit,
        rater=rows.rater[known],
        kind=kind,
        value=value,
        group=group,
        level=scale.level,
        values=scale.numbers,
        replicates=replicates,
        seed=seed,
    )
    within = {
        str(names[number]): results["krippendorff_alpha"]
        for number, results in found.within.items()
    }
    between = [
        WordingPair(
            str(names[first]),
            str(names[second]),
            _difference(unit, value, kind, (first, second), group, scale, replicates, seed),
            results["cross_alpha"],
        )
        for (first, second), results in found.between.items()
    ]
    return Wordings(within, between)


def _difference(
    unit: "IntArray",
    value: "IntArray",
    kind: "IntArray",
    pair: tuple[int, int],
    group: "IntArray",
    scale: "Scale",
    replicates: int,
    seed: int,
) -> "Estimate | None":
    import numpy as np

    from analytics.stats.criteria.wording import wording_difference

    if scale.level == "nominal" and len(scale.numbers) != 2:
        return None
    rows = np.flatnonzero(np.isin(kind, pair))
    return wording_difference(
        unit[rows],
        scale.numbers[value[rows]],
        kind[rows] == pair[1],
        group,
        replicates=replicates,
        seed=seed,
    )
