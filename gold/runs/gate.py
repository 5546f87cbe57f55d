"""Pass or fail for a build: a run against its predecessor with a margin, and against a floor.

Three answers, since a small release cannot tell everything: `unknown` is neither.
"""

import math
from dataclasses import dataclass
from typing import Literal

from analytics.stats.estimates import Estimate

State = Literal["pass", "fail", "unknown"]
STATES: dict[State, int] = {"pass": 0, "fail": 1, "unknown": 2}
"""With the exit code of the command."""


@dataclass(frozen=True, slots=True)
class Gate:
    state: State
    regressed: State | None  # against the predecessor; None where there is none
    high_enough: State | None  # against the floor; None where none is asked for
    more: int | None  # items that about suffice to tell, where it is unknown


def decide(
    difference: Estimate | None,
    share: Estimate,
    *,
    margin: float = 0.0,
    at_least: float | None = None,
) -> Gate:
    """Pass where even the lower limit is good enough, fail where not even the upper one is.

    Args:
        difference: New minus old share over the same items; None without a predecessor.
        share: That passed, of the new run.
        margin: A loss up to this is let pass, 0 to 1.
        at_least: The share that must be reached, 0 to 1.

    >>> better = Estimate(0.02, -0.01, 0.05, 0.95, 400, "")
    >>> decide(better, better, margin=0.02).state
    'pass'
    >>> decide(better, better).state
    'unknown'
    """
    regressed = None if difference is None else _side(difference, -margin)
    enough = None if at_least is None else _side(share, at_least)
    asked = [one for one in (regressed, enough) if one is not None]
    state: State = "unknown"
    if "fail" in asked:
        state = "fail"
    elif asked and set(asked) == {"pass"}:
        state = "pass"
    more = None
    if regressed == "unknown" and difference is not None:
        more = _more(difference, -margin)
    elif enough == "unknown" and at_least is not None:
        more = _more(share, at_least)
    return Gate(state, regressed, enough, more)


def _side(found: Estimate, bound: float) -> State:
    if found.low is None or found.high is None:
        return "unknown"
    if found.low >= bound:
        return "pass"
    return "fail" if found.high < bound else "unknown"


def _more(found: Estimate, bound: float) -> int | None:
    """Items to add until an interval as wide for its number lies clear of the bound."""
    if found.value is None or found.low is None or found.high is None:
        return None
    gap = abs(found.value - bound)
    half = (found.high - found.low) / 2
    if gap < half / 30:
        return None  # what is as good as the bound itself is not told apart by any number
    return max(1, math.ceil(found.n * (half / gap) ** 2) - found.n)
