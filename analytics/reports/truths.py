"""One label for each item from the labels of many, and how it fares against gold."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.utils.translation import gettext_noop

from analytics.reports.labels import LabelColumns, Labels, read_labels

if TYPE_CHECKING:
    from analytics.stats.truth.dawid_skene import DawidSkene
    from analytics.stats.truth.majority import Majority, TieRule
    from analytics.stats.types import IntArray

TruthMethod: TypeAlias = Literal["majority", "dawid-skene"]
METHODS: tuple[TruthMethod, ...] = ("majority", "dawid-skene")
TIE_WORDS = {
    "shown": gettext_noop("ties are shown as ties"),
    "declared": gettext_noop("a tie takes the label declared first"),
    "none": gettext_noop("a tie gives no label"),
}


def truth_of_file(
    path: Path,
    columns: LabelColumns,
    *,
    method: TruthMethod,
    categories: Sequence[str] = (),
    ties: "TieRule" = "shown",
    smoothing: float = 0.0,
    starts: int = 1,
    seed: int = 1,
    keep_repeated: bool = False,
) -> dict[str, Any]:
    """The JSON of `manage.py aggregate`.

    Raises:
        InvalidError: As `read_labels`.
        StatisticsError: Smoothing or starts are outside their range.
    """
    import numpy as np

    from analytics.stats.profiles import count_matrix
    from analytics.stats.truth.dawid_skene import dawid_skene
    from analytics.stats.truth.majority import majority

    told = read_labels(path, columns, categories=categories, keep_repeated=keep_repeated)
    size = {"n_units": len(told.items), "n_values": len(told.categories)}
    counts = count_matrix(told.item, told.value, **size)
    voted = majority(counts, ties=ties)
    found: dict[str, Any] = {
        "method": method,
        "n_items": len(told.items),
        "n_raters": len(told.raters),
        "n_ratings": len(told.value),
        "n_missing": told.n_missing,
        "categories": told.categories,
        "n_tied": int(voted.tied.sum()),
    }
    if method == "majority":
        found["ties"] = TIE_WORDS[ties]
        label, top, fit = voted.label, voted.top, None
    else:
        fit = dawid_skene(
            told.item, told.rater, told.value, n_raters=len(told.raters), smoothing=smoothing,
            starts=starts, seed=seed, **size,
        )  # fmt: skip
        found["dawid_skene"] = _fit(fit, told, voted, smoothing, seed)
        label = fit.label
        top = label[:, None] == np.arange(len(told.categories))
    if told.gold is not None:
        found["gold"] = _against_gold(told.gold, label, top, told)
    found["raters"] = _raters(told, fit)
    spread = (voted if fit is None else fit).entropy
    found["labels"] = [
        _label(number, told, counts[number], label[number], voted, fit)
        | {"entropy": _plain(spread[number])}
        for number in range(len(told.items))
    ]
    return found


def _label(
    number: int,
    told: Labels,
    counts: "IntArray",
    label: int,
    voted: "Majority",
    fit: "DawidSkene | None",
) -> dict[str, Any]:
    """An item's label; the distribution stays beside it."""
    names = told.categories
    line: dict[str, Any] = {
        "item": told.items[number],
        "label": None if label < 0 else names[label],
        "tied": [names[at] for at in voted.top[number].nonzero()[0]] if voted.tied[number] else [],
        "n": int(voted.n_ratings[number]),
        "distribution": dict(zip(names, counts.tolist(), strict=True)),
    }
    if fit is not None and voted.n_ratings[number]:
        line["posterior"] = dict(zip(names, fit.posterior[number].tolist(), strict=True))
    if told.gold is not None:
        line["gold"] = None if told.gold[number] < 0 else names[told.gold[number]]
    return line


def _fit(
    fit: "DawidSkene", told: Labels, voted: "Majority", smoothing: float, seed: int
) -> dict[str, Any]:
    both = (voted.label >= 0) & (fit.label >= 0)
    n_same = int((voted.label == fit.label)[both].sum())
    return {
        "prior": dict(zip(told.categories, map(_plain, fit.prior), strict=True)),
        "log_likelihood": fit.log_likelihood,
        "iterations": fit.iterations,
        "converged": fit.converged,
        "start_log_likelihoods": list(fit.start_log_likelihoods),
        "smoothing": smoothing,
        "seed": seed,
        "same_as_majority": n_same,
        "compared_with_majority": int(both.sum()),
        "warning": fit.warning,
    }


def _against_gold(gold: "IntArray", label: "IntArray", top: Any, told: Labels) -> dict[str, Any]:
    """How many labels are gold's; ties are no errors and are told apart."""
    import numpy as np

    from analytics.stats.comparisons.proportions import share

    known = gold >= 0
    labelled = known & (label >= 0)
    correct = labelled & (label == gold)
    standing = top[known].sum(axis=1)
    hit = top[known, gold[known]] / np.maximum(standing, 1)
    rated = gold[told.item]
    n_rated = int((rated >= 0).sum())
    return {
        "n_gold": int(known.sum()),
        "n_labelled": int(labelled.sum()),
        "n_correct": int(correct.sum()),
        "accuracy": share(int(correct.sum()), int(labelled.sum())).as_dict(),
        "accuracy_ties_shared": float(hit.mean()) if len(hit) else None,
        "rating_accuracy": int((rated == told.value).sum()) / n_rated if n_rated else None,
        "by_category": [
            _category(name, int((correct & (gold == number)).sum()),
                      int((known & (label == number)).sum()), int((gold == number).sum()))
            for number, name in enumerate(told.categories)
        ],
    }  # fmt: skip


def _category(name: str, hits: int, said: int, true: int) -> dict[str, Any]:
    return {
        "category": name,
        "precision": hits / said if said else None,
        "recall": hits / true if true else None,
        "f1": 2 * hits / (said + true) if said + true else None,
    }


def _raters(told: Labels, fit: "DawidSkene | None") -> list[dict[str, Any]]:
    """Each rater's number of ratings, with confusions and accuracy as far as they are known."""
    import numpy as np

    from analytics.stats.comparisons.proportions import share

    n = np.bincount(told.rater, minlength=len(told.raters))
    lines: list[dict[str, Any]] = [
        {"rater": name, "n": int(n[number])} for number, name in enumerate(told.raters)
    ]
    if fit is not None:
        for line, accuracy, confusion in zip(lines, fit.rater_accuracy, fit.confusion, strict=True):
            line["estimated_accuracy"] = _plain(accuracy)
            line["confusion"] = [[_plain(cell) for cell in row] for row in confusion]
    if told.gold is not None:
        known = told.gold[told.item] >= 0
        right = known & (told.gold[told.item] == told.value)
        n_known = np.bincount(told.rater[known], minlength=len(told.raters))
        n_right = np.bincount(told.rater[right], minlength=len(told.raters))
        for line, some, whole in zip(lines, n_right, n_known, strict=True):
            line["gold_accuracy"] = share(int(some), int(whole)).as_dict()
    return lines


def _plain(value: Any) -> float | None:
    """NaN is no JSON."""
    return float(value) if value == value else None
