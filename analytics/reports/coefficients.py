"""Every coefficient of a criterion under its key, those that do not apply with the reason.

The keys are a contract (`manage.py agreement`, the API): each is there for every criterion, so a
program need not know which coefficient suits which scale.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from analytics.stats.types import AgreementResult

ICC = ("icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k")
ORDERED = ("cohen_kappa_linear", "cohen_kappa_quadratic", "kendall_w")
OF_ONE_VALUE = ("fleiss_kappa", "conger_kappa", "cohen_kappa", "scott_pi", "brennan_prediger")

NAMES: Mapping[str, str] = {
    "krippendorff_alpha": gettext_noop("Krippendorff's alpha"),
    "percent_agreement": gettext_noop("Share of equal pairs of ratings"),
    "fleiss_kappa": gettext_noop("Fleiss' kappa"),
    "conger_kappa": gettext_noop("Conger's kappa"),
    "cohen_kappa": gettext_noop("Cohen's kappa"),
    "cohen_kappa_linear": gettext_noop("Cohen's kappa, linear weights"),
    "cohen_kappa_quadratic": gettext_noop("Cohen's kappa, quadratic weights"),
    "scott_pi": gettext_noop("Scott's pi"),
    "brennan_prediger": gettext_noop("Brennan-Prediger's kappa"),
    "gwet_ac1": gettext_noop("Gwet's AC1"),
    "gwet_ac2": gettext_noop("Gwet's AC2"),
    "kendall_w": gettext_noop("Kendall's W"),
    **{key: f"ICC({key[4:].replace('_', ',')})" for key in ICC},
}
"""In English, as JSON and CSV have them; a page says them by `name_of`."""


def name_of(key: str) -> str:
    """In the reader's language; the forms of one family have names that are the same in all."""
    return _(NAMES[key])


NEEDS_ORDER = gettext_noop(
    "This coefficient needs values in an order, and the values of a nominal scale have none."
)
NEEDS_STEPS = gettext_noop(
    "This coefficient needs values with steps of a known size (level interval or ratio), and the "
    "steps of this scale have none. Read Krippendorff's alpha instead."
)
OF_SETS = gettext_noop(
    "A rating is a set of labels here, and this coefficient compares single values. Read "
    "Krippendorff's alpha, which takes sets that overlap for partly equal."
)
INAPPLICABLE = (NEEDS_ORDER, NEEDS_STEPS, OF_SETS)


def coefficients_data(
    results: "Mapping[str, AgreementResult]", *, level: str, is_set: bool = False
) -> dict[str, Any]:
    """The part "coefficients" of a criterion's JSON: results and reasons under all keys."""
    found: dict[str, Any] = {}
    for key in (*_single(level), "icc"):
        if key == "icc":
            found[key] = {form: _one(form, results, level, is_set) for form in ICC}
        else:
            found[key] = _one(key, results, level, is_set)
    return found


def flat(coefficients: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Key and result of each coefficient, those of a family too, in the order of the keys.

    By name, because PostgreSQL keeps the keys of a stored report in an order of its own.
    """
    known = [*_single("nominal"), "gwet_ac2", *ICC]
    every = {**coefficients, **coefficients.get("icc", {})}
    for key in known:
        if key in every:
            yield key, every[key]


def _single(level: str) -> tuple[str, ...]:
    gwet = "gwet_ac1" if level == "nominal" else "gwet_ac2"
    return ("krippendorff_alpha", "percent_agreement", gwet, *OF_ONE_VALUE, *ORDERED)


def _one(
    key: str, results: "Mapping[str, AgreementResult]", level: str, is_set: bool
) -> dict[str, Any]:
    if key in results:
        return results[key].as_dict()
    if is_set:
        reason = OF_SETS
    else:
        reason = NEEDS_STEPS if key in ICC and level != "nominal" else NEEDS_ORDER
    confidence = results["krippendorff_alpha"].confidence
    return {
        "value": None,
        "low": None,
        "high": None,
        "confidence": confidence,
        "method": f"{NAMES[key]}; no interval",
        "reason": reason,
    }
