"""A stored report for other programs: JSON with names that may be shown, and one flat table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analytics.reports.coefficients import flat

COLUMNS = (
    "criterion", "level", "coefficient", "value", "low", "high", "confidence",
    "n_items", "n_units", "n_groups", "n_raters", "n_ratings", "method", "reason",
)  # fmt: skip


def named_data(
    criteria: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The criteria with a name for every rater's uid."""
    return [
        {
            **criterion,
            "raters": [
                {**line, "rater": names.get(line["rater"], line["rater"])}
                for line in criterion["raters"]
            ],
            "rater_pairs": [
                {
                    **pair,
                    "first": names.get(pair["first"], pair["first"]),
                    "second": names.get(pair["second"], pair["second"]),
                }
                for pair in criterion["rater_pairs"]
            ],
        }
        for criterion in criteria
    ]


def csv_rows(criteria: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    """One row a coefficient, numbers unrounded, empty where something cannot be estimated."""
    yield COLUMNS
    for criterion in criteria:
        for name, result in flat(criterion["coefficients"]):
            row = {**criterion, **result, "coefficient": name}
            yield ["" if row[column] is None else row[column] for column in COLUMNS]
