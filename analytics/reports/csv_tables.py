"""Every table of a stored report as rows for CSV: numbers unrounded, empty where there is none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analytics.reports.rater_words import gold_reasons, on_gold
from analytics.reports.tables import csv_rows
from analytics.reports.why import reason_words
from core.phrases import consecutive

Data = Mapping[str, Any]
Rows = Iterator[Sequence[Any]]

RATER_COLUMNS = ("criterion", "rater", "kind", "n", "agreement", "n_pairs")
PRIVATE_COLUMNS = (
    "severity", "low", "high", "severity_reason", "alpha_without", "alpha_without_low",
    "alpha_without_high", "gain", "gain_low", "gain_high", "kappa", "kappa_low", "kappa_high",
    "group", "seconds", "right", "right_low", "right_high", "off_by", "off_by_low", "off_by_high",
    "n_on_gold", "gold_reason", "flags",
)  # fmt: skip
"""Only for those who manage."""
KIND_COLUMNS = (
    "criterion", "kinds", "n_raters", "n_units", "n_ratings", "agreement", "agreement_low",
    "agreement_high", "alpha", "alpha_low", "alpha_high", "reason",
)  # fmt: skip
PREFERENCE_COLUMNS = (
    "criterion", "variant", "rank", "rank_low", "rank_high", "strength", "low", "high", "share",
    "wins", "losses", "ties", "win_rate", "win_rate_low", "win_rate_high",
    "mean_score_over_opponents", "elo",
)  # fmt: skip
HARDEST_COLUMNS = (
    "criterion", "item", "seq", "turn", "passage", "disagreement", "unequal", "low", "high",
    "pattern",
)  # fmt: skip


def _cells(values: Sequence[Any]) -> list[Any]:
    return ["" if value is None else value for value in values]


def _coefficients(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    return csv_rows(data["criteria"])


def _raters(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    """Figures about raters only for those who manage."""
    shown = (*RATER_COLUMNS, *PRIVATE_COLUMNS) if manages else RATER_COLUMNS
    yield shown
    for criterion in data["criteria"]:
        for line in criterion["raters"]:
            cells = {
                **line,
                "criterion": criterion["criterion"],
                "rater": names.get(line["rater"], line["rater"]),
                "severity_reason": reason_words(line["severity_reason"]),
                "flags": " ".join(line["flags"]),
                **_limits("gain", line["gain"]),
                **_limits("kappa", line["against_rest"]),
                **_limits("right", (line.get("accuracy") or {}).get("correct")),
                **_limits("off_by", (line.get("accuracy") or {}).get("error")),
                "n_on_gold": on_gold(line),
                "gold_reason": consecutive(gold_reasons(line)),
            }
            yield _cells([cells[name] for name in shown])


def _limits(name: str, found: Data | None) -> dict[str, Any]:
    keys = {name: "value", f"{name}_low": "low", f"{name}_high": "high"}
    return {column: (found or {}).get(key) for column, key in keys.items()}


def _rater_pairs(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    yield ("criterion", "first", "second", "n", "agreement")
    for criterion in data["criteria"]:
        for pair in criterion["rater_pairs"]:
            first, second = (names.get(pair[side], pair[side]) for side in ("first", "second"))
            yield (criterion["criterion"], first, second, pair["n"], pair["agreement"])


def _kinds(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    """One line a kind, or two kinds with a plus between them."""
    yield KIND_COLUMNS
    for criterion in data["criteria"]:
        for line in (criterion.get("kinds") or {"lines": []})["lines"]:
            alpha, equal = line["alpha"], line["percent_agreement"]
            cells = {
                "criterion": criterion["criterion"],
                "kinds": " + ".join(line["kinds"]),
                **{name: line[name] for name in ("n_raters", "n_units", "n_ratings")},
                **_limits("agreement", equal),
                **_limits("alpha", alpha),
                "reason": reason_words(alpha["reason"] or equal["reason"]),
            }
            yield _cells([cells[name] for name in KIND_COLUMNS])


def _hardest(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    yield HARDEST_COLUMNS
    for criterion in data["criteria"]:
        for line in criterion["hardest_items"]:
            cells = {**line, "criterion": criterion["criterion"]}
            yield _cells([cells[name] for name in HARDEST_COLUMNS])


def _distributions(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    yield ("criterion", "point", "ratings")
    for criterion in data["criteria"]:
        for point, n in zip(criterion["categories"], criterion["distribution"], strict=False):
            yield (criterion["criterion"], point, n)


def _confusions(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    yield ("criterion", "one_rating", "other_rating", "share_of_pairs")
    for criterion in data["criteria"]:
        for row, shares in zip(criterion["categories"], criterion["pairs"] or [], strict=False):
            for column, share in zip(criterion["categories"], shares, strict=True):
                yield (criterion["criterion"], row, column, share)


def _alike(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    yield ("first", "second", "correlation", "low", "high", "n", "reason")
    for pair in data["alike"]:
        found = pair["correlation"]
        cells = [found[key] for key in ("value", "low", "high", "n")]
        yield _cells([pair["first"], pair["second"], *cells, reason_words(found["reason"])])


def _preferences(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    yield PREFERENCE_COLUMNS
    for part in data.get("preferences", []):
        rates = {line["system"]: line for line in part["win_rates"]}
        for line in part["bradley_terry"]["systems"]:
            counts = rates[line["system"]]
            cells = {
                **line,
                **counts,
                **_limits("win_rate", counts["win_rate"]),
                "criterion": part["criterion"],
                "variant": line["system"],
                "elo": part["elo"][line["system"]],
            }
            yield _cells([cells[name] for name in PREFERENCE_COLUMNS])


def _days(data: Data, names: Mapping[str, str], manages: bool) -> Rows:
    yield ("rater", "day", "ratings")
    for rater, day, n in data["activity"]:
        yield (names.get(rater, rater), day, n)


TABLES: Mapping[str, Callable[[Data, Mapping[str, str], bool], Rows]] = {
    "coefficients": _coefficients,
    "raters": _raters,
    "rater-pairs": _rater_pairs,
    "kinds": _kinds,
    "hardest": _hardest,
    "distributions": _distributions,
    "confusions": _confusions,
    "alike": _alike,
    "days": _days,
    "preferences": _preferences,
}
"""By the name in the address."""
