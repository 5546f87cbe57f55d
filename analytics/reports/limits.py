"""Limits of several kinds in a stored report: which are shown, and whether such limits hold.

A report keeps the limits of every kind beside the usual ones, so a page switches between them
without computing anything, and can tell at once which kind held in simulated studies like this one
(`stats.intervals.coverage`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from analytics.reports.coefficients import flat
from core.errors import InvalidError

if TYPE_CHECKING:
    from analytics.stats.intervals.coverage import Situation
    from analytics.stats.types import AgreementResult

USUAL = "bootstrap"
KINDS = (
    USUAL, "percentile", "bca", "bca-widened", "studentized", "jackknife", "two-way", "analytic",
    "generalized", "graded",
)  # fmt: skip
"""Kinds that a report may show, as `stats.intervals.methods` names them."""
KIND_OF = {
    "percentile-widened": "bca-widened",
    "linearised": "analytic",
    "f": "analytic",
}
"""Kinds by what their limits are called, where the two differ."""
DRAWN = ("percentile", "bca", "bca-widened", "percentile-widened", "studentized", "two-way")
MOST = 0.5


def limits_data(results: "Mapping[str, AgreementResult]") -> dict[str, dict[str, Any]]:
    """The part "intervals" of a criterion's JSON: kind, then coefficient, then limits."""
    found: dict[str, dict[str, Any]] = {}
    for key, result in results.items():
        if result.value is None:
            continue
        found.setdefault(USUAL, {})[key] = {
            "low": result.low,
            "high": result.high,
            "interval": result.method.interval,
            "reason": result.reason,
        }
        for kind, limits in result.others.items():
            found.setdefault(kind, {})[key] = {
                name: told(value) for name, value in asdict(limits).items()
            }
    return found


def told(value: Any) -> Any:
    """JSON knows no NaN, and PostgreSQL and SQLite refuse a report that holds one."""
    return None if isinstance(value, float) and not isfinite(value) else value


def checked_kind(kind: str) -> str:
    """The kind asked for, the usual one when none is.

    Raises:
        InvalidError: A report knows no such kind.
    """
    if kind in ("", *KINDS):
        return kind or USUAL
    raise InvalidError(
        _("Limits of the kind “%(kind)s” are unknown; a report shows %(known)s.")
        % {"kind": kind, "known": ", ".join(KINDS)}
    )


def with_limits(data: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A stored report with limits of this kind wherever a coefficient has such."""
    return {**data, "criteria": [_switched(criterion, kind) for criterion in data["criteria"]]}


def kinds_in(data: Mapping[str, Any]) -> list[str]:
    """The kinds that alpha has limits of, on any criterion."""
    return [
        kind
        for kind in KINDS
        if any(
            criterion.get("intervals", {}).get(kind, {}).get("krippendorff_alpha")
            for criterion in data["criteria"]
        )
    ]


def _switched(criterion: Mapping[str, Any], kind: str) -> dict[str, Any]:
    other = {} if kind == USUAL else criterion.get("intervals", {}).get(kind, {})
    coefficients = {
        key: {form: _shown(criterion, result, other.get(form)) for form, result in found.items()}
        if key == "icc"
        else _shown(criterion, found, other.get(key))
        for key, found in criterion["coefficients"].items()
    }
    switched = {**criterion, "coefficients": coefficients, "interval": kind}
    if "krippendorff_alpha" in other:
        how = _how(criterion, other["krippendorff_alpha"]["interval"])
        switched["resampling"] = {**criterion["resampling"], **how}
    return switched


def _how(criterion: Mapping[str, Any], interval: str | None) -> dict[str, Any]:
    """What the limits are called, and how many resamples they are made of."""
    replicates = criterion["resampling"]["replicates"] if interval in DRAWN else 0
    return {"interval": interval, "replicates": replicates, "undefined": 0}


def _shown(
    criterion: Mapping[str, Any], result: Mapping[str, Any], limits: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    from analytics.stats.types import Method

    if limits is None or result["value"] is None:
        return result
    words = result["method"].partition(";")[0]
    how = {**criterion["resampling"], **_how(criterion, limits["interval"]), "coefficient": words}
    return {
        **result,
        "low": limits["low"],
        "high": limits["high"],
        "reason": limits["reason"],
        "method": str(Method(**how)),
    }


@dataclass(frozen=True, slots=True)
class Held:
    """How limits like those shown held the truth in the simulated study most like this one.

    Attributes:
        n_groups: Items or dialogues of the simulated study.
        n_raters: Its raters.
        held: Share of its intervals of the shown kind that held the truth.
        instead: The kind to take there, of those that have limits here: one that holds, or else
            the one that comes nearest. None where that is the one shown.
        instead_held: Its share.
        limits: Its limits here.
    """

    n_groups: int
    n_raters: int
    held: float
    instead: str | None
    instead_held: float | None
    limits: Mapping[str, Any] | None


def off_target(criterion: Mapping[str, Any]) -> dict[str, Held]:
    """Of each coefficient whose shown limits do not hold in studies like this one, what does.

    Limits hold that cover within 2.5 points of 95 %.
    """
    from analytics.stats.intervals.coverage import holds, nearest, simulated

    situation = situation_of(criterion)
    intervals = criterion.get("intervals", {})
    if situation is None or USUAL not in intervals:
        return {}
    found = {}
    for key, result in flat(criterion["coefficients"]):
        kind = _kind_shown(criterion, key)
        row = simulated(key, kind, situation)
        if result["low"] is None or row is None or holds(row.held[kind]):
            continue
        here = {
            name: share
            for name, share in row.held.items()
            if intervals.get(name, {}).get(key, {}).get("low") is not None
        }
        instead = nearest(here) or max(here, key=here.__getitem__, default=None)
        instead = None if instead == kind else instead
        found[key] = Held(
            n_groups=row.n_groups,
            n_raters=row.n_raters,
            held=row.held[kind],
            instead=instead,
            instead_held=here[instead] if instead else None,
            limits=intervals[instead][key] if instead else None,
        )
    return found


def off_target_data(criterion: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The part "off_target" of a criterion's JSON: by coefficient, what `Held` says."""
    return {key: asdict(held) for key, held in off_target(criterion).items()}


def _kind_shown(criterion: Mapping[str, Any], key: str) -> str:
    """The kind of the limits that stand at a coefficient."""
    intervals = criterion["intervals"]
    chosen = intervals.get(criterion.get("interval", USUAL), {})
    limits = chosen.get(key) or intervals[USUAL].get(key) or {}
    name = limits.get("interval") or ""
    return KIND_OF.get(name, name)


def situation_of(criterion: Mapping[str, Any]) -> "Situation | None":
    """What the simulated study that is like this one must be like; None without ratings."""
    from analytics.stats.intervals.coverage import Situation

    units, raters = criterion["n_pairable_units"], criterion["n_raters"]
    if not units or not raters:
        return None
    is_set = criterion.get("metric") == "masi"
    a_unit = criterion["n_ratings"] / max(criterion.get("n_units", units), 1)
    is_crossed = raters <= 2 * a_unit  # else each item has its own few of many raters
    counts = [] if is_set else criterion["distribution"]
    how = criterion["resampling"]
    return Situation(
        scale="sets" if is_set else "3 labels" if criterion["level"] == "nominal" else "5 points",
        is_skewed=bool(counts) and max(counts) > MOST * sum(counts),
        n_groups=how["n_resampled"] or criterion.get("n_groups", units),
        n_raters=raters if is_crossed else max(round(a_unit), 2),
        missing=1 - a_unit / raters if is_crossed else 0.0,
        of_units=how["resampled"] == "units",
    )
