"""Agreement of ratings in a plain CSV file: the same report without a database."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.reports.coefficients import coefficients_data
from analytics.reports.crosscheck import crosscheck_alpha
from analytics.reports.file_ratings import Columns, FileRatings, read_ratings
from analytics.reports.raters import MAX_RATERS, Said, rater_lines
from analytics.reports.splits import splits

if TYPE_CHECKING:
    from analytics.stats.types import FloatArray, IntArray

HARDEST = 10


def agreement_of_file(
    path: Path,
    columns: Columns,
    *,
    level: str,
    categories: Sequence[str] = (),
    replicates: int,
    seed: int,
) -> dict[str, Any]:
    """The JSON of `manage.py agreement` for one file of a row a rating; items are resampled.

    Raises:
        InvalidError: A column is missing, a value does not fit the scale, or a rater rates an item
            twice; file, line and value are named.
    """
    import numpy as np

    from analytics.stats.criteria.criterion import estimate_criterion
    from analytics.stats.profiles import count_matrix

    ratings = read_ratings(path, columns, level=level, categories=categories)
    scale, group = ratings.scale, np.arange(len(ratings.items))
    results = estimate_criterion(
        unit=ratings.item,
        rater=ratings.rater,
        value=ratings.value,
        group=group,
        level=level,
        values=scale.numbers,
        replicates=replicates,
        seed=seed,
    )
    size = {"n_units": len(ratings.items), "n_values": len(scale.categories)}
    counts = count_matrix(ratings.item, ratings.value, **size) if scale.n_points else None
    alpha = results["krippendorff_alpha"]
    check = (
        crosscheck_alpha(counts, level, scale.numbers.tolist(), alpha.value)
        if counts is not None and alpha.value is not None
        else None
    )
    return {
        "criterion": columns.value,
        "level": level,
        "n_items": len(ratings.items),
        "n_raters": len(ratings.raters),
        "n_ratings": len(ratings.value),
        "n_pairable_items": alpha.n_pairable_units,
        "n_missing": ratings.n_missing,
        "categories": scale.categories,
        "distribution": np.bincount(ratings.value, minlength=len(scale.categories)).tolist(),
        "coefficients": coefficients_data(results, level=level),
        "raters": _raters(ratings, group, replicates, seed),
        "hardest_items": _hardest(ratings, counts),
        "crosscheck": asdict(check) if check else None,
    }


def _raters(
    ratings: FileRatings, group: "IntArray", replicates: int, seed: int
) -> list[dict[str, Any]]:
    if len(ratings.raters) > MAX_RATERS:
        return []
    said = Said(ratings.item, ratings.rater, ratings.value, group)
    names = [(name, "person") for name in ratings.raters]
    how = {"replicates": replicates, "seed": seed}
    lines, _pairs = rater_lines(said, ratings.scale, names, None, None, **how)
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
