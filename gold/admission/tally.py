"""How many candidates the rules let in: for commands."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gold.admission.rules import RULES
from gold.admission.words import rule_name
from gold.models import Candidate

Outcome = Candidate.Outcome


def tally_of(candidates: Iterable[Candidate]) -> dict[str, Any]:
    """By outcome, and by rule how many fail it."""
    found = list(candidates)
    outcomes = Counter(str(one.outcome) for one in found)
    failed = Counter(rule for one in found for rule in one.failed.split())
    return {
        "passes": outcomes[Outcome.PASSES],
        "contested": outcomes[Outcome.CONTESTED],
        "fails": outcomes[Outcome.FAILS],
        "failed": {rule: failed[rule] for rule in RULES if failed[rule]},
    }


def told(tally: Mapping[str, Any]) -> Iterator[str]:
    """The same in lines of a terminal."""
    yield (
        f"{tally['passes']} can be gold, {tally['contested']} can be contested gold, "
        f"{tally['fails']} fail."
    )
    for rule, n in tally["failed"].items():
        yield f"  {n} × {rule_name(rule)}"
