"""Agreement of ratings in a plain file: the same report without a database."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.reports.agreement import REPLICATES, SEED
from analytics.reports.coefficients import coefficients_data
from analytics.reports.crosscheck import crosscheck_alpha
from analytics.reports.file_ratings import MAX_POINTS, Columns, FileRatings, read_ratings
from analytics.reports.limits import limits_data
from analytics.reports.raters import MAX_RATERS, Said, rater_lines
from analytics.reports.splits import splits
from core.errors import InvalidError

if TYPE_CHECKING:
    from analytics.stats.types import FloatArray, IntArray

HARDEST = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about a file.

    Attributes:
        path: CSV or Parquet, one row a rating.
        columns: Of the file.
        level: Of measurement.
        categories: Values in their order; those of the file when left out.
        replicates: Of the intervals.
        seed: Of the resamples.
        interval: Kind of interval, a key of `stats.intervals.methods.INTERVALS`.
    """

    path: Path
    columns: Columns
    level: str
    categories: Sequence[str] = ()
    replicates: int = REPLICATES
    seed: int = SEED
    interval: str | None = None

    def read(self, *, are_items_named: bool = False) -> FileRatings:
        """The file's ratings."""
        return read_ratings(
            self.path,
            self.columns,
            level=self.level,
            categories=self.categories,
            are_items_named=are_items_named,
        )


def agreement_of_file(asked: Asked) -> dict[str, Any]:
    """The JSON of `manage.py agreement` for one file; items are resampled.

    Raises:
        InvalidError: A column is missing, a value does not fit the scale, or a rater rates an item
            twice; file, line and value are named.
    """
    ratings = asked.read(are_items_named=True)
    found, alpha = _coefficients(asked, ratings)
    scale, counts = ratings.scale, _counts(ratings)
    check = (
        crosscheck_alpha(counts, asked.level, scale.numbers.tolist(), alpha)
        if counts is not None and alpha is not None
        else None
    )
    return found | {
        "raters": _raters(ratings, asked),
        "hardest_items": _hardest(ratings, counts),
        "crosscheck": asdict(check) if check else None,
    }


def coefficients_of_file(asked: Asked) -> dict[str, Any]:
    """The same without what is about single raters and items, which takes longest."""
    return _coefficients(asked, asked.read())[0]


def brief_of_file(asked: Asked) -> dict[str, Any]:
    """The coefficients that counts give, as `headline` does for a study; in seconds at any size.

    Raises:
        InvalidError: As of `agreement_of_file`; or the values are too many to count each.
    """
    from analytics.stats.criteria.counted import estimate_counted
    from analytics.stats.profiles import Profiles

    ratings = asked.read()
    counts = _counts(ratings)
    if counts is None:
        raise InvalidError(
            f"Column '{asked.columns.value}' has {len(ratings.scale.categories)} values, and "
            f"--brief counts up to {MAX_POINTS}. Leave out --brief."
        )
    results = estimate_counted(
        Profiles.from_counts(counts),
        level=asked.level,
        values=ratings.scale.numbers,
        n_raters=len(ratings.raters),
        replicates=asked.replicates,
        seed=asked.seed,
        interval=asked.interval,
    )
    return _sizes(asked, ratings) | {
        "coefficients": {key: one.as_dict() for key, one in results.items()}
    }


def _sizes(asked: Asked, ratings: FileRatings) -> dict[str, Any]:
    return {
        "criterion": asked.columns.value,
        "level": asked.level,
        "n_items": len(ratings.items),
        "n_raters": len(ratings.raters),
        "n_ratings": len(ratings.value),
    }


def _coefficients(asked: Asked, ratings: FileRatings) -> tuple[dict[str, Any], float | None]:
    """What is told of the whole file, and alpha."""
    import numpy as np

    from analytics.stats.criteria.criterion import estimate_criterion

    scale = ratings.scale
    results = estimate_criterion(
        unit=ratings.item,
        rater=ratings.rater,
        value=ratings.value,
        group=np.arange(len(ratings.items)),
        level=asked.level,
        values=scale.numbers,
        replicates=asked.replicates,
        seed=asked.seed,
        interval=asked.interval,
        with_others=True,
    )
    alpha = results["krippendorff_alpha"]
    return _sizes(asked, ratings) | {
        "n_pairable_items": alpha.n_pairable_units,
        "n_pairable_units": alpha.n_pairable_units,
        "n_missing": ratings.n_missing,
        "categories": scale.categories,
        "distribution": np.bincount(ratings.value, minlength=len(scale.categories)).tolist(),
        "coefficients": coefficients_data(results, level=asked.level),
        "intervals": limits_data(results),
        "resampling": asdict(alpha.method),
    }, alpha.value


def _counts(ratings: FileRatings) -> "IntArray | None":
    """Items x values; None where values are too many to count each."""
    from analytics.stats.profiles import count_matrix

    scale = ratings.scale
    if not scale.n_points:
        return None
    size = {"n_units": len(ratings.items), "n_values": len(scale.categories)}
    return count_matrix(ratings.item, ratings.value, **size)


def _raters(ratings: FileRatings, asked: Asked) -> list[dict[str, Any]]:
    import numpy as np

    if len(ratings.raters) > MAX_RATERS:
        return []
    group = np.arange(len(ratings.items))
    said = Said(ratings.item, ratings.rater, ratings.value, group)
    names = [(name, "person") for name in ratings.raters]
    lines, _pairs = rater_lines(
        said, ratings.scale, names, None, None, replicates=asked.replicates, seed=asked.seed
    )
    return [asdict(line) for line in lines]


def _hardest(ratings: FileRatings, counts: "IntArray | None") -> list[dict[str, Any]]:
    from analytics.stats.criteria.tables import hardest_units

    splits_of = splits(counts)
    disagreement = _disagreement(ratings, counts)
    return [
        {
            "item": ratings.items[position],
            "turn": -1,
            "passage": -1,
            "disagreement": float(disagreement[position]),
            **splits_of(int(position)),
        }
        for position in hardest_units(disagreement, HARDEST)
    ]


def _disagreement(ratings: FileRatings, counts: "IntArray | None") -> "FloatArray":
    from analytics.stats.coefficients.row_distances import row_disagreement
    from analytics.stats.criteria.tables import unit_disagreement

    scale = ratings.scale
    if counts is not None:
        return unit_disagreement(counts, scale.level, scale.numbers)
    n_units = len(ratings.items)
    return row_disagreement(
        ratings.item, ratings.value, scale.numbers, scale.level, n_units=n_units
    )
