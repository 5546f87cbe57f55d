"""Which system is preferred, from votes between two: strengths, rates, agreement, bias of the side.

Intervals draw whole items where the file tells items, else whole raters, else single votes: what
repeats is drawn together, or the intervals would be too narrow.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.reports.votes import VoteColumns, Votes, read_votes
from analytics.reports.why import reason_words
from core.phrases import consecutive, enumerated

if TYPE_CHECKING:
    from analytics.stats.preferences.battles import BattleBlocks, BattleTable
    from analytics.stats.preferences.bradley_terry import Strengths
    from analytics.stats.preferences.connection import Connection
    from analytics.stats.preferences.ranking import StrengthDraws
    from analytics.stats.preferences.win_rates import Rates
    from analytics.stats.types import IntArray

Resampled: TypeAlias = Literal["groups", "items", "raters", "votes"]
CONFIDENCE = 0.95
MAX_PAIRS = 10_000
"""Most pairs of systems that are listed one by one; all pairs of 141 systems."""


def preferences_of_file(
    path: Path, columns: VoteColumns, *, replicates: int, seed: int
) -> dict[str, Any]:
    """The JSON of `manage.py preferences`.

    Raises:
        InvalidError: As `read_votes`.
    """
    votes = read_votes(path, columns)
    found = preferences_of(votes, replicates=replicates, seed=seed)
    for name in ("connection", "bradley_terry", "davidson"):
        found[name]["reason"] = told_reason(found[name]["reason"], found["connection"])
    return {**found, "agreement": _agreement(votes, replicates, seed)}


def preferences_of(
    votes: Votes, *, replicates: int, seed: int, most_pairs: int = MAX_PAIRS
) -> dict[str, Any]:
    """What votes say about systems; with more than `most_pairs` pairs of them none is listed."""
    from analytics.stats.preferences.battles import OUTCOMES, BattleBlocks, BattleTable

    sides = (votes.left, votes.right, votes.outcome)
    n_systems = len(votes.systems)
    table = BattleTable.from_rows(*sides, n_systems=n_systems)
    resampled, group = _drawn_whole(votes)
    if group is None:
        blocks = BattleBlocks.of_votes(table)
    else:
        blocks = BattleBlocks.of_groups(group, *sides, n_systems=n_systems)
    report = _Preferences(votes.systems, table, blocks, replicates, seed, most_pairs)
    outcomes = [int((votes.outcome == outcome).sum()) for outcome in range(OUTCOMES)]
    return {
        "n_votes": table.n_votes,
        "n_missing": votes.n_missing,
        "n_systems": n_systems,
        "n_items": _distinct(votes.item),
        "n_raters": _distinct(votes.rater),
        "n_groups": _distinct(group),
        "outcomes": dict(zip(("left", "right", "tie"), outcomes, strict=True)),
        "resampled": resampled,
        "replicates": replicates,
        "seed": seed,
        "confidence": CONFIDENCE,
        **report.as_data(),
    }


def told_reason(reason: str | None, connection: Mapping[str, Any]) -> str | None:
    """A reason in the active language, with the names of those who stand in the way."""
    from analytics.stats import reasons

    if reason == reasons.ONE_SIDED:
        told = [
            words % {"systems": enumerated(systems)}
            for words, systems in (
                (_("Never lost to or tied with the rest: %(systems)s."), connection["never_lost"]),
                (
                    _("Never won against or tied with the rest: %(systems)s."),
                    connection["never_won"],
                ),
            )
            if systems
        ]
        return consecutive([reason_words(reason), *told])
    if reason == reasons.SEPARATE_GROUPS:
        groups = pgettext("list", "; ").join(map(enumerated, connection["groups"]))
        named = _("The groups: %(groups)s.") % {"groups": groups}
        return consecutive([reason_words(reason), named])
    return reason_words(reason) or None


def _drawn_whole(votes: Votes) -> "tuple[Resampled, IntArray | None]":
    """What repeats, from the widest: groups of items, items, raters."""
    if votes.group is not None:
        return "groups", votes.group
    if votes.item is not None:
        return "items", votes.item
    return ("votes", None) if votes.rater is None else ("raters", votes.rater)


class _Preferences:
    """The parts of the report that follow from the table of votes."""

    def __init__(
        self,
        systems: list[str],
        table: "BattleTable",
        blocks: "BattleBlocks",
        replicates: int,
        seed: int,
        most_pairs: int,
    ) -> None:
        self.systems, self.table, self.blocks = systems, table, blocks
        self.replicates, self.seed, self.most_pairs = replicates, seed, most_pairs

    def as_data(self) -> dict[str, Any]:
        from analytics.stats.preferences.bradley_terry import bradley_terry
        from analytics.stats.preferences.davidson import davidson

        half, own = bradley_terry(self.table), davidson(self.table)
        half_draws, own_draws = self._draw(half), self._draw(own)
        return {
            "connection": self._connection(half.connection),
            "bradley_terry": {
                "ties": "half a win for each",
                **self._strengths(half, half_draws),
            },
            "davidson": {
                "ties": "an outcome of their own",
                "nu": self._number(own.tie, own_draws.tie, own_draws, own.reason),
                "tie_rate_of_equals": None if own.reason else own.tie / (2 + own.tie),
                **self._strengths(own, own_draws),
            },
            "n_pairs": (n_pairs := len(self.table.folded().low)),
            "pairs": self._pairs(half, half_draws) if n_pairs <= self.most_pairs else [],
            "win_rates": self._win_rates(),
            "position_bias": self._positions(),
        }

    def _draw(self, fit: "Strengths") -> "StrengthDraws":
        from analytics.stats.preferences.ranking import bootstrap_strengths

        return bootstrap_strengths(self.blocks, fit, replicates=self.replicates, seed=self.seed)

    def _connection(self, found: "Connection") -> dict[str, Any]:
        return {
            "connected": found.reason is None,
            "reason": found.reason,
            "groups": [self._names(group) for group in found.groups],
            "never_lost": self._names(found.unbeaten),
            "never_won": self._names(found.winless),
        }

    def _strengths(self, fit: "Strengths", draws: "StrengthDraws") -> dict[str, Any]:
        """Systems by falling strength; without strengths the reason and nothing else."""
        from analytics.stats.preferences.ranking import percentile_limits, rank_limits, ranks

        if fit.reason:
            return {"reason": fit.reason, "systems": []}
        low, high = percentile_limits(draws.strengths, CONFIDENCE)
        first, last = rank_limits(draws, CONFIDENCE)
        errors, shares, places = fit.standard_errors(), fit.shares, ranks(fit.strengths)
        known = draws.reason is None
        systems = [
            {
                "system": self.systems[number],
                "strength": float(fit.strengths[number]),
                "low": float(low[number]) if known else None,
                "high": float(high[number]) if known else None,
                "standard_error": float(errors[number]),
                "share": float(shares[number]),
                "rank": int(places[number]),
                "rank_low": int(first[number]) if known else None,
                "rank_high": int(last[number]) if known else None,
            }
            for number in (-fit.strengths).argsort(kind="stable")
        ]
        return {
            "reason": draws.reason,
            "log_likelihood": fit.log_likelihood,
            "undefined_replicates": draws.undefined,
            "systems": systems,
        }

    def _number(
        self, value: float, drawn: Any, draws: "StrengthDraws", reason: str | None
    ) -> dict[str, Any]:
        from analytics.stats.preferences.ranking import percentile_limits

        if reason:
            return {"value": None, "low": None, "high": None, "reason": reason}
        if draws.reason:
            return {"value": value, "low": None, "high": None, "reason": draws.reason}
        low, high = percentile_limits(drawn, CONFIDENCE)
        return {"value": value, "low": float(low[0]), "high": float(high[0]), "reason": None}

    def _pairs(self, fit: "Strengths", draws: "StrengthDraws") -> list[dict[str, Any]]:
        """Each two systems that met, the stronger first where strengths are known."""
        from analytics.stats.preferences.battles import FIRST, SECOND, TIE

        folding = self.table.folded()
        counts = folding.counts(self.table.counts.ravel())
        found = []
        for low, high, votes in zip(folding.low, folding.high, counts, strict=True):
            turned = fit.strengths[high] > fit.strengths[low]
            a, b, won, lost = (high, low, SECOND, FIRST) if turned else (low, high, FIRST, SECOND)
            line = {
                "a": self.systems[a],
                "b": self.systems[b],
                "a_wins": int(votes[won]),
                "b_wins": int(votes[lost]),
                "ties": int(votes[TIE]),
            }
            found.append({**line, **self._chance(a, b, fit, draws)})
        return found

    def _chance(
        self, a: int, b: int, fit: "Strengths", draws: "StrengthDraws"
    ) -> dict[str, float | None]:
        """How often a beats b by their strengths, and how sure it is that a is the stronger."""
        from analytics.stats.preferences.bradley_terry import win_probability
        from analytics.stats.preferences.ranking import percentile_limits, share_ahead

        if fit.reason:
            return dict.fromkeys(("a_beats_b", "low", "high", "a_stronger_than_b"))
        chance = float(win_probability(fit.strengths[a] - fit.strengths[b]))
        if draws.reason:
            return {"a_beats_b": chance, "low": None, "high": None, "a_stronger_than_b": None}
        gaps = draws.strengths[:, a] - draws.strengths[:, b]
        low, high = percentile_limits(win_probability(gaps), CONFIDENCE)
        return {
            "a_beats_b": chance,
            "low": float(low[0]),
            "high": float(high[0]),
            "a_stronger_than_b": share_ahead(gaps),
        }

    def _win_rates(self) -> list[dict[str, Any]]:
        from analytics.stats.preferences.win_rates import mean_score_over_opponents, win_rates

        found = win_rates(
            self.blocks, confidence=CONFIDENCE, replicates=self.replicates, seed=self.seed
        )
        mean = mean_score_over_opponents(self.table)
        return [
            {
                "system": name,
                "wins": int(found.wins[number]),
                "losses": int(found.losses[number]),
                "ties": int(found.ties[number]),
                "win_rate": _rate(found.win_rate, number),
                "tie_rate": _rate(found.tie_rate, number),
                "score": _rate(found.score, number),
                "mean_score_over_opponents": _plain(mean[number]),
            }
            for number, name in enumerate(self.systems)
        ]

    def _positions(self) -> dict[str, Any]:
        from analytics.stats.preferences.bradley_terry import bradley_terry
        from analytics.stats.preferences.positions import position_bias, position_bias_by_system

        sided = bradley_terry(self.table, home=True)
        return {
            "left_share": position_bias(self.table, CONFIDENCE).as_dict(),
            "left_effect": {
                **self._number(sided.home, (draws := self._draw(sided)).home, draws, sided.reason),
                "unit": "log-odds, strengths held equal",
            },
            "systems": [
                {
                    "system": self.systems[sides.system],
                    "on_left": sides.on_first.as_dict(),
                    "on_right": sides.on_second.as_dict(),
                    "difference": sides.difference.as_dict(),
                }
                for sides in position_bias_by_system(self.table, CONFIDENCE)
            ],
        }

    def _names(self, numbers: Any) -> list[str]:
        return [self.systems[number] for number in numbers]


def _agreement(votes: Votes, replicates: int, seed: int) -> dict[str, Any] | None:
    """Of raters on the same item and systems; None where the file does not tell items."""
    from analytics.stats.preferences.pair_agreement import pair_agreement

    if votes.item is None:
        return None
    kept = votes.heard_once()
    found = pair_agreement(
        votes.item[kept], votes.left[kept], votes.right[kept], votes.outcome[kept],
        n_raters=_distinct(votes.rater), replicates=replicates, seed=seed,
    )  # fmt: skip
    return {name: result.as_dict() for name, result in found.items()}


def _rate(rates: "Rates", number: int) -> dict[str, float | None]:
    return {
        "value": _plain(rates.value[number]),
        "low": _plain(rates.low[number]),
        "high": _plain(rates.high[number]),
    }


def _plain(value: Any) -> float | None:
    """NaN is no JSON."""
    return float(value) if value == value else None


def _distinct(numbers: Any) -> int | None:
    import numpy as np

    return None if numbers is None else len(np.unique(numbers))
