"""Which variant is preferred in a study of pairs or rankings: people, and each machine beside them.

People's votes give strengths with intervals. Every judge, rule or metric gives strengths of its own
from the same kind of votes, and how far its order of the variants goes with theirs.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analytics.frames import ItemFrame
from analytics.reports.preferences import CONFIDENCE, preferences_of
from analytics.reports.votes import Votes
from analytics.vote_frame import NOBODY, VoteFrame, vote_frame
from annotation.asks import is_about_sides
from annotation.models import Criterion, Rater, RaterKind, Study
from annotation.models.ratings import HUMAN
from annotation.pool import labels_of

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

MACHINES = tuple(str(kind) for kind in RaterKind if kind not in HUMAN)
LISTED_PAIRS = 300
"""Most pairs of variants that are kept one by one: all of 25 variants."""
LEAST_COMPARED = 3
"""Fewer variants have no order that could go with another."""


def preferences_in(
    study: Study,
    criteria: Sequence[Criterion],
    items: ItemFrame,
    *,
    kinds: Sequence[str],
    replicates: int,
    seed: int,
) -> list[dict[str, Any]]:
    """A part for each criterion that asks which of two answers is better."""
    asked = [criterion for criterion in criteria if is_about_sides(criterion)]
    names = labels_of(study.project) if asked else {}
    return [
        _of_criterion(
            study, criterion, items, names, kinds, {"replicates": replicates, "seed": seed}
        )
        for criterion in asked
    ]


def _of_criterion(
    study: Study,
    criterion: Criterion,
    items: ItemFrame,
    names: Mapping[int, str],
    kinds: Sequence[str],
    how: Mapping[str, int],
) -> dict[str, Any]:
    frame = vote_frame(study, criterion, items, kinds)
    votes = votes_of(frame, items, names)
    found = preferences_of(votes, most_pairs=LISTED_PAIRS, **how)
    return {
        "criterion": criterion.key,
        "name": criterion.name,
        "question": criterion.question,
        "n_both_bad": frame.n_both_bad,
        "n_left_out": len(frame.outcome) - len(votes.outcome),
        **found,
        "elo": elo_of(votes),
        "machines": [
            _of_machine(rater, machine, found, how)
            for rater, machine in _machines(study, criterion, items, names)
        ],
    }


def votes_of(frame: VoteFrame, items: ItemFrame, names: Mapping[int, str]) -> Votes:
    """The votes between two named variants; systems are numbered by their names in order."""
    import numpy as np

    named = (frame.first != NOBODY) & (frame.second != NOBODY) & (frame.first != frame.second)
    both = np.stack([frame.first, frame.second])[:, named]
    systems = sorted({names[int(pk)] for pk in np.unique(both)})
    place = {name: number for number, name in enumerate(systems)}
    known, code = np.unique(both, return_inverse=True)
    numbers = np.array([place[names[int(pk)]] for pk in known], np.int64)
    sides = numbers[code.reshape(both.shape)] if len(known) else both
    return Votes(
        systems=systems,
        left=sides[0],
        right=sides[1],
        outcome=frame.outcome[named],
        rater=frame.rater[named],
        item=frame.item[named],
        n_missing=frame.n_missing,
        group=_wider(items, frame.item[named]),
    )


def _wider(items: ItemFrame, place: "IntArray") -> "IntArray | None":
    """Groups of items; None where every item is a group of its own."""
    import numpy as np

    return items.group[place] if len(np.unique(items.group)) < len(items.group) else None


def elo_of(votes: Votes) -> dict[str, float]:
    """In the order in which votes were stored, for those who are used to such numbers."""
    from analytics.stats.preferences.elo import elo

    ratings = elo(votes.left, votes.right, votes.outcome, n_systems=len(votes.systems))
    return dict(zip(votes.systems, ratings.tolist(), strict=True))


def _machines(
    study: Study, criterion: Criterion, items: ItemFrame, names: Mapping[int, str]
) -> list[tuple[Rater, Votes]]:
    frame = vote_frame(study, criterion, items, MACHINES)
    raters = Rater.objects.filter(pk__in=set(frame.rater.tolist())).order_by("key")
    return [(rater, votes_of(frame.by(rater.pk), items, names)) for rater in raters]


def _of_machine(
    rater: Rater, votes: Votes, people: Mapping[str, Any], how: Mapping[str, int]
) -> dict[str, Any]:
    """A machine's own strengths, without intervals, and how its order goes with people's."""
    from analytics.stats.preferences.battles import BattleTable
    from analytics.stats.preferences.bradley_terry import bradley_terry
    from analytics.stats.preferences.positions import position_bias

    table = BattleTable.from_rows(
        votes.left, votes.right, votes.outcome, n_systems=len(votes.systems)
    )
    fit = bradley_terry(table)
    strengths = {} if fit.reason else dict(zip(votes.systems, fit.strengths.tolist(), strict=True))
    return {
        "rater": str(rater.uid),
        "key": rater.key,
        "kind": rater.kind,
        "n_votes": table.n_votes,
        "reason": fit.reason,
        "strengths": strengths,
        "left_share": position_bias(table, CONFIDENCE).as_dict(),
        "with_people": _order_alike(strengths, people, how),
    }


def _order_alike(
    strengths: Mapping[str, float], people: Mapping[str, Any], how: Mapping[str, int]
) -> dict[str, Any] | None:
    """Rank correlation over the variants that both have ordered; None where there are too few."""
    from analytics.stats.comparisons.correlations import correlate

    theirs = {line["system"]: line["strength"] for line in people["bradley_terry"]["systems"]}
    both = sorted(theirs.keys() & strengths.keys())
    if len(both) < LEAST_COMPARED:
        return None
    return correlate(
        [theirs[name] for name in both],
        [strengths[name] for name in both],
        "spearman",
        confidence=CONFIDENCE,
        replicates=how["replicates"],
        seed=how["seed"],
    ).as_dict()
