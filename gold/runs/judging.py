"""When an output passes: a rule as data, and the one function that applies it.

A rule that looks at the release's labels or expected answers is applied anew when an old run is
held against a later release; what cannot be said is None and counts on neither side.
"""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError

KINDS = ("given", "score", "agrees", "matches")
HOWS = ("exact", "alike", "contains")


@dataclass(frozen=True, slots=True)
class PassRule:
    """`given`: the file says so. `score`: a score is at least so much. `agrees`: a score is what
    people settled. `matches`: the output is the expected answer, in the way that `how` says."""

    kind: str = "given"
    criterion: str = ""
    at_least: float = 0.0
    how: str = "alike"

    @property
    def looks_at_gold(self) -> bool:
        return self.kind in ("agrees", "matches")

    def as_data(self) -> dict[str, Any]:
        extra: dict[str, dict[str, Any]] = {
            "score": {"criterion": self.criterion, "at_least": self.at_least},
            "agrees": {"criterion": self.criterion},
            "matches": {"how": self.how},
        }
        return {"kind": self.kind, **extra.get(self.kind, {})}


@dataclass(frozen=True, slots=True)
class Said:
    """What a variant said to one input, with what somebody or something made of it."""

    output: str = ""
    scores: Mapping[str, Any] = field(default_factory=dict)
    passed: bool | None = None


def rule_from(data: Mapping[str, Any]) -> PassRule:
    """The rule that was stored or sent; what is impossible is refused in a sentence."""
    kind, criterion = data.get("kind", "given"), data.get("criterion", "")
    how, at_least = data.get("how", "alike"), data.get("at_least", 0.0)
    if kind not in KINDS:
        raise InvalidError(
            _("“%(kind)s” is no rule for passing. Choose one of %(kinds)s.")
            % {"kind": str(kind)[:40], "kinds": ", ".join(KINDS)}
        )
    if kind in ("score", "agrees") and not (isinstance(criterion, str) and criterion):
        raise InvalidError(_("This rule looks at a score. Say which: name a criterion."))
    if kind == "matches" and how not in HOWS:
        raise InvalidError(
            _("“%(how)s” is no way to compare texts. Choose one of %(hows)s.")
            % {"how": str(how)[:40], "hows": ", ".join(HOWS)}
        )
    number = None if isinstance(at_least, str) else as_number(at_least)
    if kind == "score" and number is None:
        raise InvalidError(_("A score passes from a number on. Say which, as in 3 or 0.5."))
    return PassRule(kind, str(criterion), number or 0.0, str(how))


def passes(rule: PassRule, said: Said, payload: Mapping[str, Any]) -> bool | None:
    """Whether an output passes on a gold item; None where that cannot be said.

    >>> passes(PassRule("score", "helpful", 3), Said(scores={"helpful": 4}), {})
    True
    >>> passes(PassRule("agrees", "tone"), Said(scores={"tone": "polite"}), {"labels": {}}) is None
    True
    """
    if rule.kind == "given":
        return said.passed
    if rule.kind == "matches":
        expected = expected_of(payload)
        return matches(rule.how, said.output, expected) if expected else None
    score = said.scores.get(rule.criterion)
    if rule.kind == "score":
        number = as_number(score)
        return None if number is None else number >= rule.at_least
    label = payload.get("labels", {}).get(rule.criterion)
    settled = label.get("value") if isinstance(label, Mapping) else None
    return None if score in (None, "") or settled is None else same(score, settled)


def expected_of(payload: Mapping[str, Any]) -> str:
    """The one answer that is right; of a contested item there is none."""
    if payload.get("tier") == "contested":
        return ""
    expected = payload.get("expected") or {}
    return str(expected.get("text") or payload["conversation"].get("reference") or "")


def matches(how: str, output: str, expected: str) -> bool:
    """Whether a text is another: to the letter, but for width, case and space, or within it.

    >>> matches("alike", "Ｙｅｓ、 です ", "yes、です")
    True
    """
    if how == "exact":
        return output == expected
    one, other = folded(output), folded(expected)
    return other in one if how == "contains" else one == other


def folded(text: str) -> str:
    """Without what two writers of the same words differ in: width, case, space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def same(score: Any, settled: Any) -> bool:
    """Whether a score names the settled answer: a point's key, a number, or keys of labels."""
    if isinstance(settled, list):
        named = score if isinstance(score, list) else str(score).split(";")
        return {str(one).strip() for one in named} == {str(one) for one in settled}
    left, right = as_number(score), as_number(settled)
    if left is not None and right is not None:
        return math.isclose(left, right, abs_tol=1e-9)
    return str(score).strip() == str(settled)


def as_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
