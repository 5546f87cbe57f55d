"""Lanes: the ordered queues of a study, and which rater may draw from which.

Priority, languages, qualifications and balanced blocks are one idea. An item goes into the first
lane whose condition it meets, once, when it is drawn; a rater draws from the lanes open to them,
the first before the others, so the order of the lanes is the order of priority. A study without
lanes has a single one that is open to all of its raters.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.expressions import Ast, evaluate, lookup_in, parse


@dataclass(frozen=True)
class Lane:
    """One queue of a study.

    `where` says which conversations go in ("" takes all that are left), `qualification` is the
    slug of what its raters must hold, and `raters` names the uids of those who share a block;
    both empty: every rater of the study.
    """

    name: str
    where: str = ""
    qualification: str = ""
    raters: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Lane":
        return cls(
            name=str(data["name"]),
            where=str(data.get("where", "")),
            qualification=str(data.get("qualification", "")),
            raters=tuple(data.get("raters", ())),
        )

    def to_json(self) -> dict[str, Any]:
        facts = {
            "where": self.where,
            "qualification": self.qualification,
            "raters": list(self.raters),
        }
        return {"name": self.name} | {key: value for key, value in facts.items() if value}

    def is_open_to(self, rater: str, held: Collection[str]) -> bool:
        if self.raters and rater not in self.raters:
            return False
        return not self.qualification or self.qualification in held


def lanes_in(data: Sequence[Mapping[str, Any]]) -> list[Lane]:
    """The lanes as a study stores them."""
    return [Lane.from_json(one) for one in data]


def sorter(lanes: Sequence[Lane]) -> Callable[[Mapping[str, Any]], int]:
    """Tells for a conversation's facts the lane it belongs into; the last one takes the rest."""
    conditions: list[Ast | None] = [parse(lane.where) if lane.where else None for lane in lanes]

    def lane_of(facts: Mapping[str, Any]) -> int:
        lookup = lookup_in(facts)
        fitting = (
            number
            for number, condition in enumerate(conditions)
            if condition is None or evaluate(condition, lookup)
        )
        return next(fitting, max(0, len(lanes) - 1))

    return lane_of


def open_lanes(lanes: Sequence[Lane], rater: str, held: Collection[str]) -> list[int]:
    """The numbers of the lanes that a rater may draw from, in order of priority."""
    return [number for number, lane in enumerate(lanes) if lane.is_open_to(rater, held)]


def lacking(lanes: Sequence[Lane], numbers: Collection[int], held: Collection[str]) -> list[str]:
    """The qualifications, by slug, for want of which these lanes are closed to a rater."""
    asked = (lanes[number].qualification for number in sorted(numbers) if number < len(lanes))
    return list(dict.fromkeys(slug for slug in asked if slug and slug not in held))
