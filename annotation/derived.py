"""Computed scores: a base less its deductions, kept under a cap and above a floor.

    total = max(floor, min(cap, base - sum of ticked deductions))

Deductions are criteria with an `effect` (yes or no each), or the labels of a criterion whose
`points_from` is "guidance.deductions", each with an effect of its own. The rater page shows the
total before submitting; what is stored is always computed here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.scales import Kind

GUIDANCE_SOURCES = ("guidance.points", "guidance.deductions")


@dataclass(frozen=True)
class Effect:
    """What one tick does to the total: take away, or allow at most."""

    minus: int = 0
    cap: int | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "Effect":
        data = data or {}
        return cls(minus=int(data.get("minus", 0)), cap=data.get("cap"))


@dataclass(frozen=True)
class GuidanceLabel:
    """One of a conversation's own points or deductions, as a label that can be ticked."""

    key: str
    text: str
    effect: Effect


def guidance_labels(guidance: Mapping[str, Any] | None, source: str) -> tuple[GuidanceLabel, ...]:
    """The labels that a conversation's guidance gives to a criterion with this `points_from`.

    An entry is a text, or {"key"?, "text", "minus"?, "cap"?}. Without a key of its own it is known
    by its number: "p1", "p2" for points, "d1", "d2" for deductions. A deduction without an effect
    takes one point.
    """
    name = source.removeprefix("guidance.")
    entries: Sequence[Any] = (guidance or {}).get(name) or ()
    default = {"minus": 1} if name == "deductions" else None
    labels = []
    for number, entry in enumerate(entries, start=1):
        fields = entry if isinstance(entry, Mapping) else {"text": entry}
        effect = {name: fields[name] for name in ("minus", "cap") if fields.get(name) is not None}
        labels.append(
            GuidanceLabel(
                key=str(fields.get("key") or f"{name[0]}{number}"),
                text=str(fields.get("text", "")),
                effect=Effect.from_json(effect or default),
            )
        )
    return tuple(labels)


def total(base: int, ticks: Iterable[Effect], *, floor: int) -> int:
    """The base less what the ticked deductions take, under the lowest cap, never below the floor.

    >>> total(5, [Effect(minus=1), Effect(cap=2)], floor=1)
    2
    >>> total(2, [Effect(minus=1), Effect(minus=1)], floor=1)
    1
    """
    ticked = list(ticks)
    caps = [effect.cap for effect in ticked if effect.cap is not None]
    return max(floor, min([base - sum(effect.minus for effect in ticked), *caps]))


def compute(
    criteria: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Any],
    guidance: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The answer of every derived criterion of a rubric, as the key of its point.

    `answers` holds what the rater chose: a point's key, or the keys of ticked labels. A total is
    absent where its base has no answer (not judged, not reached): a deduction alone says nothing.
    """
    ticks = _ticked_effects(criteria, answers, guidance)
    totals = {}
    for criterion in criteria:
        derived = criterion.get("derived")
        base = answers.get(derived["base"]) if derived else None
        if derived and base is not None:
            totals[criterion["key"]] = str(total(int(base), ticks, floor=int(derived["floor"])))
    return totals


def _ticked_effects(
    criteria: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Any],
    guidance: Mapping[str, Any] | None,
) -> list[Effect]:
    effects = []
    for criterion in criteria:
        answer = answers.get(criterion["key"])
        if answer is None:
            continue
        if criterion.get("effect") and criterion["kind"] == Kind.BINARY:
            if str(answer) == criterion["points"][-1]["key"]:
                effects.append(Effect.from_json(criterion["effect"]))
        elif criterion.get("points_from") == "guidance.deductions":
            labels = guidance_labels(guidance, "guidance.deductions")
            effects += [label.effect for label in labels if label.key in answer]
    return effects
