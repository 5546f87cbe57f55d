"""A stored report for other programs: JSON with names that may be shown, and one flat table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analytics.reports.coefficients import flat
from analytics.reports.limits import off_target_data
from analytics.reports.rater_page import PRIVATE
from analytics.reports.why import reason_words

COLUMNS = (
    "criterion", "level", "coefficient", "value", "low", "high", "confidence",
    "n_items", "n_units", "n_groups", "n_raters", "n_ratings", "method", "reason", "n_excluded",
)  # fmt: skip


def named_data(
    criteria: Sequence[Mapping[str, Any]], names: Mapping[str, str], *, manages: bool
) -> list[dict[str, Any]]:
    """The criteria with a name for every rater's uid, and reasons in the reader's language.

    Figures about a rater are for them and for those who manage: others get the line without them.
    """
    return [
        {
            **criterion,
            "coefficients": _translated(criterion["coefficients"]),
            "off_target": off_target_data(criterion),
            "without_excluded": _without(criterion.get("without_excluded")),
            "raters": [
                {
                    **{key: cell for key, cell in line.items() if manages or key not in PRIVATE},
                    "rater": names.get(line["rater"], line["rater"]),
                }
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


def public_data(criteria: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The criteria as they may leave the project: raters without figures about them."""
    return [
        {
            **criterion,
            "raters": [
                {key: cell for key, cell in line.items() if key not in PRIVATE}
                for line in criterion["raters"]
            ],
        }
        for criterion in criteria
    ]


def _without(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The same figures without the raters who are left out; None where nobody is."""
    return {**found, "coefficients": _translated(found["coefficients"])} if found else None


def _translated(coefficients: Mapping[str, Any]) -> dict[str, Any]:
    """Results, and families of results, with their reasons in the reader's language."""
    return {
        key: {**found, "reason": reason_words(found["reason"]) or None}
        if "reason" in found
        else _translated(found)
        for key, found in coefficients.items()
    }


def csv_rows(criteria: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    """One row a coefficient, numbers unrounded, empty where something cannot be estimated.

    Where raters are left out, the same rows once more without them.
    """
    yield COLUMNS
    for criterion in criteria:
        yield from _rows({**criterion, "n_excluded": 0})
        if without := criterion.get("without_excluded"):
            yield from _rows({**_uncounted(criterion), **without})


def _rows(criterion: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    for name, result in flat(criterion["coefficients"]):
        row = {**criterion, **result, "coefficient": name}
        row["reason"] = reason_words(result["reason"])
        yield ["" if row[column] is None else row[column] for column in COLUMNS]


def _uncounted(criterion: Mapping[str, Any]) -> dict[str, Any]:
    """Reports of earlier versions did not keep how many items the others had rated."""
    return {**criterion, "n_items": None, "n_units": None, "n_groups": None}
