"""What the rules say of one candidate, by facts that were gathered before: pure.

Facts are kept with the candidate whether or not a rule is on, so that other rules can be tried on
thousands of candidates without asking the database again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gold.admission.rules import DISAGREEMENT, NEVER_AGAINST, RULES, Rules
from gold.models import Candidate

Outcome = Candidate.Outcome
Facts = Mapping[str, Mapping[str, Any]]
"""By rule, what is known."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and one candidate: whether it holds, and the facts that say so."""

    rule: str
    passed: bool
    facts: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "passed": self.passed, **self.facts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Check":
        facts = {key: value for key, value in data.items() if key not in {"rule", "passed"}}
        return cls(str(data["rule"]), bool(data["passed"]), facts)


def judge(facts: Facts, rules: Rules) -> list[Check]:
    """Every rule in its order. A rule that is off holds; one that nothing is known of does not."""
    return [Check(rule, _holds(rule, facts[rule], rules), facts[rule]) for rule in RULES]


def _holds(rule: str, facts: Mapping[str, Any], rules: Rules) -> bool:
    match rule:
        case "settled":
            is_settled = facts["state"] == "settled" and not facts["held"]
            return is_rated(facts) and (is_settled or not rules.settled)
        case "min_raters":
            return rules.min_raters is None or int(facts["raters"]) >= rules.min_raters
        case "min_agreement":
            if rules.min_agreement is None:
                return True
            low = facts["low"].get(rules.min_agreement.coefficient)
            return low is not None and float(low) >= rules.min_agreement.bar
        case "personal_data":
            return not rules.personal_data or (facts["searched"] and not facts["open"])
        case "near_duplicate":
            return rules.near_duplicate is None or float(facts["similarity"]) < rules.near_duplicate
        case "split_isolation":
            return not rules.split_isolation or len(facts["kin_in"]) < 2
        case _:
            return not rules.not_exposed or not facts["uses"]


def is_rated(facts: Mapping[str, Any]) -> bool:
    """Whether raters are done with it and left anything to admit, in whatever tier."""
    if facts["state"] == "settled":
        return bool(facts["verdicts"])
    return bool(facts["state"] != "open")


def failed(checks: Iterable[Check]) -> list[str]:
    return [one.rule for one in checks if not one.passed]


def outcome_of(checks: Sequence[Check]) -> str:
    """Admitted as gold, admitted as contested, or not at all."""
    missed = set(failed(checks))
    if not missed:
        return Outcome.PASSES
    return Outcome.CONTESTED if is_contested(checks) else Outcome.FAILS


def is_contested(checks: Sequence[Check]) -> bool:
    """Whether people's differing is all that stands against it, and not the words rated by."""
    missed = set(failed(checks))
    settled = next(one.facts for one in checks if one.rule == "settled")
    return bool(missed) and missed <= DISAGREEMENT and is_rated(settled) and not settled["held"]


def may_admit_against(checks: Sequence[Check]) -> bool:
    """Whether a reason can outweigh what failed."""
    return not NEVER_AGAINST & set(failed(checks))
