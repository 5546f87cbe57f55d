"""One candidate against a whole dataset: near duplicates, and all rules together.

The index is filled with the bands of every item's own text. Where a bench's items are copies of
some hundred texts, a candidate that resembles one meets all its copies: more than in any real set.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from django.db.models import Min

from bench.figures import Figure, Goal
from bench.filling import filling
from gold.admission.gate import look
from gold.admission.near_index import Alike, Sketch, most_alike, put_in_index
from gold.models import GoldDataset, GoldItem, NearHash
from gold.services.checking import with_all

ASKED = 20
"""Candidates a run: each meets other pages of the index."""
AT_ONCE = 2_000


def near_duplicate_figures(dataset: GoldDataset, size: int, runs: int) -> Iterator[Figure]:
    """How long one candidate takes beside `size` gold items of the dataset."""
    fill_index(dataset)
    current = dataset.gold_items.filter(retired_at=None).order_by("-pk")
    rows = current.values_list("payload__conversation__turns", flat=True)
    texts = [list(turns) for turns in rows[:ASKED]]
    near = [[*turns, {"role": "user", "content": "Thank you."}] for turns in texts]
    far = [
        [{"role": "user", "content": f"{number} unlike {'anything else ' * number} {number**5}"}]
        for number in range(1, ASKED + 1)
    ]
    most_alike(dataset, {0: Sketch.of(near[0])})  # numpy and its data stand in memory
    for name, asked, is_near in (("near one", near, True), ("unlike all", far, False)):
        took = [timed(partial(alike, dataset, turns), is_near) for turns in asked * runs]
        yield figure(f"Near duplicates among {size:,}, a candidate {name}", took, at_most=50)
    found = list(with_all(dataset.candidates.filter(state="approved").order_by("-pk"))[:ASKED])
    took = [timed(partial(look, dataset, [one]), True) for one in found * runs]
    yield figure(f"All rules for one candidate beside {size:,}", took)


def alike(dataset: GoldDataset, turns: list[dict[str, str]]) -> bool:
    """From the text, as it is when an item is proposed."""
    found: Alike = most_alike(dataset, {0: Sketch.of(turns)})[0]
    return found.similarity >= 0.8  # what the default rule asks


def timed(work: Callable[[], object], wanted: object) -> tuple[float, float]:
    """Milliseconds, and those of the CPU in this process."""
    began, cpu = time.perf_counter(), time.process_time()
    found = bool(work())
    took = (time.perf_counter() - began) * 1e3, (time.process_time() - cpu) * 1e3
    if found != wanted:
        raise RuntimeError(f"The bench found {found} where {wanted} was to be.")
    return took


def figure(name: str, took: list[tuple[float, float]], at_most: float | None = None) -> Figure:
    return Figure(
        name,
        [wall for wall, _cpu in took],
        "ms",
        goal=Goal(at_most=at_most) if at_most else None,
        beside=f"CPU {median(cpu for _wall, cpu in took):.1f} ms",
    )


def fill_index(dataset: GoldDataset) -> None:
    """The bands of every gold item: of each text by the product's own code, then of its copies.

    The database cannot copy them among themselves: nothing finds items by their hash, so each text
    would be looked for among all items.
    """
    NearHash.objects.filter(dataset=dataset).delete()
    firsts = dataset.gold_items.values("content_hash").annotate(first=Min("pk")).values("first")
    sketches = {
        one.content_hash: Sketch.of(one.payload["conversation"]["turns"])
        for one in GoldItem.objects.filter(pk__in=firsts.order_by())
    }
    with filling():
        last = 0
        current = dataset.gold_items.only("dataset", "content_hash").order_by("pk")
        while items := list(current.filter(pk__gt=last)[:AT_ONCE]):
            put_in_index((one, sketches[one.content_hash]) for one in items)
            last = items[-1].pk
