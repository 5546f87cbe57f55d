"""The index of near duplicates: the bands of each gold item's text, and who shares them.

Checking one candidate reads as many entries of the index as there are bands, whatever the size of
the dataset, and the texts of at most `COMPARED` items, those with most bands in common.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core.inserting import insert_rows
from gold.admission.near import bands_of, shingles, similarity, text_of
from gold.models import GoldDataset, GoldItem, NearHash

COMPARED = 20
AT_ONCE = 1_000
"""Hashes a query: a batch of candidates needs few queries, and both databases take so many."""
TEXTS = 20
"""Texts read at once: as many as one candidate is compared with."""
ITEMS = 500
"""Items whose bands go in at once; each has 21."""


@dataclass(frozen=True, slots=True)
class Alike:
    """The gold item that a text resembles most; none where no band is shared."""

    similarity: float = 0.0
    gold_item: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text as its pieces and its bands."""

    pieces: frozenset[str]
    bands: Sequence[int]

    @classmethod
    def of(cls, turns: Sequence[Mapping[str, Any]]) -> "Sketch":
        pieces = shingles(text_of(turns))
        return cls(pieces, bands_of(pieces))


def most_alike(
    dataset: GoldDataset, sketches: Mapping[int, Sketch], *, before: Mapping[int, int] | None = None
) -> dict[int, Alike]:
    """For each text, by its key, the gold item of the dataset that it resembles most.

    `before` has the gold items that the texts are in already: of two that are alike the later one
    is the duplicate, so only earlier ones count.
    """
    before = before or {}
    close = {
        key: _closest(counts, before.get(key)) for key, counts in _shared(dataset, sketches).items()
    }
    asked: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for key, found in close.items():
        for place, item in enumerate(found):
            asked[item].append((key, place))
    best = dict.fromkeys(sketches, (0.0, 0, ""))
    for item, uid, pieces in _texts(asked):
        for key, place in asked[item]:
            # Of items as similar as each other, the one with most bands in common.
            best[key] = max(best[key], (similarity(sketches[key].pieces, pieces), -place, uid))
    return {key: Alike(value, uid if value else "") for key, (value, _place, uid) in best.items()}


def _closest(shared: Counter[int], before: int | None) -> list[int]:
    """Those with most bands in common; among equals the earliest, so that all runs agree."""
    known = [(-n, item) for item, n in shared.items() if before is None or item < before]
    return [item for _n, item in heapq.nsmallest(COMPARED, known)]


def _shared(dataset: GoldDataset, sketches: Mapping[int, Sketch]) -> dict[int, Counter[int]]:
    """How many bands each text shares with each gold item."""
    wanted: dict[int, list[int]] = {}
    for key, sketch in sketches.items():
        for value in sketch.bands:
            wanted.setdefault(value, []).append(key)
    shared: dict[int, Counter[int]] = {key: Counter() for key in sketches}
    hashes = sorted(wanted)
    for start in range(0, len(hashes), AT_ONCE):
        # A hash belongs to one band, so it alone says where to look.
        rows = NearHash.objects.filter(
            dataset=dataset, hash__in=hashes[start : start + AT_ONCE]
        ).values_list("hash", "gold_item_id")
        for value, item in rows.iterator():
            for key in wanted[value]:
                shared[key][item] += 1
    return shared


def _texts(items: Iterable[int]) -> Iterator[tuple[int, str, frozenset[str]]]:
    """Each item that is not retired with the pieces of its text; few at a time are in memory.

    A batch of candidates asks for up to 10,000 texts, and each may be a megabyte.
    """
    keys = sorted(items)
    for start in range(0, len(keys), TEXTS):
        rows = GoldItem.objects.filter(pk__in=keys[start : start + TEXTS], retired_at=None)
        for pk, uid, turns in rows.values_list("pk", "uid", "payload__conversation__turns"):
            yield pk, str(uid), shingles(text_of(turns))


def put_in_index(gold_items: Iterable[tuple[GoldItem, Sketch]]) -> None:
    """Let these be found as duplicates of what comes later; so many at a time as memory holds."""
    rows = (
        (item.dataset_id, item.pk, band, value)
        for item, sketch in gold_items
        for band, value in enumerate(sketch.bands)
    )
    with transaction.atomic(savepoint=False):
        insert_rows(NearHash, ("dataset_id", "gold_item_id", "band", "hash"), rows)


def put_missing_in_index(dataset: GoldDataset) -> int:
    """Those that came to gold before there was an index; how many."""
    missing = dataset.gold_items.filter(retired_at=None, near_hashes=None).order_by("pk")
    count, last = 0, 0
    while items := list(missing.filter(pk__gt=last).only("dataset", "payload")[:ITEMS]):
        made = [(one, Sketch.of(one.payload["conversation"]["turns"])) for one in items]
        put_in_index(made)
        count += sum(bool(sketch.bands) for _item, sketch in made)
        last = items[-1].pk
    return count
