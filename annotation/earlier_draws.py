"""How likely the draws made before would have taken a unit, read from their ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from annotation import pool
from annotation.models import Draw
from core.expressions import Ast, evaluate, lookup_in, parse

Stratum = str | frozenset[str]
"""The value of a field, or of several variants those that are compared, by uid."""


@dataclass(frozen=True)
class EarlierDraw:
    """A draw made before, as far as it says how likely it would have taken a unit.

    `variants` are the uids of those that it compared, none where it compared nothing.
    """

    at: datetime
    condition: Ast | None
    strata: str
    variants: tuple[str, ...]
    probability: Mapping[Stratum, float]

    @classmethod
    def of(cls, ledger: Draw) -> "EarlierDraw":
        return cls(
            at=ledger.at,
            condition=parse(ledger.pool_filter) if ledger.pool_filter else None,
            strata=ledger.strata,
            variants=tuple(ledger.pair or ()),
            probability={
                frozenset(row["variants"]) if "variants" in row else row["stratum"]: row[
                    "probability"
                ]
                for row in ledger.table
            },
        )

    def left_out(self, unit: Sequence[pool.Answer]) -> float:
        """1 for what was not in the project yet, or did not match; else 1 - its stratum's share.

        Of two variants the filter and the strata asked about the first one's answers alone.
        """
        compared = frozenset(answer.variant for answer in unit)
        if self.variants and not compared <= set(self.variants):
            return 1.0
        if any(answer.facts["imported_at"] > self.at for answer in unit):
            return 1.0
        asked = unit
        if len(self.variants) == 2:
            asked = [answer for answer in unit if answer.variant == self.variants[0]]
        if self.condition is not None and not all(
            evaluate(self.condition, lookup_in(answer.facts)) for answer in asked
        ):
            return 1.0
        stratum: Stratum = compared
        if len(self.variants) <= 2:
            stratum = pool.stratum_of(asked[0].facts, self.strata)
        return 1 - self.probability.get(stratum, 0.0)
