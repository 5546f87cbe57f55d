"""Every expectation of a folder of cases, computed here and compared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from analytics.reference import (
    agreement,
    comparisons,
    intervals,
    judges,
    kappas,
    plans,
    preferences,
    raters,
    sequences,
    shares,
    surveys,
    truth,
    variances,
)
from analytics.reference.cases import Case, CaseError, Expectation, Params, load
from analytics.reference.compare import matches, plain
from analytics.stats.errors import StatisticsError

Evaluator: TypeAlias = Callable[[Case, Params], Any]

MODULES = (
    agreement,
    kappas,
    variances,
    intervals,
    raters,
    truth,
    preferences,
    shares,
    comparisons,
    judges,
    sequences,
    surveys,
    plans,
)
EVALUATORS: dict[str, Evaluator] = {
    name: evaluator for module in MODULES for name, evaluator in module.EVALUATORS.items()
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A computed value beside the expected one.

    Attributes:
        file: Path of the case below the folder.
        statistic: What was asked; empty where the file is no case.
        params: Options as the case gives them.
        computed: As JSON has it; None for "not defined" and where nothing could be computed.
        expected: As the case gives it.
        ok: They are equal within the tolerance of the case.
        reason: Why nothing could be computed; None where something was.
    """

    file: str
    statistic: str
    params: Params
    computed: Any
    expected: Any
    ok: bool
    reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The keys of the JSON; `reason` only where there is one."""
        found = {
            "file": self.file,
            "statistic": self.statistic,
            "params": self.params,
            "computed": self.computed,
            "expected": self.expected,
            "ok": self.ok,
        }
        return found if self.reason is None else {**found, "reason": self.reason}


def evaluated(file: str, case: Case, expectation: Expectation) -> Outcome:
    """One expectation; whatever goes wrong is its reason, so that the others are still told."""
    asked = (file, expectation.statistic, expectation.params)
    evaluator = EVALUATORS.get(expectation.statistic)
    if evaluator is None:
        reason = f"Statistic '{expectation.statistic}' has no evaluator here."
        return Outcome(*asked, None, expectation.value, False, reason)
    try:
        computed = plain(evaluator(case, expectation.params))
    except StatisticsError as refusal:
        return Outcome(*asked, None, expectation.value, False, str(refusal))
    except Exception as failure:
        reason = f"{type(failure).__name__}: {failure}"
        return Outcome(*asked, None, expectation.value, False, reason)
    wanted = True if expectation.is_property else expectation.value
    ok = matches(computed, wanted, expectation.tolerance)
    return Outcome(*asked, computed, expectation.value, ok)


def outcomes(folder: Path) -> Iterator[Outcome]:
    """All expectations of all JSON files of a folder and its folders, in order of their names."""
    for path in sorted(folder.rglob("*.json")):
        file = path.relative_to(folder).as_posix()
        try:
            case = load(path)
        except CaseError as refusal:
            yield Outcome(file, "", {}, None, None, False, str(refusal))
            continue
        for expectation in case.expected:
            yield evaluated(file, case, expectation)
