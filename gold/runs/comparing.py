"""What changed from one run to the next: fixed, broken, same, with a paired test.

Pure. Where the second run stands on a grown release, the change of the whole share is split into
that of the items both have, and that of the items which only one has.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.stats.estimates import Estimate

FIXED, BROKEN, BOTH, NEITHER = "fixed", "broken", "same_passed", "same_failed"
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one gold item: whether the output passed, and the items that stand or fall with it."""

    passed: bool
    group: str
    by_people: bool = False


Outcomes = Mapping[int, Outcome]
"""By gold item; what could not be judged is not in it."""


@dataclass(frozen=True, slots=True)
class Change:
    """From `before` to `after`. `items` says of each common item what became of it."""

    items: dict[int, str]
    difference: Estimate
    before: Estimate
    after: Estimate
    gone: Estimate
    new: Estimate
    before_all: Estimate
    after_all: Estimate

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(self.items.values())
        return {name: found[name] for name in (FIXED, BROKEN, BOTH, NEITHER)}

    @property
    def total(self) -> float | None:
        """How far the share over all items moved."""
        return _minus(self.after_all, self.before_all)

    @property
    def by_new_items(self) -> float | None:
        """What of it comes from other items being asked, not from other answers."""
        same = self.difference.value
        return None if self.total is None or same is None else self.total - same


def compare(before: Outcomes, after: Outcomes) -> Change:
    """Hold a run against an earlier one.

    >>> old = {1: Outcome(True, "a"), 2: Outcome(False, "b"), 3: Outcome(True, "c")}
    >>> new = {1: Outcome(True, "a"), 2: Outcome(True, "b"), 4: Outcome(False, "d")}
    >>> found = compare(old, new)
    >>> found.counts
    {'fixed': 1, 'broken': 0, 'same_passed': 1, 'same_failed': 0}
    >>> found.difference.value, round(found.by_new_items, 3)
    (0.5, -0.5)
    """
    common = [key for key in after if key in before]
    items = {key: _became(before[key].passed, after[key].passed) for key in common}
    return Change(
        items=items,
        difference=difference([before[key] for key in common], [after[key] for key in common]),
        before=share([before[key] for key in common]),
        after=share([after[key] for key in common]),
        gone=share([one for key, one in before.items() if key not in after]),
        new=share([one for key, one in after.items() if key not in before]),
        before_all=share(list(before.values())),
        after_all=share(list(after.values())),
    )


def _became(was: bool, is_now: bool) -> str:
    if was == is_now:
        return BOTH if was else NEITHER
    return FIXED if is_now else BROKEN


def share(outcomes: Sequence[Outcome]) -> Estimate:
    """The share that passed; items of one group are not taken for independent."""
    from analytics.stats.comparisons.clustered_share import clustered_share

    passed = [one.passed for one in outcomes]
    return clustered_share(passed, _numbered(outcomes), CONFIDENCE)


def difference(before: Sequence[Outcome], after: Sequence[Outcome]) -> Estimate:
    """After minus before over the same items.

    Tango's interval and McNemar's mid-p test; where several items share a group, a bootstrap and a
    permutation of whole groups.
    """
    from analytics.stats.comparisons.paired import paired_bootstrap
    from analytics.stats.comparisons.paired_ranks import paired_permutation
    from analytics.stats.comparisons.paired_shares import compare_paired_shares

    pairs = list(zip(after, before, strict=True))
    only_after = sum(now.passed and not was.passed for now, was in pairs)
    only_before = sum(was.passed and not now.passed for now, was in pairs)
    groups = _numbered(after)
    if len(set(groups)) == len(groups) or only_after + only_before == 0:
        return compare_paired_shares(only_after, only_before, len(pairs), CONFIDENCE)
    now, was = [float(one.passed) for one in after], [float(one.passed) for one in before]
    limits = paired_bootstrap(now, was, groups, confidence=CONFIDENCE)
    test = paired_permutation(now, was, group=groups)
    return Estimate(
        value=limits.value,
        low=limits.low,
        high=limits.high,
        confidence=limits.confidence,
        n=limits.n,
        method=f"{limits.method}; {test.method}",
        reason=limits.reason,
        statistic=test.statistic,
        p=test.p,
    )


def _numbered(outcomes: Sequence[Outcome]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(one.group, len(numbers)) for one in outcomes]


def _minus(one: Estimate, other: Estimate) -> float | None:
    return None if one.value is None or other.value is None else one.value - other.value
