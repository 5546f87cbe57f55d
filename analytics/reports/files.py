"""Agreement of ratings in a plain CSV file: the same report without a database."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.reports.crosscheck import crosscheck_alpha
from core.errors import InvalidError

HARDEST = 10
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})


@dataclass(frozen=True, slots=True)
class Columns:
    item: str
    rater: str
    value: str


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
        InvalidError: A column is missing, a value is not among the categories or no number, or a
            rater rates an item twice.
    """
    import numpy as np

    from analytics.stats.estimate import estimate_agreement
    from analytics.stats.profiles import count_matrix
    from analytics.stats.tables import hardest_units, unit_disagreement

    rows = list(_rows(path, columns))
    rated = [row for row in rows if row[2].casefold() not in MISSING]
    points = list(categories) or _ordered({value for _i, _r, value in rated}, level)
    numbers = _numbers(points, level)
    place = {point: position for position, point in enumerate(points)}
    items = {name: number for number, name in enumerate(dict.fromkeys(row[0] for row in rated))}
    raters = Counter(row[1] for row in rated)
    _check(rated, place)
    unit = [items[item] for item, _rater, _value in rated]
    value = [place[said] for _item, _rater, said in rated]
    results = estimate_agreement(
        unit=unit,
        value=value,
        group=np.arange(len(items)),
        level=level,
        values=numbers,
        n_raters=len(raters),
        replicates=replicates,
        seed=seed,
    )
    counts = count_matrix(unit, value, n_units=len(items), n_values=len(points))
    disagreement = unit_disagreement(counts, level, numbers)
    alpha = results["krippendorff_alpha"]
    names = list(items)
    check = alpha.value is not None and crosscheck_alpha(counts, level, numbers, alpha.value)
    return {
        "criterion": columns.value,
        "level": level,
        "n_items": len(items),
        "n_raters": len(raters),
        "n_ratings": len(rated),
        "n_pairable_items": alpha.n_pairable_units,
        "n_missing": len(rows) - len(rated),
        "categories": points,
        "distribution": [int(n) for n in counts.sum(axis=0)],
        "coefficients": {name: result.as_dict() for name, result in results.items()},
        "raters": [
            {"rater": rater, "kind": "person", "n": n} for rater, n in raters.most_common()
        ],
        "hardest_items": [
            {
                "item": names[position],
                "turn": -1,
                "passage": -1,
                "disagreement": float(disagreement[position]),
                "counts": [int(n) for n in counts[position]],
            }
            for position in hardest_units(disagreement, HARDEST)
        ],
        "crosscheck": {"package": check.package, "version": check.version,
                       "difference": check.difference} if check else None,
    }  # fmt: skip


def _rows(path: Path, columns: Columns) -> Iterator[tuple[str, str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            header = table.fieldnames or []
            for name in (columns.item, columns.rater, columns.value):
                if name not in header:
                    raise InvalidError(
                        f"'{path.name}' has no column '{name}'; it has {', '.join(header)}. "
                        "Name another column."
                    )
            for row in table:
                cells = (row[columns.item], row[columns.rater], row[columns.value])
                item, rater, value = ((cell or "").strip() for cell in cells)
                yield item, rater, value
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise InvalidError(f"'{path}' cannot be read as UTF-8 CSV: {problem}.") from None


def _ordered(values: set[str], level: str) -> list[str]:
    """Seen values in order: as numbers where all are, else by name, which only a nominal scale
    allows."""
    try:
        return sorted(values, key=float)
    except ValueError:
        if level != "nominal":
            raise InvalidError(
                f"The values {', '.join(sorted(values)[:5])} are words, and a scale of level "
                f"'{level}' has an order. Give it with --categories, low to high."
            ) from None
        return sorted(values)


def _numbers(points: Sequence[str], level: str) -> list[float]:
    try:
        return [float(point) for point in points]
    except ValueError:
        if level in ("interval", "ratio"):
            raise InvalidError(
                f"Level '{level}' needs numbers, and the categories are {', '.join(points[:5])}. "
                "Use ordinal or nominal."
            ) from None
        return [float(position) for position in range(len(points))]


def _check(rated: Sequence[tuple[str, str, str]], place: dict[str, int]) -> None:
    seen: set[tuple[str, str]] = set()
    for line, (item, rater, value) in enumerate(rated, start=1):
        if value not in place:
            raise InvalidError(
                f"Rating {line}: value '{value}' is not among the categories {', '.join(place)}. "
                "Correct the row or the categories."
            )
        if (item, rater) in seen:
            raise InvalidError(
                f"Rating {line}: rater '{rater}' rates item '{item}' twice. Keep one of the rows."
            )
        seen.add((item, rater))
