"""Gold at size: publishing, exporting, comparing and verifying a release of so many items."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from analytics.reports.snapshots import take_snapshot
from annotation.models import Item, Study, Verdict
from bench.figures import Figure, Goal
from bench.filling import ascending_uid, filling
from bench.gold_lists import listed
from bench.near_duplicates import near_duplicate_figures
from bench.processes import Watch, pss_mb
from bench.scene import SCORE_AND_COMMENT, Scene, fill, make_scene, make_study
from core.text import digest
from gold.diff_page import diff_data
from gold.exports import FORMATS, Tally, source_of
from gold.labels import save_with_labels
from gold.models import Candidate, GoldDataset, GoldItem, Release
from gold.services.candidates import create_dataset
from gold.services.releases import publish_release
from gold.verifying import verify_lines
from gold.writing import write

SEEDED = 500
RATERS = 2
REVISED = 100


@dataclass(frozen=True)
class Took:
    """One piece of work in this process: seconds, those of its CPU, and memory above before."""

    seconds: float
    cpu: float
    peak: float


def watched(work: Callable[[], object]) -> Took:
    before, cpu = pss_mb([os.getpid()]), time.process_time()
    with Watch(os.getpid(), every=0.2) as watch:
        work()
    return Took(watch.seconds, time.process_time() - cpu, max(0.0, watch.peak_mb - before))


def figures(
    name: str, took: Sequence[Took], at_most: float, megabytes: float = 60
) -> Iterator[Figure]:
    """Time and memory of the same work, done so many times."""
    cpu = median(one.cpu for one in took)
    seconds = [one.seconds for one in took]
    beside = f"CPU {cpu:.2f} s"
    yield Figure(name, seconds, "s", goal=Goal(at_most=at_most), beside=beside)
    peaks = [one.peak for one in took]
    yield Figure(f"Memory above idle: {name}", peaks, "MB", goal=Goal(at_most=megabytes))


def run(size: int, runs: int) -> Iterator[Figure]:
    scene = make_scene()
    study = make_study(scene, items=size, data=SCORE_AND_COMMENT, slug="gold")
    fill(study, RATERS)
    dataset = fill_gold(scene, study, size)
    take_snapshot(study, now=timezone.now())  # numpy and its data stand in memory before we watch
    releases: list[Release] = []
    took = watched(lambda: releases.append(published(scene, dataset)))
    yield from figures(f"{size:,} items published", [took], 60)
    change(dataset)
    took = watched(lambda: releases.append(published(scene, dataset)))
    yield from figures(f"{size:,} items published as the next release", [took], 60)
    first, second = releases
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gold.jsonl"
        exported = [watched(lambda: write_lines(first, path)) for _run in range(runs)]
        yield from figures(f"{size:,} items to JSON Lines", exported, 10)
        yield from verified(path, size, runs)
    yield from compared(first, second, size, runs)
    yield from listed(dataset, size, runs)
    yield from near_duplicate_figures(dataset, size, runs)


def published(scene: Scene, dataset: GoldDataset) -> Release:
    return publish_release(actor=scene.manager, dataset=dataset, now=timezone.now())


def write_lines(release: Release, path: Path) -> None:
    with path.open("wb") as file:
        for piece in FORMATS["jsonl"].write(source_of(release), Tally()):
            file.write(piece)


def verified(path: Path, size: int, runs: int) -> Iterator[Figure]:
    megabytes = path.stat().st_size / 1e6

    def work() -> None:
        with path.open("rb") as file:
            require(verify_lines(file).n_items, size)

    took = [watched(work) for _run in range(runs)]
    yield Figure(
        f"A file of {megabytes:,.0f} MB verified",
        [megabytes / one.seconds for one in took],
        "MB/s",
        goal=Goal(at_least=100),
        beside=f"{megabytes / median(one.cpu for one in took):,.0f} MB a second of CPU",
    )
    peaks = [one.peak for one in took]
    yield Figure("Memory above idle while verifying", peaks, "MB", goal=Goal(at_most=60))


def compared(first: Release, second: Release, size: int, runs: int) -> Iterator[Figure]:
    changes = min(REVISED, size // 2)

    def work() -> None:
        found = diff_data(first, second, kind="revised", after=None)
        require(found["revised"], changes)
        require(found["retired"], changes)
        require(len(found["items"]), changes)

    took = [watched(work) for _run in range(runs)]
    yield from figures(f"Two releases of {size:,} items compared", took, 5)


def fill_gold(scene: Scene, study: Study, size: int) -> GoldDataset:
    """Gold of every item: the first by the product's own code, the rest as copies of them."""
    dataset = create_dataset(actor=scene.manager, project=scene.project, name="Gold")
    now = timezone.now()
    seeds = list(study.items.select_related("conversation").order_by("pk")[:SEEDED])
    for item in seeds:
        admit(scene, dataset, item, now)
    copy_gold(dataset, study)
    require(dataset.gold_items.count(), size)
    return dataset


def admit(scene: Scene, dataset: GoldDataset, item: Item, now: datetime) -> None:
    [criterion] = item.study.rubric_version.criteria.all()
    Verdict.objects.create(
        item=item, criterion=criterion, value=3, distribution={"4": RATERS}, source="consensus",
        rating_uids=[str(one.uid) for one in item.ratings.all()],
    )  # fmt: skip
    item.state, item.settled_at = Item.State.SETTLED, now
    item.save()
    candidate = Candidate.objects.create(dataset=dataset, item=item, state="approved")
    made = GoldItem(
        dataset=dataset, candidate=candidate, approved_by=scene.manager, approved_at=now
    )
    save_with_labels(write(made))


def copy_gold(dataset: GoldDataset, study: Study) -> None:
    """Rows for the other items: a copy holds what its seed holds, so its hash is right as well."""
    candidate = columns_of(Candidate, "item_id")
    gold = columns_of(GoldItem, "candidate_id")
    of_seed = ", ".join(f"seed.{one}" for one in gold)
    with filling(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO gold_candidate (uid, item_id, {", ".join(candidate)})
                SELECT {ascending_uid("i.id")}, i.id, {", ".join(f"one.{c}" for c in candidate)}
                FROM annotation_item i CROSS JOIN
                    (SELECT * FROM gold_candidate WHERE dataset_id = %s ORDER BY id LIMIT 1) one
                WHERE i.study_id = %s AND i.id NOT IN (SELECT item_id FROM gold_candidate)
                ORDER BY i.id""",  # noqa: S608  # ours
            [dataset.pk, study.pk],
        )
        cursor.execute(
            f"""INSERT INTO gold_golditem (uid, candidate_id, {", ".join(gold)})
                SELECT {ascending_uid("c.id")}, c.id, {of_seed}
                FROM gold_candidate c JOIN (
                    SELECT g.*, ROW_NUMBER() OVER (ORDER BY g.id) - 1 AS place,
                        COUNT(*) OVER () AS n
                    FROM gold_golditem g WHERE g.dataset_id = %s) seed
                    ON seed.place = c.id %% seed.n
                WHERE c.id NOT IN (SELECT candidate_id FROM gold_golditem)
                ORDER BY c.id""",  # noqa: S608  # ours
            [dataset.pk],
        )
        cursor.execute(
            """INSERT INTO gold_goldlabel (dataset_id, gold_item_id, criterion, point)
                SELECT g.dataset_id, g.id, seed.criterion, seed.point FROM gold_golditem g
                CROSS JOIN (SELECT DISTINCT criterion, point FROM gold_goldlabel
                    WHERE dataset_id = %s) seed
                WHERE g.dataset_id = %s
                    AND g.id NOT IN (SELECT gold_item_id FROM gold_goldlabel)""",
            [dataset.pk, dataset.pk],
        )


def columns_of(model: type[Model], other_than: str) -> list[str]:
    own = {"id", "uid", other_than}
    return [one.column for one in model._meta.concrete_fields if one.column not in own]


def change(dataset: GoldDataset) -> None:
    """Some items revised, some retired, and nothing else."""
    current = list(dataset.gold_items.order_by("pk")[: REVISED * 2])
    half = len(current) // 2
    for item in current[:half]:
        item.payload = {**item.payload, "tags": ["revised"]}
        item.content_hash, item.revised_reason = digest(item.payload), "A tag."
    for item in current[half:]:
        item.retired_at, item.retired_reason = timezone.now(), "Old."
    fields = ["payload", "content_hash", "revised_reason", "retired_at", "retired_reason"]
    GoldItem.objects.bulk_update(current, fields)


def require(found: int, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"The bench found {found} where {wanted} was to be.")
