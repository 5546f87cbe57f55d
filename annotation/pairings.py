"""Which answers are put side by side: comparisons of several variants, balanced and connected.

Every set of variants that answered an input in common is a stratum, and its units are those
inputs. First the size is shared out among the sets so that all variants are connected and met
equally often, as far as the pool lets them (`balance`). Then each set draws its inputs, those of
lowest rank, as in `draws`.

Within a set every input is as likely as another, so n / N is the exact probability. A limit of
comparisons an input makes sets compete for inputs; n / N is still exact where the inputs of a set
were all answered by the same variants, and is else a rule that the ledger calls by its name
(`SetShare.is_exact`).
"""

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

from django.utils.translation import gettext as _

from annotation.balance import Balance, Variants, apart_from_most
from annotation.blocks import blocks
from annotation.draws import DrawError, rank_of

MOST_SETS = 5_000
"""All pairs of 100 variants; where there are more, a balanced choice of sets is compared."""

Held = Collection[tuple[str, Variants]]
"""Comparisons that the study has: input and variants."""


@dataclass(frozen=True)
class Comparison:
    """One drawn unit: answers to one input by the order of their variants; lot orders the item."""

    input: str
    variants: Variants
    answers: tuple[int, ...]
    conditional: float


@dataclass(frozen=True)
class SetShare:
    """What one set of variants had and gave."""

    variants: Variants
    pool: int
    drawn: int
    is_exact: bool

    @property
    def probability(self) -> float:
        return self.drawn / self.pool


@dataclass(frozen=True)
class Comparisons:
    """A draw as the ledger keeps it; any first part of `drawn` is about as balanced as all."""

    drawn: tuple[Comparison, ...]
    shares: tuple[SetShare, ...]
    seed: int

    @property
    def appearances(self) -> Counter[str]:
        """How often each variant is compared in this draw."""
        return Counter(name for one in self.drawn for name in one.variants)

    @property
    def meetings(self) -> Counter[tuple[str, str]]:
        """How often two variants meet in this draw, those that never do left out."""
        return Counter(pair for one in self.drawn for pair in combinations(one.variants, 2))


def draw_comparisons(
    pool: Iterable[tuple[str, Mapping[str, int]]],
    variants: Collection[str],
    *,
    size: int,
    seed: int,
    answers: int = 2,
    per_input: int | None = None,
    held: Held = (),
) -> Comparisons:
    """Draw comparisons: pairs, or sets of more answers that a ranking puts in order.

    Args:
        pool: Inputs, each once, with the answer (its id) of each variant.
        variants: All that are to be compared; answers of others are left out.
        size: Comparisons wanted.
        seed: Decides what is drawn; the order of the pool does not.
        answers: Answers side by side, 2 or more.
        per_input: Most comparisons on one input in this draw; None for no limit.
        held: What earlier draws took. It is not drawn again, and balance counts it in.

    Returns:
        `size` comparisons with their probabilities in this draw, and what each set gave.

    Raises:
        DrawError: The pool holds fewer, or the variants cannot be connected, or not by so few;
            the sentence names those that are cut off.

    Example:
        >>> pool = [(f"q{n}", {"a": 3 * n, "b": 3 * n + 1, "c": 3 * n + 2}) for n in range(4)]
        >>> found = draw_comparisons(pool, "abc", size=6, seed=1)
        >>> found.meetings[("a", "b")], found.appearances["a"], found.drawn[0].conditional
        (2, 4, 0.5)
    """
    _check(variants, size, answers, per_input)
    answered = _Answered.of(pool, variants, answers, held, seed)
    before = [one for _input, one in held]
    if apart := apart_from_most(variants, (*answered.sets, *before)):
        raise DrawError(
            _(
                "No input was answered both by %(apart)s and by the other variants, so they cannot "
                "be compared. Leave them out, or import their answers to the same inputs."
            )
            % {"apart": ", ".join(apart)}
        )
    chosen = _choose(answered, size, per_input, before)
    if apart := apart_from_most(variants, (*(one for one in chosen if chosen[one]), *before)):
        raise DrawError(
            _(
                "%(size)d comparisons leave %(apart)s unconnected with the other variants. "
                "Draw more, allow more on one input, or compare fewer variants."
            )
            % {"size": size, "apart": ", ".join(apart)}
        )
    return _result(answered, chosen, per_input)


@dataclass(frozen=True)
class _Answered:
    """The pool by what was answered in common.

    Attributes:
        ids: The answer of each variant to each input.
        groups: Inputs that the same variants answered.
        sets: For each set of variants the groups in which all of it is.
        held: What is not drawn again.
        seed: Of the ranks.
    """

    ids: Mapping[str, Mapping[str, int]]
    groups: Mapping[Variants, list[str]]
    sets: Mapping[Variants, list[Variants]]
    held: frozenset[tuple[str, Variants]]
    seed: int

    @classmethod
    def of(
        cls,
        pool: Iterable[tuple[str, Mapping[str, int]]],
        variants: Collection[str],
        answers: int,
        held: Held,
        seed: int,
    ) -> "_Answered":
        ids: dict[str, Mapping[str, int]] = {}
        groups: dict[Variants, list[str]] = {}
        for key, given in pool:
            if key in ids:
                raise DrawError(
                    _("Input “%(input)s” is in the pool twice. Each may stand in it once.")
                    % {"input": key}
                )
            ids[key] = given
            groups.setdefault(tuple(sorted(given.keys() & variants)), []).append(key)
        within = _sets_of(variants, answers, seed)
        sets: dict[Variants, list[Variants]] = {}
        for group in groups:
            for one in within(group):
                sets.setdefault(one, []).append(group)
        return cls(ids, groups, dict(sorted(sets.items())), frozenset(held), seed)

    def inputs(self, variants: Variants) -> Iterator[str]:
        """Inputs on which a comparison of these variants can be drawn."""
        for group in self.sets[variants]:
            for key in self.groups[group]:
                if (key, variants) not in self.held:
                    yield key

    @cached_property
    def _in_group(self) -> Counter[Variants]:
        """How many sets draw from each group of inputs."""
        return Counter(group for groups in self.sets.values() for group in groups)

    def competes(self, variants: Variants, per_input: int | None) -> bool:
        """Whether a set may lose inputs to others because of the limit."""
        return per_input is not None and any(
            self._in_group[group] > per_input for group in self.sets[variants]
        )

    def rank(self, variants: Variants, key: str) -> int:
        return rank_of(self.seed, "\0".join((key, *variants)))


def _sets_of(
    variants: Collection[str], answers: int, seed: int
) -> Callable[[Variants], Iterable[Variants]]:
    """Tells which sets are compared of the variants that answered an input."""
    if comb(len(variants), answers) <= MOST_SETS:
        return lambda group: combinations(group, answers)
    design = [tuple(sorted(one)) for one in blocks(list(variants), answers, seed).blocks]
    return lambda group: [one for one in design if set(one) <= set(group)]


def _check(variants: Collection[str], size: int, answers: int, per_input: int | None) -> None:
    if size < 1 or (per_input is not None and per_input < 1):
        raise DrawError(
            _("A draw of %(size)d takes nothing. Ask for at least 1.")
            % {"size": min(size, per_input or size)}
        )
    if answers < 2 or len(variants) < answers:
        raise DrawError(
            _(
                "%(answers)d answers cannot be compared among %(variants)d variants. "
                "Compare at least 2 answers, and choose as many variants or more."
            )
            % {"answers": answers, "variants": len(variants)}
        )


def _choose(
    answered: _Answered, size: int, per_input: int | None, before: list[Variants]
) -> dict[Variants, set[str]]:
    """The inputs of each set.

    Sets that have least to choose from take theirs first, and where a limit makes sets compete
    each takes inputs that were used least, so it costs none of them more than it must. What a set
    cannot give after all, the others share out again.
    """
    lots = {one: rank_of(answered.seed, "\0".join(one)) for one in answered.sets}
    chosen: dict[Variants, set[str]] = {one: set() for one in answered.sets}
    used: Counter[str] = Counter()

    def free(one: Variants) -> Iterator[str]:
        for key in answered.inputs(one):
            if (per_input is None or used[key] < per_input) and key not in chosen[one]:
                yield key

    missing = size
    while missing:
        room = {one: sum(1 for _key in free(one)) for one in answered.sets}
        taken = [one for one, keys in chosen.items() for _key in keys]
        quotas = Balance(lots, [*before, *taken]).share_out(missing, room)
        if not quotas or (per_input is None and quotas.total() < missing):
            raise _too_few(size, size - missing + quotas.total(), per_input)
        for one in sorted(quotas, key=lambda one: (room[one] - quotas[one], lots[one])):
            spreads = answered.competes(one, per_input)
            ranked = ((used[key] * spreads, answered.rank(one, key), key) for key in free(one))
            lowest = [key for _used, _rank, key in heapq.nsmallest(quotas[one], ranked)]
            chosen[one].update(lowest)
            used.update(lowest)
            missing -= len(lowest)
    return chosen


def _too_few(size: int, available: int, per_input: int | None) -> DrawError:
    if per_input is None:
        return DrawError(
            _(
                "The draw asks for %(size)d comparisons, and the pool holds %(available)d. "
                "Draw fewer, or widen the pool."
            )
            % {"size": size, "available": available}
        )
    return DrawError(
        _(
            "The draw asks for %(size)d comparisons, and with at most %(per_input)d on one input "
            "the pool gives %(available)d. Draw fewer, or allow more on one input."
        )
        % {"size": size, "available": available, "per_input": per_input}
    )


def _result(
    answered: _Answered, chosen: Mapping[Variants, Collection[str]], per_input: int | None
) -> Comparisons:
    """Sets take turns in the order of the study, each with its inputs by rank."""
    shares: list[SetShare] = []
    drawn: list[tuple[float, int, Comparison]] = []
    for one, groups in answered.sets.items():
        competes = answered.competes(one, per_input)
        share = SetShare(
            one,
            pool=sum(1 for _key in answered.inputs(one)),
            drawn=len(chosen[one]),
            is_exact=not competes or (len(groups) == 1 and not answered.held),
        )
        if not share.pool:
            continue
        shares.append(share)
        ranked = sorted((answered.rank(one, key), key) for key in chosen[one])
        for place, (rank, key) in enumerate(ranked):
            ids = tuple(answered.ids[key][name] for name in one)
            unit = Comparison(key, one, ids, share.probability)
            drawn.append(((place + 0.5) / len(ranked), rank, unit))
    drawn.sort(key=lambda entry: entry[:2])
    return Comparisons(tuple(unit for _turn, _rank, unit in drawn), tuple(shares), answered.seed)
