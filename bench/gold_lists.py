"""Pages of the list of gold items at size: each way to ask that reads most."""

import time
from collections.abc import Iterator

from django.db import connection

from bench.figures import Figure, Goal
from bench.filling import filling
from gold.listing import page_of
from gold.models import GoldDataset

ASKED = {
    "newest first": {},
    "last changed first": {"order": "changed"},
    "a label, last changed first": {"label": "score=4", "order": "changed"},
    "words that stand nowhere": {"q": "nowhere"},
    "such words and a label": {"q": "nowhere", "label": "score=4"},
    "tier and split": {"tier": "gold", "split": "test"},
}
AT_MOST = 300
"""Milliseconds of CPU: what a page may take before somebody feels it."""


def listed(dataset: GoldDataset, size: int, runs: int) -> Iterator[Figure]:
    """CPU of this process: with SQLite the database is in it."""
    give_words(dataset)
    for name, wanted in ASKED.items():
        page_of(dataset, wanted)  # from the disk
        took = []
        for _run in range(runs):
            began = time.process_time()
            page_of(dataset, wanted)
            took.append((time.process_time() - began) * 1e3)
        yield Figure(
            f"Gold items listed among {size:,}: {name}",
            took,
            "ms",
            goal=Goal(at_most=AT_MOST),
            beside="CPU",
        )


def give_words(dataset: GoldDataset) -> None:
    """To copies, those of the first, with a number of their own."""
    with filling(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO gold_goldwords (gold_item_id, dataset_id, language, words)
                SELECT g.id, g.dataset_id, seed.language, seed.words || ' ' || g.id
                FROM gold_golditem g CROSS JOIN (SELECT language, words FROM gold_goldwords
                    WHERE dataset_id = %s ORDER BY gold_item_id LIMIT 1) seed
                WHERE g.dataset_id = %s
                    AND g.id NOT IN (SELECT gold_item_id FROM gold_goldwords)""",
            [dataset.pk, dataset.pk],
        )
