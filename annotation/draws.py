"""Random draws from a pool: stratified, without replacement, repeatable from the seed.

Every unit of the pool gets a rank, the SHA-256 of seed and identifier, and each stratum gives the
units of lowest rank. The result therefore depends on the seed and on the set of units alone,
never on their order, and one pass in bounded memory finds it: at most `size` units of each stratum
are held. Within stratum h every unit has the inclusion probability n_h / N_h.
"""

import hashlib
import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import InvalidError

MAX_STRATA = 1_000

Strata = str | Mapping[str, int]
"""How the size is shared among strata: "proportional", "equal", or a number for each."""


class DrawError(InvalidError):
    """A draw that cannot be made as asked, as a sentence."""


@dataclass(frozen=True)
class Drawn:
    """One drawn unit.

    `conditional` is its probability in this draw, among the units not drawn before; `overall` is
    its probability of standing in the study after this draw.
    """

    id: str
    stratum: str
    conditional: float
    overall: float


@dataclass(frozen=True)
class StratumShare:
    """What one stratum had and gave."""

    stratum: str
    pool: int
    drawn: int

    @property
    def probability(self) -> float:
        return self.drawn / self.pool


@dataclass(frozen=True)
class DrawResult:
    """A draw as the ledger keeps it; `drawn` is in order of rank, so any prefix is random too."""

    drawn: tuple[Drawn, ...]
    strata: tuple[StratumShare, ...]
    seed: int

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Strata that gave nothing: no claim about them follows from this draw."""
        return tuple(share.stratum for share in self.strata if share.drawn == 0)


def draw(
    pool: Iterable[tuple[str, str]],
    *,
    size: int,
    seed: int,
    strata: Strata = "proportional",
    not_drawn_before: Callable[[str], float] | None = None,
) -> DrawResult:
    """Draw `size` units from a pool of (identifier, stratum).

    For a later draw the pool leaves out what was drawn, and `not_drawn_before` tells for an
    identifier the probability with which the earlier draws would have left it out, which is the
    product of 1 - conditional over them (`overall_probability`). Identifiers should be those of
    the outside world: a database key would make the draw unrepeatable elsewhere.
    """
    if size < 1:
        raise DrawError(_("A draw of %(size)d takes nothing. Ask for at least 1.") % {"size": size})
    kept, sizes = _lowest_ranks(pool, size, seed)
    shares = allocate(size, sizes, strata)
    chosen = sorted(
        (rank, unit, stratum)
        for stratum, ranked in kept.items()
        for rank, unit in ranked[: shares[stratum]]
    )
    return DrawResult(
        drawn=tuple(
            _drawn(unit, stratum, shares[stratum] / sizes[stratum], not_drawn_before)
            for _rank, unit, stratum in chosen
        ),
        strata=tuple(
            StratumShare(stratum, pool=sizes[stratum], drawn=shares[stratum])
            for stratum in sorted(sizes)
        ),
        seed=seed,
    )


def allocate(size: int, sizes: Mapping[str, int], strata: Strata) -> dict[str, int]:
    """How many units each stratum gives.

    Shares follow the weights (N_h, 1, or the given number); a stratum smaller than its share gives
    all it has, and the rest is shared again among the others by the same weights. Fractions are
    settled by largest remainder; equal remainders go to the larger stratum, then by name.
    Under "proportional" a very small stratum may get none, and under given numbers a stratum
    that is not named gets none; `DrawResult.uncovered` says so.
    """
    weights = _weights(size, sizes, strata)
    available = sum(n for stratum, n in sizes.items() if weights[stratum])
    if size > available:
        raise DrawError(
            _(
                "The draw asks for %(size)d, and the pool holds %(available)d. "
                "Draw fewer, or widen the pool."
            )
            % {"size": size, "available": available}
        )
    shares = dict.fromkeys(sizes, 0)
    open_strata = {stratum for stratum in sizes if weights[stratum]}
    rest = size
    while True:
        total = sum(weights[stratum] for stratum in open_strata)
        full = {s for s in open_strata if rest * weights[s] >= sizes[s] * total}
        if not full:
            break
        shares |= {stratum: sizes[stratum] for stratum in full}
        rest -= sum(sizes[stratum] for stratum in full)
        open_strata -= full
    return shares | _largest_remainder(rest, sizes, weights, open_strata)


def overall_probability(conditionals: Iterable[float]) -> float:
    """Probability of standing in the study, from the probability in each draw in turn.

    For one stratum this is 1 minus the product of (1 - n_h / N_h); with strata that stay the same
    it equals all that was drawn over all there was. It holds alike for every unit of the stratum,
    whichever draw took it, and so is what averages over several draws weight by.
    """
    left_out = 1.0
    for conditional in conditionals:
        left_out *= 1 - conditional
    return 1 - left_out


def rank_of(seed: int, unit: str) -> int:
    """The place of a unit in the seed's random order of all thinkable units."""
    digest = hashlib.sha256(f"{seed}\0{unit}".encode()).digest()
    return int.from_bytes(digest[:16])


def _lowest_ranks(
    pool: Iterable[tuple[str, str]], size: int, seed: int
) -> tuple[dict[str, list[tuple[int, str]]], dict[str, int]]:
    """Per stratum the `size` lowest (rank, unit) in order, and how many units it holds."""
    heaps: dict[str, list[tuple[int, str]]] = {}
    sizes: dict[str, int] = {}
    for unit, stratum in pool:
        if stratum not in sizes and len(sizes) == MAX_STRATA:
            raise DrawError(
                _("The strata field has more than %(limit)d values. Choose a coarser field.")
                % {"limit": MAX_STRATA}
            )
        sizes[stratum] = sizes.get(stratum, 0) + 1
        heap = heaps.setdefault(stratum, [])
        entry = (-rank_of(seed, unit), unit)
        if len(heap) < size:
            heapq.heappush(heap, entry)
        elif entry > heap[0]:
            heapq.heapreplace(heap, entry)
    kept = {s: sorted((-negative, unit) for negative, unit in heap) for s, heap in heaps.items()}
    _refuse_doubles(unit for ranked in kept.values() for _rank, unit in ranked)
    return kept, sizes


def _refuse_doubles(units: Iterable[str]) -> None:
    seen: set[str] = set()
    for unit in units:
        if unit in seen:
            raise DrawError(
                _("“%(id)s” is in the pool twice. Each conversation may stand in it once.")
                % {"id": unit}
            )
        seen.add(unit)


def _weights(size: int, sizes: Mapping[str, int], strata: Strata) -> Mapping[str, int]:
    if strata == "proportional":
        return sizes
    if strata == "equal":
        return dict.fromkeys(sizes, 1)
    if isinstance(strata, str):
        raise DrawError(
            _("Strata “%(rule)s” is no rule of sharing. Use “proportional”, “equal” or numbers.")
            % {"rule": strata}
        )
    if any(number < 0 for number in strata.values()) or sum(strata.values()) != size:
        raise DrawError(
            _("The numbers of the strata add up to %(sum)d, not to the size of %(size)d.")
            % {"sum": sum(strata.values()), "size": size}
        )
    absent = sorted(stratum for stratum, n in strata.items() if n and stratum not in sizes)
    if absent:
        raise DrawError(
            _("The pool has no stratum “%(stratum)s”. Its strata are: %(strata)s.")
            % {"stratum": absent[0], "strata": ", ".join(sorted(sizes)[:20])}
        )
    return {stratum: strata.get(stratum, 0) for stratum in sizes}


def _largest_remainder(
    size: int, sizes: Mapping[str, int], weights: Mapping[str, int], strata: set[str]
) -> dict[str, int]:
    """Share `size` by weight in whole numbers; no stratum here reaches its own size."""
    total = sum(weights[stratum] for stratum in strata)
    quotas = {stratum: divmod(size * weights[stratum], total) for stratum in strata}
    shares = {stratum: whole for stratum, (whole, _remainder) in quotas.items()}
    by_claim = sorted(strata, key=lambda s: (-quotas[s][1], -sizes[s], s))
    for stratum in by_claim[: size - sum(shares.values())]:
        shares[stratum] += 1
    return shares


def _drawn(
    unit: str,
    stratum: str,
    conditional: float,
    not_drawn_before: Callable[[str], float] | None,
) -> Drawn:
    left_out = not_drawn_before(unit) if not_drawn_before else 1.0
    return Drawn(unit, stratum, conditional, overall=1 - left_out * (1 - conditional))
