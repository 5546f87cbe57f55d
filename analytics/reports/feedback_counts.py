"""Sums of the roll-up: every number of the feedback report is made of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import add
from typing import Any

from django.db.models import Sum

POSITIONS = 11
COLUMNS = ("n_shown", "n_answered", "n_comments", "n_retracted")
VALUES = tuple(f"v{position}" for position in range(POSITIONS))
SUMS = {f"sum_{name}": Sum(name) for name in (*COLUMNS, *VALUES)}


@dataclass(frozen=True, slots=True)
class Counts:
    """`answered` are those of `shown` that gave feedback; `values` holds every feedback given."""

    shown: int = 0
    answered: int = 0
    comments: int = 0
    retracted: int = 0
    values: tuple[int, ...] = field(default=(0,) * POSITIONS)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Counts":
        shown, answered, comments, retracted = (row[f"sum_{name}"] or 0 for name in COLUMNS)
        values = tuple(row[f"sum_{name}"] or 0 for name in VALUES)
        return cls(shown, answered, comments, retracted, values)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.shown + other.shown,
            self.answered + other.answered,
            self.comments + other.comments,
            self.retracted + other.retracted,
            tuple(map(add, self.values, other.values)),
        )

    @property
    def n(self) -> int:
        return sum(self.values)
