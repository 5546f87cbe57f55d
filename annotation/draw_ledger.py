"""The ledger of a study's draws as people read it: what was compared, and how evenly."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb
from typing import Any

from django.utils.translation import gettext as _

from annotation.models import Draw, Study
from annotation.pool import labels_of

MOST_ROWS = 300
"""Strata that a page shows of one draw."""


@dataclass(frozen=True)
class Balance:
    """How often variants met in a draw over several of them.

    Attributes:
        variants: (name, times compared), the most compared first.
        n_pairs: Pairs of variants that there are.
        n_met: Those that met.
        fewest: Meetings of the two that met least, most: of those that met most.
        is_exact: All probabilities are exact; else some are a rule (`annotation.pairings`).
    """

    variants: tuple[tuple[str, int], ...]
    n_pairs: int
    n_met: int
    fewest: int
    most: int
    is_exact: bool

    @property
    def sentence(self) -> str:
        times = [n for _name, n in self.variants]
        return _(
            "Each variant is compared %(compared)s times, and each two of them %(met)s times; "
            "%(n_met)d of %(n_pairs)d pairs of variants met."
        ) % {
            "compared": _span(min(times), max(times)),
            "met": _span(self.fewest, self.most),
            "n_met": self.n_met,
            "n_pairs": self.n_pairs,
        }


def _span(least: int, most: int) -> str:
    if least == most:
        return str(least)
    return _("%(least)d to %(most)d") % {"least": least, "most": most}


@dataclass(frozen=True)
class LedgerLine:
    """One draw, with the names of the variants that it compared."""

    draw: Draw
    variants: tuple[str, ...]

    @cached_property
    def answers(self) -> int:
        """How many were put side by side: more than two are put in order."""
        rows = self.draw.table
        return len(rows[0].get("variants", ())) if rows else 0

    @property
    def has_strata(self) -> bool:
        return bool(self.draw.strata) or len(self.variants) > 2

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Strata to show, the largest part of the pool first where there are too many."""
        rows = self.draw.table
        if len(rows) <= MOST_ROWS:
            return list(rows)
        return sorted(rows, key=lambda row: -row["pool"])[:MOST_ROWS]

    @cached_property
    def balance(self) -> Balance | None:
        """Of a draw over more than two variants."""
        if len(self.variants) <= 2:
            return None
        names = dict(zip(self.draw.pair or (), self.variants, strict=True))
        seen = Counter(dict.fromkeys(self.variants, 0))
        met: Counter[tuple[str, str]] = Counter()
        for row in self.draw.table:
            for uid in row["variants"]:
                seen[names[uid]] += row["drawn"]
            for pair in combinations(row["variants"], 2):
                met[pair] += row["drawn"]
        n_pairs = comb(len(self.variants), 2)
        return Balance(
            variants=tuple(seen.most_common()),
            n_pairs=n_pairs,
            n_met=len(met),
            fewest=min(met.values()) if len(met) == n_pairs else 0,
            most=max(met.values()),
            is_exact=all(row["is_exact"] for row in self.draw.table),
        )


def ledger_lines(study: Study, draws: Iterable[Draw] | None = None) -> list[LedgerLine]:
    """The draws in their order, or those given."""
    listed = list(study.draws.order_by("at") if draws is None else draws)
    names: dict[str, str] = {}
    if any(draw.pair for draw in listed):
        labels = labels_of(study.project)
        names = {
            str(uid): labels[pk] for pk, uid in study.project.variants.values_list("pk", "uid")
        }
    return [LedgerLine(draw, tuple(names[uid] for uid in draw.pair or ())) for draw in listed]
