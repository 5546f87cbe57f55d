"""A dry run: what other rules would let in, before anybody saves them.

By the facts that the last check kept, so that thousands of candidates are judged in one query.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gold.admission.checks import failed, judge, outcome_of
from gold.admission.rules import RULES, Rules
from gold.admission.words import rule_name
from gold.models import Candidate, GoldDataset, Tier
from gold.services.checking import to_check

MOST = 20_000
"""The newest ones; a page that took longer than a moment would not be tried on."""
NAMED = 20
Outcome = Candidate.Outcome


@dataclass(frozen=True, slots=True)
class RuleLine:
    """How many fail one rule: by the rules that stand, and by those that are tried."""

    rule: str
    waiting_now: int
    waiting_then: int
    gold_now: int
    gold_then: int

    @property
    def name(self) -> str:
        return rule_name(self.rule)


@dataclass(frozen=True, slots=True)
class Changed:
    """One whose outcome would be another."""

    candidate: str
    item: str
    title: str
    is_gold: bool
    now: str
    then: str
    rules: list[str]

    @property
    def now_words(self) -> str:
        return str(Outcome(self.now).label)

    @property
    def then_words(self) -> str:
        return str(Outcome(self.then).label)

    @property
    def rule_words(self) -> list[str]:
        return [rule_name(rule) for rule in self.rules]


@dataclass
class Trial:
    """What the rules tried would make of what waits and of what is gold."""

    waiting: int = 0
    gold: int = 0
    unchecked: int = 0
    is_all: bool = True
    outcomes_now: Counter[str] = field(default_factory=Counter)
    outcomes_then: Counter[str] = field(default_factory=Counter)
    lines: list[RuleLine] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    n_changed: int = 0

    def as_data(self) -> dict[str, Any]:
        return {
            "waiting": self.waiting,
            "gold": self.gold,
            "not_checked": self.unchecked,
            "passes": self.outcomes_then[Outcome.PASSES],
            "contested": self.outcomes_then[Outcome.CONTESTED],
            "fails": self.outcomes_then[Outcome.FAILS],
            "rules": [
                {"rule": one.rule, "waiting": one.waiting_then, "gold": one.gold_then}
                for one in self.lines
            ],
        }


def try_rules(dataset: GoldDataset, now: Rules, then: Rules) -> Trial:
    """Judge the newest candidates that wait, and the gold items, by both rules.

    Contested gold items are there because people differ, so they are not counted as failing.
    """
    rows = list(
        to_check(dataset)
        .order_by("-pk")
        .values_list(
            "uid", "state", "checks", "gold_item__tier", "item__uid", "item__conversation__title"
        )[: MOST + 1]
    )
    trial = Trial(is_all=len(rows) <= MOST)
    misses: Counter[tuple[str, bool, bool]] = Counter()
    for uid, state, stored, tier, item, title in rows[:MOST]:
        is_gold = state == Candidate.State.APPROVED
        if tier == Tier.CONTESTED:
            continue
        if not stored:
            trial.unchecked += 1
            continue
        trial.gold += is_gold
        trial.waiting += not is_gold
        facts = facts_in(stored)
        before, after = judge(facts, now), judge(facts, then)
        misses.update((rule, is_gold, False) for rule in failed(before))
        misses.update((rule, is_gold, True) for rule in failed(after))
        old, new = outcome_of(before), outcome_of(after)
        if not is_gold:
            trial.outcomes_now[old] += 1
            trial.outcomes_then[new] += 1
        if old != new:
            trial.n_changed += 1
            if len(trial.changed) < NAMED:
                trial.changed.append(
                    Changed(str(uid), str(item), title, is_gold, old, new, failed(after))
                )
    trial.lines = [
        RuleLine(
            rule,
            misses[rule, False, False],
            misses[rule, False, True],
            misses[rule, True, False],
            misses[rule, True, True],
        )
        for rule in RULES
    ]
    return trial


def facts_in(stored: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {one["rule"]: one for one in stored}
